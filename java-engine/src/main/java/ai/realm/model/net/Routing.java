package ai.realm.model.net;

/**
 * How the router of a mixture chooses experts for a token, and what they weigh: {@code p =
 * scores(router(x))} of all experts; {@code used} of them by {@link Choice}; the weight of a chosen
 * expert is its p, divided by the sum of the chosen ones' where {@code normalized}, times {@code
 * scale}.
 *
 * @param used experts of a token, from 1 to the number that there are
 * @param normalized whether a token's weights add up to {@code scale}
 * @param scale of the weights, 1 in most
 */
public record Routing(Scores scores, Choice choice, int used, boolean normalized, float scale) {

  /** What becomes of the router's result. */
  public enum Scores {
    /** {@code p = softmax(s)} over all experts. */
    SOFTMAX,
    /** {@code p = 1 / (1 + e^-s)}, each expert by itself. */
    SIGMOID
  }

  /** Which experts are chosen. */
  public sealed interface Choice {

    /** Those of the greatest p. */
    record Best() implements Choice {}

    /**
     * Those of the greatest {@code p + bias}, by which training keeps experts evenly busy (Wang et
     * al. 2024); the weights know nothing of it.
     *
     * @param bias {@code (n_expert)}
     */
    record Biased(float[] bias) implements Choice {}

    /**
     * Those of the greatest {@code p + bias} among the groups of neighbours whose two best experts
     * have the greatest sums of it (DeepSeek-AI 2024).
     *
     * @param bias {@code (n_expert)}
     * @param groups that all experts are divided into, of two experts at least
     * @param used how many of these are left
     */
    record Grouped(float[] bias, int groups, int used) implements Choice {}
  }

  /**
   * The greatest scores, weighed by their softmax alone (Shazeer et al. 2017), which is what the
   * softmax of all gives once it is made to add up to 1 again.
   */
  public static Routing softmaxOfBest(int used) {
    return new Routing(Scores.SOFTMAX, new Choice.Best(), used, /* normalized= */ true, 1);
  }
}
