package ai.realm.sampling;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The options of {@link SamplingOptions} that somebody has chosen; what is empty is a model's
 * default.
 *
 * @param others as {@link SamplingOptions#others}: no model has defaults of them
 * @param logitBias as {@link SamplingOptions#logitBias}; empty for none
 * @param seed of the random numbers; empty, or -1 as llama.cpp has it, for another one each time
 */
public record SamplingChoice(
    OptionalDouble temperature,
    OptionalInt topK,
    OptionalDouble topP,
    OptionalDouble minP,
    OptionalDouble typicalP,
    OptionalDouble topNSigma,
    OptionalDouble repeatPenalty,
    OptionalDouble presencePenalty,
    OptionalDouble frequencyPenalty,
    Map<Integer, Float> logitBias,
    OptionalSamplers others,
    OptionalLong seed) {

  private static final long ANOTHER_EACH_TIME = -1;

  /** Without the samplers that few ask for. */
  public SamplingChoice(
      OptionalDouble temperature,
      OptionalInt topK,
      OptionalDouble topP,
      OptionalDouble minP,
      OptionalDouble repeatPenalty,
      OptionalDouble presencePenalty,
      OptionalDouble frequencyPenalty,
      Map<Integer, Float> logitBias,
      OptionalLong seed) {
    this(
        temperature,
        topK,
        topP,
        minP,
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        repeatPenalty,
        presencePenalty,
        frequencyPenalty,
        logitBias,
        OptionalSamplers.NONE,
        seed);
  }

  /** The same with another seed. */
  public SamplingChoice seed(long other) {
    return new SamplingChoice(
        temperature,
        topK,
        topP,
        minP,
        typicalP,
        topNSigma,
        repeatPenalty,
        presencePenalty,
        frequencyPenalty,
        logitBias,
        others,
        OptionalLong.of(other));
  }

  /**
   * What was chosen, and {@code defaults} for the rest.
   *
   * @throws ai.realm.error.EngineException {@code INVALID_ARGUMENT}, naming an option that is out
   *     of range, or that does nothing beside another
   */
  public SamplingOptions over(SamplingOptions defaults) {
    if (others.mirostat().isPresent()) {
      checkAlone();
    }
    long chosen = seed.orElse(ANOTHER_EACH_TIME);
    return new SamplingOptions(
        temperature.orElse(defaults.temperature()),
        topK.orElse(defaults.topK()),
        topP.orElse(defaults.topP()),
        minP.orElse(defaults.minP()),
        typicalP.orElse(defaults.typicalP()),
        topNSigma.orElse(defaults.topNSigma()),
        repeatPenalty.orElse(defaults.repeatPenalty()),
        presencePenalty.orElse(defaults.presencePenalty()),
        frequencyPenalty.orElse(defaults.frequencyPenalty()),
        logitBias,
        others,
        chosen == ANOTHER_EACH_TIME ? ThreadLocalRandom.current().nextLong() : chosen);
  }

  /** Mirostat takes the place of all that leaves tokens out, and of penalties. */
  private void checkAlone() {
    checkAlone("topK", topK.isPresent() && topK.getAsInt() != 0);
    checkAlone("topP", topP.orElse(1) != 1);
    checkAlone("minP", minP.orElse(0) != 0);
    checkAlone("typicalP", typicalP.orElse(1) != 1);
    checkAlone("topNSigma", topNSigma.orElse(0) != 0);
    checkAlone("repeatPenalty", repeatPenalty.orElse(1) != 1);
    checkAlone("presencePenalty", presencePenalty.orElse(0) != 0);
    checkAlone("frequencyPenalty", frequencyPenalty.orElse(0) != 0);
    checkAlone("dry", others.dry().isPresent());
    checkAlone("xtc", others.xtc().isPresent());
    checkAlone("dynamicTemperature", others.dynamicTemperature().isPresent());
    checkAlone("adaptiveP", others.adaptiveP().isPresent());
  }

  private static void checkAlone(String option, boolean chosen) {
    if (chosen) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          option
              + " is given with mirostat, which takes its place; leave one of both out: beside"
              + " mirostat there are temperature and logitBias");
    }
  }
}
