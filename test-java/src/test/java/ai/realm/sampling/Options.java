package ai.realm.sampling;

import java.util.Map;
import java.util.Optional;

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

  /** Mirostat, which every token steers. */
  public static SamplingOptions mirostat(int version, long seed) {
    OptionalSamplers others =
        new OptionalSamplers(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(new Mirostat(version, 3, 0.2)),
            Optional.empty());
    return new SamplingOptions(1, 0, 1, 0, 1, 0, 1, 0, 0, Map.of(), others, seed);
  }

  /** What looks at all tokens, draws numbers of its own, and is steered by every token. */
  public static SamplingOptions adaptive(long seed) {
    OptionalSamplers others =
        new OptionalSamplers(
            Optional.of(Dry.DEFAULTS),
            Optional.of(Xtc.DEFAULTS),
            Optional.of(new DynamicTemperature(0.5, 1)),
            Optional.empty(),
            Optional.of(new AdaptiveP(0.3, 0.8)));
    return new SamplingOptions(1, 0, 1, 0, 0.9, 2.5, 1, 0, 0, Map.of(), others, seed);
  }

  static SamplingOptions biased(double temperature, Map<Integer, Float> bias) {
    return new SamplingOptions(temperature, 0, 1, 0, 1, 0, 0, bias, 0);
  }

  static SamplingOptions penalized(double repeat, double presence, double frequency) {
    return new SamplingOptions(0, 0, 1, 0, repeat, presence, frequency, Map.of(), 0);
  }

  /** A sampler with options that need no vocabulary. */
  static Sampler sampler(SamplingOptions options) {
    return new Sampler(
        options,
        0,
        breakers -> {
          throw new AssertionError("nobody asked for " + breakers);
        });
  }
}
