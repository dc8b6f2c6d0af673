package ai.realm.kernels;

/**
 * Attention over the KV cache. As of {@link Kernels}: every method works on the calling thread
 * alone and touches only what its arguments name.
 */
public interface AttentionKernels {

  /**
   * Some rows of one sequence, at positions one after the other.
   *
   * @param q queries, {@code (n_rows, n_heads, head_dim)}, already rotated
   * @param out as many outputs
   * @param row the first of them
   * @param count how many
   * @param position of the first in its sequence
   */
  record Tile(float[] q, float[] out, int row, int count, int position) {}

  /**
   * Attention of the query heads that share one key-value head, over all that they see: softmax(q
   * k^T * scale) v without a matrix of scores (Dao et al. 2022).
   *
   * @param tile whose outputs are written
   * @param kv the cached keys and values, which already hold these positions
   * @param kvHead the key-value head
   */
  void attend(AttentionShape shape, Tile tile, KvLayer kv, int kvHead);

  /**
   * The same for one row over some of the spans of {@link KvLayer#SPAN} positions that it sees, for
   * threads to divide: {@link #joinSpans} makes of it the bits that {@link #attend} gives.
   *
   * @param tile one row, whose output is not written
   * @param span the first span, numbered from the sequence's start
   * @param endSpan the end of them
   * @param parts {@code (spans, n_heads, head_dim + 2)} from the first span that the row sees on,
   *     receives what these spans and heads add: outputs as yet undivided by the sum of their
   *     weights e^(score - maximum); the maximum; and that sum
   */
  void attendSpans(
      AttentionShape shape,
      Tile tile,
      KvLayer kv,
      int kvHead,
      int span,
      int endSpan,
      float[] parts);

  /**
   * Joins the parts of all spans that a row sees, and those of the sinks.
   *
   * @param parts {@code (spans, n_heads, head_dim + 2)}
   * @param out receives {@code (n_heads, head_dim)} from {@code at} on
   */
  void joinSpans(AttentionShape shape, float[] parts, int spans, float[] out, int at);
}
