package ai.realm.kernels;

import java.util.Arrays;

/**
 * The attention of one layer: {@code softmax(cap(scale * q k^T)) v}, where {@code cap(s) = softcap
 * * tanh(s / softcap)}, over the positions that a query sees. The query at position p sees {@code
 * [p - behind, p + ahead]}, as far as there are any: all before it and itself where it is causal.
 *
 * <p>A head's sink (Xiao et al. 2023, OpenAI 2025) is one more score in its softmax, which takes
 * its share of the weights and has no value. A head's slope (ALiBi, Press et al. 2022) makes it
 * prefer what is near: the query at position p takes {@code slope * |p - j|} from its score of
 * position j, behind the cap.
 *
 * @param heads query heads
 * @param kvHeads key-value heads: each serves {@code heads / kvHeads} query heads (GQA, Ainslie et
 *     al. 2023)
 * @param headDim values of a head
 * @param scale of the scores
 * @param softcap what scores stay below; infinity where they are not capped
 * @param behind positions before its own that a query sees at most
 * @param ahead positions after its own that a query sees at most
 * @param sinks {@code (heads)}, scores; -infinity where there is no sink
 * @param slopes {@code (heads)}, from 0 on; 0 where there is no slope
 */
public record AttentionShape(
    int heads,
    int kvHeads,
    int headDim,
    float scale,
    float softcap,
    int behind,
    int ahead,
    float[] sinks,
    float[] slopes) {

  /** What {@code behind} and {@code ahead} are where a query sees all. */
  public static final int ALL = Integer.MAX_VALUE;

  /** Causal attention, with scores of {@code q k^T / sqrt(head_dim)}. */
  public static AttentionShape causal(int heads, int kvHeads, int headDim) {
    float[] none = new float[heads];
    Arrays.fill(none, Float.NEGATIVE_INFINITY);
    return new AttentionShape(
        heads,
        kvHeads,
        headDim,
        (float) (1 / Math.sqrt(headDim)),
        Float.POSITIVE_INFINITY,
        ALL,
        0,
        none,
        new float[heads]);
  }

  /** The same with another scale of the scores. */
  public AttentionShape scale(float newScale) {
    return new AttentionShape(
        heads, kvHeads, headDim, newScale, softcap, behind, ahead, sinks, slopes);
  }

  /** The same with capped scores. */
  public AttentionShape softcap(float cap) {
    return new AttentionShape(heads, kvHeads, headDim, scale, cap, behind, ahead, sinks, slopes);
  }

  /** The same where a query sees the last {@code positions} positions, its own among them. */
  public AttentionShape window(int positions) {
    return new AttentionShape(
        heads, kvHeads, headDim, scale, softcap, positions - 1, 0, sinks, slopes);
  }

  /** The same where a query sees all positions, as in an encoder. */
  public AttentionShape bothWays() {
    return new AttentionShape(heads, kvHeads, headDim, scale, softcap, ALL, ALL, sinks, slopes);
  }

  /** The same where a query sees up to {@code positions} positions on each side of its own. */
  public AttentionShape around(int positions) {
    return new AttentionShape(
        heads, kvHeads, headDim, scale, softcap, positions, positions, sinks, slopes);
  }

  /** The same with a sink for each head. */
  public AttentionShape sinks(float[] scores) {
    return new AttentionShape(
        heads, kvHeads, headDim, scale, softcap, behind, ahead, scores, slopes);
  }

  /** The same with a slope for each head. */
  public AttentionShape slopes(float[] falls) {
    return new AttentionShape(heads, kvHeads, headDim, scale, softcap, behind, ahead, sinks, falls);
  }

  /** Query heads a key-value head. */
  public int group() {
    return heads / kvHeads;
  }

  /** Width of a token's queries. */
  public int queryWidth() {
    return heads * headDim;
  }

  /** Width of a token's keys, and of its values. */
  public int kvWidth() {
    return kvHeads * headDim;
  }

  /** The first position that the query at {@code position} sees. */
  public int first(int position) {
    return Math.max(0, position - behind);
  }

  /** The end of the positions that it sees, of a sequence of {@code length}. */
  public int end(int position, int length) {
    return ahead >= length - position ? length : position + ahead + 1;
  }

  /** Whether a query sees all positions up to its own, and no others. */
  public boolean seesAllBefore() {
    return behind == ALL && ahead == 0;
  }
}
