package ai.realm.sampling;

import ai.realm.sampling.Ranking.TopTokens;

/**
 * A row of logits as the model gave it, kept while a format and a sampler change the row itself.
 * Its arrays are reused. For one thread at a time.
 */
public final class ModelDistribution {
  private static final TopTokens NONE = new TopTokens(new int[0], new double[0]);

  private final int top;
  private final Ranking ranking;
  private float[] row = {};
  private double logTotal;

  /** One that tells of the {@code top} most probable tokens, 0 or more. */
  public ModelDistribution(int top) {
    this.top = top;
    this.ranking = new Ranking(Math.max(1, top));
  }

  /** Keeps the {@code count} logits from {@code from} on. */
  public void keep(float[] logits, int from, int count) {
    if (row.length != count) {
      row = new float[count];
    }
    System.arraycopy(logits, from, row, 0, count);
    logTotal = Ranking.logTotal(row, 0, count);
  }

  /** The natural logarithm of a token's probability, computed in f64. */
  public double logProbability(int id) {
    return row[id] - logTotal;
  }

  /**
   * The most probable tokens, the most probable first.
   *
   * @throws ai.realm.error.EngineException {@code INTERNAL} if a logit is not a number or positive
   *     infinity
   */
  public TopTokens top() {
    return top == 0 ? NONE : ranking.rank(row, 0, row.length, logTotal);
  }
}
