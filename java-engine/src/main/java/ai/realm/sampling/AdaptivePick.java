package ai.realm.sampling;

/** Draws as {@link AdaptiveP} says, and moves its target by what was drawn. */
final class AdaptivePick implements Pick {
  /** llama.cpp's: the weight of a probability that meets the target, as a logit. */
  private static final double PEAK = 5;

  private static final double SHARPNESS = 10;

  /** How far from the target a probability still counts as near. */
  private static final double WIDTH = 0.3;

  private final AdaptiveP adaptive;
  private double[] probabilities = {};
  private double[] weights = {};

  /** The sum of the probabilities of the tokens so far, and of their weights: the latest has 1. */
  private double sum;

  private double sumOfWeights;
  private int drawn = -1;
  private double probabilityOfDrawn;

  /** At the start of a sequence: as if all before had met the target. */
  AdaptivePick(AdaptiveP adaptive) {
    this.adaptive = adaptive;
    this.sumOfWeights = 1 / (1 - adaptive.decay());
    this.sum = adaptive.target() * sumOfWeights;
  }

  @Override
  public double[] weigh(Candidates candidates, double temperature) {
    int size = candidates.size();
    probabilities = candidates.weights(temperature, probabilities);
    double total = 0;
    for (int i = 0; i < size; i++) {
      total += probabilities[i];
    }
    if (weights.length < size) {
      weights = new double[size];
    }
    double target = Math.clamp(2 * adaptive.target() - sum / sumOfWeights, 0, 1);
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < size; i++) {
      probabilities[i] /= total;
      double distance = Math.abs(probabilities[i] - target) / WIDTH;
      // Where the temperature is 0 there is but one candidate.
      boolean possible = temperature > 0 || probabilities[i] > 0;
      weights[i] =
          possible
              ? PEAK - SHARPNESS * distance * distance / (1 + distance)
              : Double.NEGATIVE_INFINITY;
      largest = Math.max(largest, weights[i]);
    }
    for (int i = 0; i < size; i++) {
      weights[i] = Math.exp(weights[i] - largest);
    }
    return weights;
  }

  @Override
  public void drawn(Candidates candidates, int index) {
    drawn = candidates.id(index);
    probabilityOfDrawn = probabilities[index];
  }

  @Override
  public Pick copy() {
    AdaptivePick copy = new AdaptivePick(adaptive);
    copy.sum = sum;
    copy.sumOfWeights = sumOfWeights;
    copy.probabilities = probabilities;
    copy.weights = weights;
    return copy;
  }

  @Override
  public void accept(int id) {
    if (id == drawn) {
      sum = probabilityOfDrawn + adaptive.decay() * sum;
      sumOfWeights = 1 + adaptive.decay() * sumOfWeights;
    }
    drawn = -1;
  }
}
