package ai.realm.sampling;

/** What the options add to single logits, and which tokens they leave to be drawn. */
final class Filters {
  /** How many candidates are put in order first: most nuclei are smaller. */
  private static final int FIRST_SORTED = 64;

  private final int[] biasedIds;
  private final float[] biases;
  private final double topNSigma;
  private final double typicalP;
  private final double topP;
  private final double minP;

  Filters(SamplingOptions options) {
    biasedIds =
        options.logitBias().keySet().stream().mapToInt(Integer::intValue).sorted().toArray();
    biases = new float[biasedIds.length];
    for (int i = 0; i < biases.length; i++) {
      biases[i] = options.logitBias().get(biasedIds[i]);
    }
    topNSigma = options.topNSigma();
    typicalP = options.typicalP();
    topP = options.topP();
    minP = options.minP();
  }

  /** Adds the caller's bias to single logits of a row; negative infinity bans a token. */
  void bias(float[] logits, int from) {
    for (int i = 0; i < biases.length; i++) {
      int at = from + biasedIds[i];
      // Two large finite numbers must not add up to infinity, which no probability can be made of.
      logits[at] = Math.min(logits[at] + biases[i], Float.MAX_VALUE);
    }
  }

  /**
   * Top-nσ (Tang et al., 2024, arXiv:2411.07641): keeps the tokens whose logit is at most n
   * standard deviations of all logits below the largest. 0 keeps all.
   *
   * @param candidates the largest ones of the row
   * @param logits hold the row from {@code from} on; those of negative infinity do not count
   */
  void topNSigma(Candidates candidates, float[] logits, int from, int count) {
    if (topNSigma == 0 || candidates.size() == 1) {
      return;
    }
    double sum = 0;
    int counted = 0;
    for (int i = from; i < from + count; i++) {
      if (logits[i] > Float.NEGATIVE_INFINITY) {
        sum += logits[i];
        counted++;
      }
    }
    double mean = sum / counted;
    double squares = 0;
    for (int i = from; i < from + count; i++) {
      if (logits[i] > Float.NEGATIVE_INFINITY) {
        squares += (logits[i] - mean) * (logits[i] - mean);
      }
    }
    candidates.keepFrom(candidates.largest() - topNSigma * Math.sqrt(squares / counted));
  }

  /** Keeps the typical ones. */
  void typicalP(Candidates candidates) {
    Typical.apply(candidates, typicalP);
  }

  /**
   * Nucleus sampling (Holtzman et al., 2020, arXiv:1904.09751): keeps the smallest set of the most
   * probable tokens whose probabilities sum to at least p. 0 keeps the most probable token alone, 1
   * keeps all.
   */
  void topP(Candidates candidates) {
    if (topP == 1) {
      return;
    }
    double largest = candidates.largest();
    double total = 0;
    for (int i = 0; i < candidates.size(); i++) {
      total += Math.exp(candidates.logit(i) - largest);
    }
    double reached = 0;
    int inOrder = 0;
    for (int i = 0; i < candidates.size(); i++) {
      if (i == inOrder) {
        inOrder = (int) Math.min(candidates.size(), Math.max(FIRST_SORTED, 4L * inOrder));
        candidates.sortFirst(inOrder);
      }
      reached += Math.exp(candidates.logit(i) - largest);
      if (reached >= topP * total) {
        candidates.keepFirst(i + 1);
        return;
      }
    }
  }

  /**
   * Min-p sampling (Nguyen et al., 2024, arXiv:2407.01082): keeps the tokens that are at least p
   * times as probable as the most probable one. 0 keeps all.
   */
  void minP(Candidates candidates) {
    if (minP > 0) {
      candidates.keepFrom(candidates.largest() + Math.log(minP));
    }
  }
}
