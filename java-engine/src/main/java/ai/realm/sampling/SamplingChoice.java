package ai.realm.sampling;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The options of {@link SamplingOptions} that somebody has chosen; what is empty is a model's
 * default.
 *
 * @param logitBias as {@link SamplingOptions#logitBias}; empty for none
 * @param seed of the random numbers; empty, or -1 as llama.cpp has it, for another one each time
 */
public record SamplingChoice(
    OptionalDouble temperature,
    OptionalInt topK,
    OptionalDouble topP,
    OptionalDouble minP,
    OptionalDouble repeatPenalty,
    OptionalDouble presencePenalty,
    OptionalDouble frequencyPenalty,
    Map<Integer, Float> logitBias,
    OptionalLong seed) {

  private static final long ANOTHER_EACH_TIME = -1;

  /** The same with another seed. */
  public SamplingChoice seed(long other) {
    return new SamplingChoice(
        temperature,
        topK,
        topP,
        minP,
        repeatPenalty,
        presencePenalty,
        frequencyPenalty,
        logitBias,
        OptionalLong.of(other));
  }

  /**
   * What was chosen, and {@code defaults} for the rest.
   *
   * @throws ai.realm.error.EngineException {@code INVALID_ARGUMENT}, naming an option that is out
   *     of range
   */
  public SamplingOptions over(SamplingOptions defaults) {
    long chosen = seed.orElse(ANOTHER_EACH_TIME);
    return new SamplingOptions(
        temperature.orElse(defaults.temperature()),
        topK.orElse(defaults.topK()),
        topP.orElse(defaults.topP()),
        minP.orElse(defaults.minP()),
        repeatPenalty.orElse(defaults.repeatPenalty()),
        presencePenalty.orElse(defaults.presencePenalty()),
        frequencyPenalty.orElse(defaults.frequencyPenalty()),
        logitBias,
        chosen == ANOTHER_EACH_TIME ? ThreadLocalRandom.current().nextLong() : chosen);
  }
}
