package ai.realm.model;

/**
 * A model that continues a sequence of tokens: one instance serves every sequence; its weights are
 * read-only. Calls from several threads take turns; those on one {@link KvCache} must not overlap.
 */
public interface LanguageModel extends AutoCloseable {

  /** Tokens in the vocabulary: the length of a row of logits. */
  int vocabularySize();

  /** Tokens of context that the model was trained for. */
  int trainedContext();

  /**
   * An empty KV cache for one sequence of at most {@code capacity} tokens; its memory grows with
   * its use.
   */
  KvCache newCache(int capacity);

  /**
   * Appends {@code count} tokens to the sequence in {@code cache}: prefill with many, decode with
   * one.
   *
   * @param tokens holds the ids
   * @param from index of the first
   * @param count how many, at least 1
   * @param cache the sequence so far; it grows by {@code count}, or stays as it was if this call
   *     throws or is cancelled
   * @param logits receives the logits after the last {@code logits.length / vocabularySize()}
   *     tokens, a row each; length 0 computes none
   * @param cancellation asked between layers, on the calling thread
   * @return false if cancelled: then nothing has changed
   */
  boolean forward(
      int[] tokens, int from, int count, KvCache cache, float[] logits, Cancellation cancellation);

  /** Releases the threads and the storage; no call may be running or follow. */
  @Override
  void close();
}
