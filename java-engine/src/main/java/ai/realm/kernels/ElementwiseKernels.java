package ai.realm.kernels;

/**
 * What runs along one row of values. The methods here are the truth, each formula as it is written,
 * in f64; providers override those that are hot. As of {@link Kernels}: every method works on the
 * calling thread alone and touches only what its arguments name. {@code x[at..]} stands for {@code
 * n} values from index {@code at} on.
 */
public interface ElementwiseKernels {

  /**
   * Root mean square norm (Zhang and Sennrich 2019): {@code out = x / sqrt(mean(x^2) + epsilon) *
   * weight}; {@code out} may be {@code x}.
   */
  default void rmsNorm(
      float[] x, int at, float[] weight, float epsilon, float[] out, int outAt, int n) {
    double squares = 0;
    for (int i = 0; i < n; i++) {
      squares += (double) x[at + i] * x[at + i];
    }
    double scale = 1 / Math.sqrt(squares / n + epsilon);
    for (int i = 0; i < n; i++) {
      out[outAt + i] = (float) (x[at + i] * scale * weight[i]);
    }
  }

  /**
   * Layer norm (Ba et al. 2016): {@code out = (x - mean(x)) / sqrt(variance(x) + epsilon) * weight
   * + bias}; {@code out} may be {@code x}.
   */
  default void layerNorm(
      float[] x,
      int at,
      float[] weight,
      float[] bias,
      float epsilon,
      float[] out,
      int outAt,
      int n) {
    double mean = 0;
    for (int i = 0; i < n; i++) {
      mean += x[at + i];
    }
    mean /= n;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      squares += (x[at + i] - mean) * (x[at + i] - mean);
    }
    double scale = 1 / Math.sqrt(squares / n + epsilon);
    for (int i = 0; i < n; i++) {
      out[outAt + i] = (float) ((x[at + i] - mean) * scale * weight[i] + bias[i]);
    }
  }

  /** {@code x += y}. */
  default void add(float[] x, int at, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      x[at + i] += y[yAt + i];
    }
  }

  /** {@code x += by * y}. */
  default void addScaled(float[] x, int at, float by, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      x[at + i] = (float) (x[at + i] + (double) by * y[yAt + i]);
    }
  }

  /** {@code x *= by}. */
  default void scale(float[] x, int at, float by, int n) {
    for (int i = 0; i < n; i++) {
      x[at + i] *= by;
    }
  }

  /** {@code x = cap * tanh(x / cap)}: keeps scores and logits within {@code +-cap}. */
  default void softcap(float[] x, int at, float cap, int n) {
    for (int i = 0; i < n; i++) {
      x[at + i] = (float) (cap * Math.tanh((double) x[at + i] / cap));
    }
  }

  /**
   * SwiGLU (Shazeer 2020): {@code out = silu(gate) * up}, where {@code silu(g) = g / (1 + e^-g)};
   * {@code out} may be {@code gate}.
   */
  default void swiglu(
      float[] gate, int gateAt, float[] up, int upAt, float[] out, int outAt, int n) {
    for (int i = 0; i < n; i++) {
      double g = gate[gateAt + i];
      out[outAt + i] = (float) (g / (1 + Math.exp(-g)) * up[upAt + i]);
    }
  }

  /** {@code x = x / (1 + e^-gate)}. */
  default void sigmoidGate(float[] x, int at, float[] gate, int gateAt, int n) {
    for (int i = 0; i < n; i++) {
      x[at + i] = (float) (x[at + i] / (1 + Math.exp(-(double) gate[gateAt + i])));
    }
  }

  /**
   * SwiGLU as gpt-oss has it (OpenAI 2025): {@code out = g * sigmoid(1.702 g) * (u + 1)} of {@code
   * g = min(gate, 7)} and of {@code u}, which is {@code up} brought within {@code +-7}; {@code out}
   * may be {@code gate}.
   */
  default void clampedSwiglu(
      float[] gate, int gateAt, float[] up, int upAt, float[] out, int outAt, int n) {
    for (int i = 0; i < n; i++) {
      double g = Math.min(gate[gateAt + i], 7);
      double u = Math.clamp(up[upAt + i], -7f, 7f);
      out[outAt + i] = (float) (g / (1 + Math.exp(-1.702 * g)) * (u + 1));
    }
  }

  /**
   * Leaves what lies far above the others (Gemma Team 2025): {@code x = max(0, x - mean(x) - 1.6449
   * deviation(x))}, which of a normal distribution are 5 %; the deviation is that of a sample.
   *
   * @param n at least 2
   */
  default void sparsify(float[] x, int at, int n) {
    double mean = 0;
    for (int i = 0; i < n; i++) {
      mean += x[at + i];
    }
    mean /= n;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      squares += (x[at + i] - mean) * (x[at + i] - mean);
    }
    double bound = mean + 1.6448533535003662 * Math.sqrt(squares / (n - 1));
    for (int i = 0; i < n; i++) {
      x[at + i] = (float) Math.max(0, x[at + i] - bound);
    }
  }

  /**
   * GeGLU (Shazeer 2020): {@code out = gelu(gate) * up}, of {@link #gelu}; {@code out} may be
   * {@code gate}.
   */
  default void geglu(
      float[] gate, int gateAt, float[] up, int upAt, float[] out, int outAt, int n) {
    for (int i = 0; i < n; i++) {
      out[outAt + i] = (float) (Gelu.tanh(gate[gateAt + i]) * up[upAt + i]);
    }
  }

  /** The same of {@link #geluErf}. */
  default void gegluErf(
      float[] gate, int gateAt, float[] up, int upAt, float[] out, int outAt, int n) {
    for (int i = 0; i < n; i++) {
      out[outAt + i] = (float) (Gelu.erf(gate[gateAt + i]) * up[upAt + i]);
    }
  }

  /** {@code out = x / (1 + e^-x)}; {@code out} may be {@code x}. */
  default void silu(float[] x, int at, float[] out, int outAt, int n) {
    for (int i = 0; i < n; i++) {
      out[outAt + i] = (float) (x[at + i] / (1 + Math.exp(-x[at + i])));
    }
  }

  /**
   * GELU (Hendrycks and Gimpel 2016) in its form with tanh: {@code out = x / 2 * (1 + tanh(sqrt(2 /
   * pi) * (x + 0.044715 x^3)))}; {@code out} may be {@code x}.
   */
  default void gelu(float[] x, int at, float[] out, int outAt, int n) {
    for (int i = 0; i < n; i++) {
      out[outAt + i] = (float) Gelu.tanh(x[at + i]);
    }
  }

  /** GELU as it is defined: {@code out = x * Phi(x)}, Phi the standard normal distribution. */
  default void geluErf(float[] x, int at, float[] out, int outAt, int n) {
    for (int i = 0; i < n; i++) {
      out[outAt + i] = (float) Gelu.erf(x[at + i]);
    }
  }

  /** {@code out = max(x, 0)^2} (So et al. 2021); {@code out} may be {@code x}. */
  default void reluSquared(float[] x, int at, float[] out, int outAt, int n) {
    for (int i = 0; i < n; i++) {
      float positive = Math.max(x[at + i], 0);
      out[outAt + i] = positive * positive;
    }
  }

  /** The same of a gate: {@code out = max(gate, 0)^2 * up}; {@code out} may be {@code gate}. */
  default void gatedReluSquared(
      float[] gate, int gateAt, float[] up, int upAt, float[] out, int outAt, int n) {
    for (int i = 0; i < n; i++) {
      double positive = Math.max(gate[gateAt + i], 0);
      out[outAt + i] = (float) (positive * positive * up[upAt + i]);
    }
  }
}
