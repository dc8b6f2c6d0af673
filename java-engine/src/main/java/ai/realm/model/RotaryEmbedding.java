package ai.realm.model;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.gguf.Gguf;
import ai.realm.gguf.GgufMetadata;
import ai.realm.gguf.TensorInfo;
import ai.realm.quant.BlockFormat;
import java.util.Arrays;

/**
 * RoPE (Su et al. 2021): rotates the pairs (2i, 2i+1) of a head by {@code position * frequency[i]}.
 * Scaling: linear interpolation (Chen et al. 2023), YaRN (Peng et al. 2023), or a factor for each
 * frequency, as Llama 3 has in {@code rope_freqs.weight}.
 */
final class RotaryEmbedding {
  private static final double BETA_FAST = 32;
  private static final double BETA_SLOW = 1;

  /** Positions that a table grows by at most, beyond those asked for. */
  private static final int LARGEST_STEP = 1 << 14;

  private final double[] frequencies;
  private final double magnitude;
  private final int headDim;

  /**
   * The cosines and sines of position p, from {@code p * frequencies.length}; replaced as a whole
   * when it grows.
   */
  private volatile Table table = new Table(new float[0], new float[0]);

  private record Table(float[] cos, float[] sin) {}

  private RotaryEmbedding(double[] frequencies, double magnitude, int headDim) {
    this.frequencies = frequencies;
    this.magnitude = magnitude;
    this.headDim = headDim;
  }

  /** Reads {@code <architecture>.rope.*} and {@code rope_freqs.weight}. */
  static RotaryEmbedding of(Gguf gguf, ModelConfig config) {
    GgufMetadata metadata = gguf.metadata();
    String prefix = config.architecture() + ".rope.";
    long rotated = metadata.integer(prefix + "dimension_count", config.headDim());
    if (rotated < 2 || rotated > config.headDim() || rotated % 2 != 0) {
      throw invalid(
          prefix + "dimension_count",
          rotated,
          "an even number from 2 to the head's " + config.headDim());
    }
    int dimensions = (int) rotated;
    double base = metadata.number(prefix + "freq_base", 10000);
    if (!(base > 1 && Double.isFinite(base))) {
      throw invalid(prefix + "freq_base", base, "a number above 1");
    }
    double[] frequencies = new double[dimensions / 2];
    float[] factors = factors(gguf, frequencies.length);
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = Math.pow(base, -2.0 * i / dimensions) / factors[i];
    }
    String type = metadata.string(prefix + "scaling.type", "linear");
    double factor = factor(metadata, prefix);
    double magnitude = 1;
    switch (type) {
      case "none" -> {}
      case "linear" -> interpolate(frequencies, factor);
      case "yarn" -> {
        long original =
            metadata.integer(prefix + "scaling.original_context_length", config.context());
        if (original < 1) {
          throw invalid(
              prefix + "scaling.original_context_length", original, "a number of tokens from 1");
        }
        yarn(frequencies, factor, base, dimensions, original);
        magnitude =
            positive(metadata, prefix + "scaling.attn_factor", 1) * (1 + 0.1 * Math.log(factor));
      }
      default ->
          throw new EngineException(
              ErrorCode.UNSUPPORTED_ARCHITECTURE,
              prefix + "scaling.type is " + type + ", expected none, linear or yarn");
    }
    return new RotaryEmbedding(frequencies, magnitude, config.headDim());
  }

  /** How many times the context is longer than the one that was trained; 0 stands for 1. */
  private static double factor(GgufMetadata metadata, String prefix) {
    String key = prefix + "scaling.factor";
    if (metadata.number(key, 0) == 0) {
      key = prefix + "scale_linear"; // Its name in old files.
    }
    return metadata.number(key, 0) == 0 ? 1 : positive(metadata, key, 1);
  }

  private static double positive(GgufMetadata metadata, String key, double otherwise) {
    double value = metadata.number(key, otherwise);
    if (!(value > 0 && Double.isFinite(value))) {
      throw invalid(key, value, "a number above 0");
    }
    return value;
  }

  private static float[] factors(Gguf gguf, int n) {
    float[] factors = new float[n];
    TensorInfo tensor = gguf.tensor("rope_freqs.weight").orElse(null);
    if (tensor == null) {
      Arrays.fill(factors, 1);
      return factors;
    }
    if (tensor.elements() != n) {
      throw new EngineException(
          ErrorCode.MODEL_INVALID,
          "rope_freqs.weight has " + tensor.elements() + " elements, " + n + " are expected");
    }
    BlockFormat.of(tensor.type()).dequantize(tensor.data(), 0, factors, 0, n);
    for (float factor : factors) {
      if (!(factor > 0 && Float.isFinite(factor))) {
        throw invalid("a factor in rope_freqs.weight", factor, "a number above 0");
      }
    }
    return factors;
  }

  private static EngineException invalid(String what, Object value, String expected) {
    return new EngineException(
        ErrorCode.MODEL_INVALID,
        what
            + " is "
            + value
            + ", "
            + expected
            + " is expected; the file is damaged or for another program");
  }

  private static void interpolate(double[] frequencies, double factor) {
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] /= factor;
    }
  }

  /**
   * Interpolates the frequencies that turn less than once in the original context, keeps the fast
   * ones, blends between.
   */
  private static void yarn(
      double[] frequencies, double factor, double base, int dimensions, long originalContext) {
    double low = Math.max(0, Math.floor(turns(BETA_FAST, base, dimensions, originalContext)));
    double high =
        Math.min(dimensions - 1, Math.ceil(turns(BETA_SLOW, base, dimensions, originalContext)));
    for (int i = 0; i < frequencies.length; i++) {
      double ramp = Math.clamp((i - low) / Math.max(0.001, high - low), 0, 1);
      frequencies[i] = frequencies[i] / factor * ramp + frequencies[i] * (1 - ramp);
    }
  }

  /** Index of the frequency that turns {@code rotations} times within the original context. */
  private static double turns(double rotations, double base, int dimensions, long context) {
    return dimensions * Math.log(context / (rotations * 2 * Math.PI)) / (2 * Math.log(base));
  }

  /** Positions whose angles are computed. */
  int reached() {
    return table.cos.length / frequencies.length;
  }

  /** Computes the angles of positions below {@code end} ahead of their use by several threads. */
  void reach(int end) {
    int n = frequencies.length;
    int reached = reached();
    if (reached >= end) {
      return;
    }
    // Decode comes here with every token: it must not pay for a new table each time.
    int positions = Math.max(end, reached + Math.min(reached, LARGEST_STEP));
    float[] cos = Arrays.copyOf(table.cos, Math.multiplyExact(positions, n));
    float[] sin = Arrays.copyOf(table.sin, cos.length);
    for (int p = reached; p < positions; p++) {
      for (int i = 0; i < n; i++) {
        double angle = p * frequencies[i];
        cos[p * n + i] = (float) (Math.cos(angle) * magnitude);
        sin[p * n + i] = (float) (Math.sin(angle) * magnitude);
      }
    }
    table = new Table(cos, sin);
  }

  /**
   * Rotates the {@code heads} heads from {@code at} as of {@code position}, which {@link #reach}
   * has covered.
   */
  void rotate(float[] x, int at, int heads, int position) {
    Table t = table;
    int n = frequencies.length;
    for (int h = 0; h < heads; h++) {
      int from = at + h * headDim;
      for (int i = 0; i < n; i++) {
        float c = t.cos[position * n + i];
        float s = t.sin[position * n + i];
        float a = x[from + 2 * i];
        float b = x[from + 2 * i + 1];
        x[from + 2 * i] = a * c - b * s;
        x[from + 2 * i + 1] = a * s + b * c;
      }
    }
  }
}
