package ai.realm.sampling;

/** Draws as {@link Mirostat} says, and steers by the surprise of what was drawn. */
final class MirostatPick implements Pick {
  /** Tokens by which version 1 estimates how probabilities fall with their rank. */
  private static final int ESTIMATED_BY = 100;

  private static final int FIRST_SORTED = 128;

  private final Mirostat mirostat;
  private final int vocabulary;
  private double[] weights = {};
  private double total;

  /** The largest surprise, in bits. */
  private double mu;

  /** At the start of a sequence. */
  MirostatPick(Mirostat mirostat, int vocabulary) {
    this.mirostat = mirostat;
    this.vocabulary = vocabulary;
    this.mu = 2 * mirostat.tau();
  }

  @Override
  public double[] weigh(Candidates candidates, double temperature) {
    int kept =
        mirostat.version() == 1
            ? rank(candidates, temperature)
            : bySurprise(candidates, temperature);
    candidates.sortFirst(kept);
    candidates.keepFirst(kept);
    weights = candidates.weights(temperature, weights);
    total = 0;
    for (int i = 0; i < kept; i++) {
      total += weights[i];
    }
    return weights;
  }

  /** Up to which rank: by how a distribution after Zipf falls that has these probabilities. */
  private int rank(Candidates candidates, double temperature) {
    int seen = Math.min(ESTIMATED_BY, candidates.size());
    candidates.sortFirst(seen);
    double products = 0;
    double squares = 0;
    for (int i = 0; i + 1 < seen; i++) {
      double ranks = Math.log((i + 2.0) / (i + 1.0));
      double probabilities = ((double) candidates.logit(i) - candidates.logit(i + 1)) / temperature;
      products += ranks * probabilities;
      squares += ranks * ranks;
    }
    double exponent = products / squares;
    double excess = exponent - 1;
    double rank =
        Math.pow(excess * Math.pow(2, mu) / (1 - Math.pow(vocabulary, -excess)), 1 / exponent);
    // No rank is a number where a single token is left, or the exponent is 1.
    return (int) Math.clamp(Double.isNaN(rank) ? 1 : rank, 1, candidates.size());
  }

  /** How many of the most probable ones are no more surprising than they may be. */
  private int bySurprise(Candidates candidates, double temperature) {
    double largest = candidates.largest();
    double logTotal = Math.log(candidates.total(temperature));
    int sorted = 0;
    for (int i = 0; i < candidates.size(); i++) {
      if (i == sorted) {
        sorted = (int) Math.min(candidates.size(), Math.max(FIRST_SORTED, 4L * sorted));
        candidates.sortFirst(sorted);
      }
      double logProbability = (candidates.logit(i) - largest) / temperature - logTotal;
      if (-logProbability / Math.log(2) > mu) {
        return Math.max(1, i);
      }
    }
    return candidates.size();
  }

  @Override
  public void drawn(Candidates candidates, int index) {
    double surprise = -Math.log(weights[index] / total) / Math.log(2);
    mu -= mirostat.eta() * (surprise - mirostat.tau());
  }

  @Override
  public Pick copy() {
    MirostatPick copy = new MirostatPick(mirostat, vocabulary);
    copy.mu = mu;
    copy.weights = weights;
    return copy;
  }

  @Override
  public void accept(int id) {}
}
