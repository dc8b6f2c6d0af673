package ai.realm.sampling;

/**
 * Draws tokens whose probability is near a target (llama.cpp's adaptive-p): what was drawn lately
 * moves it, so that the mean comes to lie there.
 *
 * @param target the probability, 0 to 1
 * @param decay how much of what was drawn before is remembered with each token, 0 to 0.99
 */
public record AdaptiveP(double target, double decay) {
  /** Checks both ranges. */
  public AdaptiveP {
    Ranges.check("adaptiveP.target", target, 0, 1);
    Ranges.check("adaptiveP.decay", decay, 0, 0.99);
  }
}
