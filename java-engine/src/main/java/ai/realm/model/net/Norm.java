package ai.realm.model.net;

/** What a row of values goes through before a layer's part, or after it. */
public sealed interface Norm {

  /** Nothing at all. */
  Norm NONE = new None();

  /**
   * Root mean square norm (Zhang and Sennrich 2019): {@code x / sqrt(mean(x^2) + epsilon) *
   * weight}.
   */
  record Rms(float[] weight, float epsilon) implements Norm {}

  /**
   * Layer norm (Ba et al. 2016): {@code (x - mean(x)) / sqrt(variance(x) + epsilon) * weight +
   * bias}.
   */
  record Layer(float[] weight, float[] bias, float epsilon) implements Norm {}

  /** A row stays as it is. */
  record None() implements Norm {}
}
