package ai.realm.model;

import ai.realm.kernels.WorkerPool;
import ai.realm.model.cache.Sequence;
import ai.realm.model.net.Classifier;
import ai.realm.model.net.Pooling;

/**
 * A model that gives a hidden state for each token of a text, of which an embedding is made: an
 * encoder such as BERT (Devlin et al. 2018), or a {@link LanguageModel}. Its weights are read-only.
 * Calls from several threads take turns; those on one {@link Sequence} must not overlap.
 */
public interface TextEncoder extends AutoCloseable {

  /** Tokens in the vocabulary. */
  int vocabularySize();

  /** Tokens of context that the model was trained for. */
  int trainedContext();

  /**
   * An empty sequence of at most {@code capacity} tokens; its memory grows with its use. It has no
   * pages in common with others.
   */
  Sequence newSequence(int capacity);

  /** What becomes of a text's states where nobody wishes otherwise. */
  Pooling pooling();

  /** Values of a state. */
  int width();

  /** Values of an embedding, as {@link #project} gives it. */
  int embeddingWidth();

  /** Whether a text's tokens see those after them, so that all of it must be in one step. */
  boolean takesWholeTexts();

  /**
   * Appends the rows of {@code batch} to their sequences: prompts, tokens of texts, texts that are
   * embedded, or all of them.
   *
   * @param batch whose sequences grow by their rows, or stay as they were if this call throws or is
   *     cancelled
   * @param results receives {@link Batch#logits()} rows of logits and behind them {@link
   *     Batch#states()} states, as they leave the last layer and its norm, each in the order of the
   *     batch
   * @param cancellation asked between layers, on the calling thread
   * @return false if cancelled: then nothing has changed
   */
  boolean forward(Batch batch, float[] results, Cancellation cancellation);

  /** Runs the pieces of a task on the threads that compute, the caller's among them. */
  void each(int pieces, WorkerPool.Task task);

  /**
   * What the model makes of a text's pooled state, {@code (width)}: its embedding, {@code
   * (embeddingWidth)}.
   */
  float[] project(float[] pooled);

  /** Whether it judges how well a document answers a query: whether it has a {@link Classifier}. */
  boolean ranks();

  /**
   * The probability that a document answers a query, from 0 to 1, by the pooled state of both,
   * {@code (width)}.
   *
   * @throws java.util.NoSuchElementException if it does not {@link #ranks() rank}
   */
  double score(float[] pooled);

  /** Releases the threads and the storage; no call may be running or follow. */
  @Override
  void close();
}
