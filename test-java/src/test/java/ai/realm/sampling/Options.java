package ai.realm.sampling;

import java.util.Map;

/** Sampling options for tests: neutral ones, changed one at a time. */
public final class Options {
  private Options() {}

  /** Temperature 0, no rule. */
  public static SamplingOptions greedy() {
    return new SamplingOptions(0, 0, 1, 0, 1, 0, 0, Map.of(), 0);
  }

  /** Temperature 1, no rule. */
  public static SamplingOptions seeded(long seed) {
    return new SamplingOptions(1, 0, 1, 0, 1, 0, 0, Map.of(), seed);
  }

  static SamplingOptions biased(double temperature, Map<Integer, Float> bias) {
    return new SamplingOptions(temperature, 0, 1, 0, 1, 0, 0, bias, 0);
  }

  static SamplingOptions penalized(double repeat, double presence, double frequency) {
    return new SamplingOptions(0, 0, 1, 0, repeat, presence, frequency, Map.of(), 0);
  }
}
