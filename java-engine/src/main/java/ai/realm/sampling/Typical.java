package ai.realm.sampling;

import java.util.BitSet;

/**
 * Locally typical sampling (Meister et al., 2022, arXiv:2202.00666): keeps the tokens whose
 * surprise is nearest to the distribution's entropy, the fewest whose probabilities are more than p
 * together.
 */
final class Typical {
  private Typical() {}

  /**
   * Keeps them; of those that are equally near, the more probable first, and of equals the lowest
   * id.
   *
   * @param p 0 to 1; 1 keeps all
   */
  static void apply(Candidates candidates, double p) {
    if (p == 1) {
      return;
    }
    int size = candidates.size();
    candidates.sortFirst(size);
    double logTotal = candidates.largest() + Math.log(candidates.total(1));
    double entropy = candidates.entropy();
    // In order of probability surprises ascend: those nearest to the entropy lie side by side.
    int after = 0;
    while (after < size && logTotal - candidates.logit(after) < entropy) {
      after++;
    }
    int before = after; // Those from here on are taken, or behind the entropy.
    BitSet kept = new BitSet(size);
    double reached = 0;
    while (reached <= p && (before > 0 || after < size)) {
      double below =
          before > 0 ? distance(candidates, before - 1, logTotal, entropy) : Double.MAX_VALUE;
      double above =
          after < size ? distance(candidates, after, logTotal, entropy) : Double.MAX_VALUE;
      if (below <= above) {
        // Equals are taken from the lowest id on.
        int first = before - 1;
        while (first > 0 && candidates.logit(first - 1) == candidates.logit(before - 1)) {
          first--;
        }
        for (int i = first; i < before && reached <= p; i++) {
          kept.set(i);
          reached += Math.exp(candidates.logit(i) - logTotal);
        }
        before = first;
      } else {
        kept.set(after);
        reached += Math.exp(candidates.logit(after) - logTotal);
        after++;
      }
    }
    candidates.keep(kept);
  }

  private static double distance(Candidates candidates, int at, double logTotal, double entropy) {
    return Math.abs(logTotal - candidates.logit(at) - entropy);
  }
}
