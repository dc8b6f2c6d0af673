package ai.realm.sampling;

/**
 * Min-p sampling (Nguyen et al., 2024, arXiv:2407.01082): keeps the tokens that are at least p
 * times as probable as the most probable one.
 *
 * @param p in [0, 1]; 0 keeps all
 */
record MinP(double p) {

  /** Drops the candidates that are too improbable. */
  void apply(Candidates candidates) {
    if (p > 0) {
      candidates.keepFrom(candidates.largest() + Math.log(p));
    }
  }
}
