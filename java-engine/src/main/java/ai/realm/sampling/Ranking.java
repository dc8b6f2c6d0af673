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
    candidates.takeLargest(logits, from, count, top);
    candidates.sortFirst(candidates.size());
    double largest = candidates.largest();
    double total = 0;
    for (int i = from; i < from + count; i++) {
      total += Math.exp(logits[i] - largest);
    }
    double logTotal = largest + Math.log(total);
    int[] ids = new int[candidates.size()];
    double[] logProbabilities = new double[ids.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = candidates.id(i);
      logProbabilities[i] = candidates.logit(i) - logTotal;
    }
    return new TopTokens(ids, logProbabilities);
  }
}
