package ai.realm.model.arch;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.model.net.Rope;
import ai.realm.model.net.Rope.Pairing;

/**
 * RoPE as the keys {@code <architecture>.rope.*} say. Scaling: linear interpolation (Chen et al.
 * 2023), YaRN (Peng et al. 2023), or a factor for each frequency, as Llama 3 has in {@code
 * rope_freqs.weight}, and LongRoPE (Ding et al. 2024) in two tensors.
 */
final class RopeKeys {
  private RopeKeys() {}

  /** By {@code rope.freq_base}, {@code rope_freqs.weight} and {@code rope.scaling.*}. */
  static Rope read(Hyperparameters h, WeightSource w, Pairing pairing) {
    return read(h, w, pairing, yarnMagnitude(h));
  }

  /** The same where what YaRN turns is multiplied by this. */
  static Rope read(Hyperparameters h, WeightSource w, Pairing pairing, double yarnMagnitude) {
    double base = base(h, "rope.freq_base", 10000);
    double[] frequencies = frequencies(h, base);
    if (w.has("rope_freqs.weight")) {
      divide(frequencies, w, "rope_freqs.weight");
    }
    double factor = factor(h);
    double magnitude = 1;
    String type = h.text("rope.scaling.type", "linear");
    switch (type) {
      case "none" -> {}
      case "linear" -> {
        for (int i = 0; i < frequencies.length; i++) {
          frequencies[i] /= factor;
        }
      }
      case "yarn" -> {
        yarn(h, frequencies, factor, base);
        magnitude = yarnMagnitude;
      }
      default ->
          throw new EngineException(
              ErrorCode.UNSUPPORTED_ARCHITECTURE,
              "%s is %s, expected none, linear or yarn"
                  .formatted(h.key("rope.scaling.type"), type));
    }
    return new Rope(frequencies, magnitude, pairing);
  }

  /** By this base alone. */
  static Rope unscaled(Hyperparameters h, double base, Pairing pairing) {
    return new Rope(frequencies(h, base), 1, pairing);
  }

  /** The same of other heads, of which those values turn that the key says. */
  static Rope unscaled(Hyperparameters h, double base, String key, int headDim, Pairing pairing) {
    return new Rope(frequencies(h, base, key, headDim), 1, pairing);
  }

  /**
   * LongRoPE, where the file has it: the factors for long contexts if the model is loaded for more
   * tokens than it was trained for at first, the ones for short contexts if not.
   */
  static Rope longRope(Hyperparameters h, WeightSource w, Pairing pairing) {
    if (!w.has("rope_factors_long.weight")) {
      return read(h, w, pairing);
    }
    long original = originalContext(h);
    boolean isLong = h.context() > original;
    double[] frequencies = frequencies(h, base(h, "rope.freq_base", 10000));
    divide(frequencies, w, isLong ? "rope_factors_long.weight" : "rope_factors_short.weight");
    w.ignore(isLong ? "rope_factors_short.weight" : "rope_factors_long.weight");
    return new Rope(frequencies, h.positive("rope.scaling.attn_factor", 1), pairing);
  }

  /** The base under {@code <architecture>.<key>}. */
  static double base(Hyperparameters h, String key, double otherwise) {
    double base = h.number(key, otherwise);
    if (!(base > 1 && Double.isFinite(base))) {
      throw h.invalid(key, base, "a number above 1");
    }
    return base;
  }

  /** Tokens of context that the model was trained for before its context was made longer. */
  static long originalContext(Hyperparameters h) {
    String key = "rope.scaling.original_context_length";
    long original = h.integer(key, h.trainedContext());
    if (original < 1) {
      throw h.invalid(key, original, "a number of tokens from 1");
    }
    return original;
  }

  /** {@code base^(-2i / n)} of the n values of a head that turn. */
  private static double[] frequencies(Hyperparameters h, double base) {
    String heads =
        h.has("attention.head_count_kv") ? "attention.head_count_kv" : "attention.head_count";
    int headDim =
        h.keyLength().orElseThrow(() -> h.invalid(heads, 0, "a number above 0 in some layer"));
    return frequencies(h, base, "rope.dimension_count", headDim);
  }

  private static double[] frequencies(Hyperparameters h, double base, String key, int headDim) {
    long n = h.integer(key, headDim);
    if (n < 2 || n > headDim || n % 2 != 0) {
      throw h.invalid(key, n, "an even number from 2 to the head's " + headDim);
    }
    double[] frequencies = new double[(int) n / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = Math.pow(base, -2.0 * i / n);
    }
    return frequencies;
  }

  private static void divide(double[] frequencies, WeightSource w, String tensor) {
    long elements = w.tensorOf(tensor).elements();
    if (elements != frequencies.length) {
      throw new EngineException(
          ErrorCode.MODEL_INVALID,
          "%s has %d elements, %d are expected".formatted(tensor, elements, frequencies.length));
    }
    float[] factors = w.vector(tensor, frequencies.length);
    for (int i = 0; i < factors.length; i++) {
      if (!(factors[i] > 0 && Float.isFinite(factors[i]))) {
        throw Hyperparameters.invalid(
            "a factor in %s is %s, a number above 0 is expected".formatted(tensor, factors[i]));
      }
      frequencies[i] /= factors[i];
    }
  }

  /** How many times the context is longer than the one that was trained; 0 stands for 1. */
  static double factor(Hyperparameters h) {
    String key = "rope.scaling.factor";
    if (h.number(key, 0) == 0) {
      key = "rope.scale_linear"; // Its name in old files.
    }
    return h.number(key, 0) == 0 ? 1 : h.positive(key, 1);
  }

  /**
   * Interpolates the frequencies that turn less than {@code beta_slow} times in the original
   * context, keeps those that turn more than {@code beta_fast} times, blends between. The ends of
   * the ramp are rounded outwards.
   */
  private static void yarn(Hyperparameters h, double[] frequencies, double factor, double base) {
    int n = 2 * frequencies.length;
    double fast = h.positive("rope.scaling.yarn_beta_fast", 32);
    double slow = h.positive("rope.scaling.yarn_beta_slow", 1);
    double low = Math.max(0, Math.floor(turns(h, fast, base, n)));
    double high = Math.min(n - 1, Math.ceil(turns(h, slow, base, n)));
    for (int i = 0; i < frequencies.length; i++) {
      double ramp = Math.clamp((i - low) / Math.max(0.001, high - low), 0, 1);
      frequencies[i] = frequencies[i] / factor * ramp + frequencies[i] * (1 - ramp);
    }
  }

  /** Index of the frequency that turns {@code rotations} times within the original context. */
  private static double turns(Hyperparameters h, double rotations, double base, int n) {
    return n * Math.log(originalContext(h) / (rotations * 2 * Math.PI)) / (2 * Math.log(base));
  }

  /**
   * {@code attn_factor * (1 + 0.1 ln factor)}, divided by the same with {@code yarn_log_multiplier}
   * times the logarithm: DeepSeek's pair of scales.
   */
  private static double yarnMagnitude(Hyperparameters h) {
    double factor = factor(h);
    double multiplier = h.number("rope.scaling.yarn_log_multiplier", 0);
    return h.positive("rope.scaling.attn_factor", 1)
        * (1 + 0.1 * Math.log(factor))
        / (1 + 0.1 * multiplier * Math.log(factor));
  }
}
