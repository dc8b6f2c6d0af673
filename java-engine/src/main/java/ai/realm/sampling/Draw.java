package ai.realm.sampling;

import java.util.random.RandomGenerator;

/** Draws one candidate by its probability. */
final class Draw {
  private double[] weights = new double[0];

  /**
   * The id of a candidate, drawn with probability proportional to exp(logit / temperature).
   *
   * @param temperature above 0
   * @param random gives one number a draw
   */
  int from(Candidates candidates, double temperature, RandomGenerator random) {
    int size = candidates.size();
    if (weights.length < size) {
      weights = new double[size];
    }
    double largest = candidates.largest();
    double total = 0;
    int last = 0;
    for (int i = 0; i < size; i++) {
      weights[i] = Math.exp((candidates.logit(i) - largest) / temperature);
      total += weights[i];
      last = weights[i] > 0 ? i : last;
    }
    double point = random.nextDouble() * total;
    for (int i = 0; i < last; i++) {
      point -= weights[i];
      if (point < 0) {
        return candidates.id(i);
      }
    }
    // Rounding may leave a rest: it belongs to the last one that can be drawn.
    return candidates.id(last);
  }
}
