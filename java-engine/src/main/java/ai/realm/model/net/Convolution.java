package ai.realm.model.net;

/**
 * A causal convolution of each channel by itself: {@code y[t][c] = bias[c] + sum_i weights[i][c] *
 * x[t - taps + 1 + i][c]}, where x is 0 before the first token.
 *
 * @param weights {@code (taps, channels)}
 * @param bias {@code (channels)}
 */
public record Convolution(float[] weights, float[] bias) {

  /** Values of a row. */
  public int channels() {
    return bias.length;
  }

  /** Tokens that a result is made of. */
  public int taps() {
    return weights.length / bias.length;
  }

  /** Values of the tokens before, which the next result needs: {@code (taps - 1, channels)}. */
  public int stateValues() {
    return weights.length - bias.length;
  }
}
