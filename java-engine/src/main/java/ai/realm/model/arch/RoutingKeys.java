package ai.realm.model.arch;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.model.net.Routing;
import ai.realm.model.net.Routing.Choice;
import ai.realm.model.net.Routing.Scores;

/** The routing of mixtures as the keys {@code <architecture>.expert_*} say. */
final class RoutingKeys {
  private RoutingKeys() {}

  /**
   * By {@code expert_gating_func}, {@code expert_weights_norm} and {@code expert_weights_scale},
   * and by {@link #choice}.
   */
  static Routing read(Hyperparameters h, LayerSource b) {
    boolean normalized = h.flag("expert_weights_norm", false);
    double scale = h.number("expert_weights_scale", 0);
    float weightsScale = scale == 0 ? 1 : (float) h.positive("expert_weights_scale", 1);
    return new Routing(scores(h), choice(h, b), b.usedExperts(), normalized, weightsScale);
  }

  /** {@code expert_gating_func}: softmax, or sigmoid. */
  static Scores scores(Hyperparameters h) {
    long function = h.integer("expert_gating_func", 1);
    return switch (Math.clamp(function, 0, 3)) {
      case 0, 1 -> Scores.SOFTMAX; // Old files have 0 where nobody said.
      case 2 -> Scores.SIGMOID;
      default ->
          throw new EngineException(
              ErrorCode.UNSUPPORTED_ARCHITECTURE,
              "%s is %d, expected 1 (softmax) or 2 (sigmoid)"
                  .formatted(h.key("expert_gating_func"), function));
    };
  }

  /** By {@code exp_probs_b.bias} and {@code expert_group_count}, where the file has them. */
  static Choice choice(Hyperparameters h, LayerSource b) {
    int n = b.expertCount();
    boolean biased = b.has("exp_probs_b.bias");
    float[] bias = biased ? b.vector("exp_probs_b.bias", n) : new float[n];
    int groups = Math.clamp(h.integer("expert_group_count", 1), 0, Integer.MAX_VALUE);
    if (groups > 1) {
      int used = h.count("expert_group_used_count", groups);
      if (n % groups != 0 || n / groups < 2 || n / groups * used < b.usedExperts()) {
        throw h.invalid(
            "expert_group_count",
            groups,
            ("a divisor of the %d experts, into groups of two at least, of which %d have %d"
                    + " experts")
                .formatted(n, used, b.usedExperts()));
      }
      return new Choice.Grouped(bias, groups, used);
    }
    return biased ? new Choice.Biased(bias) : new Choice.Best();
  }
}
