package ai.realm.sampling;

/**
 * "Exclude top choices" (p-e-w, 2024): sometimes leaves out all tokens that are probable enough but
 * for the least probable of them, so that a text takes turns that nobody expects.
 *
 * @param probability how often; 0 to 1
 * @param threshold from which probability on a token is probable enough; 0 to 0.5: above that there
 *     can be only one
 */
public record Xtc(double probability, double threshold) {
  /** What its author recommends. */
  public static final Xtc DEFAULTS = new Xtc(0.5, 0.1);

  private static final int FIRST_SORTED = 16;

  /** Checks both ranges. */
  public Xtc {
    Ranges.check("xtc.probability", probability, 0, 1);
    Ranges.check("xtc.threshold", threshold, 0, 0.5);
  }

  /** Whether a number is drawn for these candidates: of one nothing is left out. */
  boolean concerns(Candidates candidates) {
    return probability > 0 && candidates.size() > 1;
  }

  /**
   * Leaves them out where the drawn number says so.
   *
   * @param chance drawn evenly from [0, 1)
   */
  void apply(Candidates candidates, double chance) {
    if (chance > probability) {
      return;
    }
    double largest = candidates.largest();
    double total = candidates.total(1);
    int last = 0;
    int sorted = 0;
    for (int i = 0; i < candidates.size(); i++) {
      if (i == sorted) {
        sorted = (int) Math.min(candidates.size(), Math.max(FIRST_SORTED, 4L * sorted));
        candidates.sortFirst(sorted);
      }
      if (Math.exp(candidates.logit(i) - largest) / total < threshold) {
        break;
      }
      last = i;
    }
    candidates.dropFirst(last);
  }
}
