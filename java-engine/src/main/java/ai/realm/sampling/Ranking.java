package ai.realm.sampling;

/**
 * Finds the most probable tokens in rows of logits; its arrays are reused. For one thread at a
 * time.
 */
public final class Ranking {

  /**
   * The most probable tokens at one position, the most probable first, the lowest id first of
   * equals.
   *
   * @param ids the tokens
   * @param logProbabilities the natural logarithm of each one's probability among the whole
   *     vocabulary
   */
  public record TopTokens(int[] ids, double[] logProbabilities) {}

  private final int top;
  private final Candidates candidates = new Candidates();

  /**
   * A ranking.
   *
   * @param top how many tokens it gives of each row, at least 1
   */
  public Ranking(int top) {
    this.top = top;
  }

  /**
   * The most probable tokens of one row, fewer than asked only where fewer have a logit above
   * negative infinity. The log-softmax is computed in f64.
   *
   * @param logits holds the row
   * @param from index of the row's first logit
   * @param count the row's length: the vocabulary's size
   * @throws ai.realm.error.EngineException {@code INTERNAL} if a logit is not a number or positive
   *     infinity
   */
  public TopTokens rank(float[] logits, int from, int count) {
    return rank(logits, from, count, logTotal(logits, from, count));
  }

  /** The same, where the row's {@link #logTotal} is known. */
  TopTokens rank(float[] logits, int from, int count, double logTotal) {
    candidates.takeLargest(logits, from, count, top);
    candidates.sortFirst(candidates.size());
    int[] ids = new int[candidates.size()];
    double[] logProbabilities = new double[ids.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = candidates.id(i);
      logProbabilities[i] = candidates.logit(i) - logTotal;
    }
    return new TopTokens(ids, logProbabilities);
  }

  /**
   * The logarithm of the sum of a row's exponentials, in f64: what a logit has to be less than by
   * its log-probability.
   */
  static double logTotal(float[] logits, int from, int count) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = from; i < from + count; i++) {
      largest = Math.max(largest, logits[i]);
    }
    double total = 0;
    for (int i = from; i < from + count; i++) {
      total += Math.exp((double) logits[i] - largest);
    }
    return largest + Math.log(total);
  }
}
