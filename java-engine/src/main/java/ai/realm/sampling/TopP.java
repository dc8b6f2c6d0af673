package ai.realm.sampling;

/**
 * Nucleus sampling (Holtzman et al., 2020, arXiv:1904.09751): keeps the smallest set of the most
 * probable tokens whose probabilities sum to at least p.
 *
 * @param p 0 keeps the most probable token alone, 1 keeps all
 */
record TopP(double p) {
  /** How many candidates are put in order first: most nuclei are smaller. */
  private static final int FIRST_SORTED = 64;

  /** Drops the candidates outside the nucleus. */
  void apply(Candidates candidates) {
    if (p == 1) {
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
      if (reached >= p * total) {
        candidates.keepFirst(i + 1);
        return;
      }
    }
  }
}
