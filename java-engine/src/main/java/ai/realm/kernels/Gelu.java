package ai.realm.kernels;

/** GELU of one value (Hendrycks and Gimpel 2016), in f64. */
final class Gelu {
  private static final double SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);

  private Gelu() {}

  /** {@code x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3)))}. */
  static double tanh(double x) {
    return 0.5 * x * (1 + Math.tanh(SQRT_2_OVER_PI * (x + 0.044715 * x * x * x)));
  }

  /** {@code x * Phi(x) = x / 2 * (1 + erf(x / sqrt(2)))}. */
  static double erf(double x) {
    double tail = 0.5 * complementaryError(Math.abs(x) / Math.sqrt(2)); // Phi(-|x|)
    return x * (x > 0 ? 1 - tail : tail);
  }

  /**
   * {@code erfc(x)} for x from 0: below 3 by the series of erf, {@code 2 / sqrt(pi) * e^-x^2 *
   * sum_k (2 x^2)^k x / (1 * 3 * ... * (2k + 1))} (Abramowitz and Stegun 7.1.6), above by the
   * continued fraction 7.1.14.
   */
  private static double complementaryError(double x) {
    double bell = Math.exp(-x * x) / Math.sqrt(Math.PI);
    if (x < 3) {
      double term = x;
      double sum = x;
      for (int k = 1; term > sum * 1e-17; k++) {
        term *= 2 * x * x / (2 * k + 1);
        sum += term;
      }
      return 1 - 2 * bell * sum;
    }
    double fraction = x;
    for (int k = 60; k > 0; k--) {
      fraction = x + k / 2.0 / fraction;
    }
    return bell / fraction;
  }
}
