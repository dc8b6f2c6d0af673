package ai.realm.sampling;

/**
 * Mirostat (Basu et al., 2020, arXiv:2007.14966): keeps the surprise of a text's tokens near a
 * target, by leaving out tokens that would be too surprising. It takes the place of all other
 * samplers but the bias and the temperature.
 *
 * @param version 1, which estimates how many tokens to keep, or 2, which leaves out those whose
 *     surprise is too large
 * @param tau the target, in bits; 0 to 100
 * @param eta how quickly it is steered by what came; 0 to 1
 */
public record Mirostat(int version, double tau, double eta) {
  /** As llama.cpp has it. */
  public static final Mirostat DEFAULTS = new Mirostat(2, 5, 0.1);

  /** Checks all ranges. */
  public Mirostat {
    Ranges.check("mirostat.version", version, version == 1 || version == 2, "1 or 2");
    Ranges.check("mirostat.tau", tau, 0, 100);
    Ranges.check("mirostat.eta", eta, 0, 1);
  }
}
