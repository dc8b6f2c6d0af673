package ai.realm.kernels;

/**
 * Attention over the KV cache. As of {@link Kernels}: every method works on the calling thread
 * alone and touches only what its arguments name.
 */
public interface AttentionKernels {

  /**
   * Causal attention of the query heads that share one key-value head, over everything in the
   * cache: softmax(q k^T * scale) v without a matrix of scores (Dao et al. 2022).
   *
   * @param q queries, {@code (n_tokens, n_heads, head_dim)}, already rotated
   * @param stride floats from one token's queries (and outputs) to the next's
   * @param token first token of the call's tile
   * @param tokens tokens in it
   * @param firstPosition position of token 0 of {@code q} in the sequence; token t sees positions
   *     up to {@code firstPosition + t}
   * @param kv the cached keys and values, which already hold these positions
   * @param kvHead the key-value head
   * @param group query heads a key-value head
   * @param scale of the scores
   * @param out receives {@code (n_tokens, n_heads, head_dim)}
   */
  void attend(
      float[] q,
      int stride,
      int token,
      int tokens,
      int firstPosition,
      KvLayer kv,
      int kvHead,
      int group,
      float scale,
      float[] out);

  /**
   * The same for one token over some spans of {@link KvLayer#SPAN} positions alone, for threads to
   * divide: {@link #joinSpans} makes of it the bits that {@link #attend} gives.
   *
   * @param q the token's queries, {@code (n_heads, head_dim)}
   * @param heads n_heads
   * @param position of the token; it sees positions up to this one
   * @param span the first span
   * @param endSpan the end of them
   * @param parts {@code (spans, n_heads, head_dim + 2)}, receives what these spans and heads add:
   *     outputs as yet undivided by the sum of their weights e^(score - maximum); the maximum; and
   *     that sum
   */
  void attendSpans(
      float[] q,
      int heads,
      int position,
      KvLayer kv,
      int kvHead,
      int group,
      float scale,
      int span,
      int endSpan,
      float[] parts);

  /**
   * Joins the parts of all spans that a token sees.
   *
   * @param parts {@code (spans, n_heads, head_dim + 2)}
   * @param out receives {@code (n_heads, head_dim)}
   */
  void joinSpans(float[] parts, int spans, int heads, int headDim, float[] out);
}
