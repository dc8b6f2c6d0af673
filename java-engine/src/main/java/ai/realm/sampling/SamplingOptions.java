package ai.realm.sampling;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.gguf.GgufMetadata;
import java.util.Map;

/**
 * How the next token is drawn from the logits.
 *
 * @param temperature divides the logits; 0 takes the most probable token; range [0, 100]
 * @param topK keeps the k most probable tokens; 0 keeps all
 * @param topP keeps the smallest set of tokens whose probabilities reach p, at least one; 1 keeps
 *     all; range [0, 1]
 * @param minP drops tokens less probable than p times the most probable one; 0 keeps all; range [0,
 *     1]
 * @param typicalP keeps the tokens whose surprise is nearest to what is to be expected, until their
 *     probabilities are more than p together; 1 keeps all; range [0, 1]
 * @param topNSigma drops tokens whose logit is more than n standard deviations below the largest; 0
 *     keeps all; range [0, 100]
 * @param repeatPenalty divides a positive logit of a token seen lately, multiplies a negative one;
 *     1 is none; range (0, 10]
 * @param presencePenalty subtracted once from a token seen lately; 0 is none; range [-10, 10]
 * @param frequencyPenalty subtracted for each time that a token was seen lately; 0 is none; range
 *     [-10, 10]
 * @param logitBias added to the logits of these ids, none below 0; a number, or negative infinity,
 *     which bans the token
 * @param others samplers of several numbers each
 * @param seed of the random numbers: the same seed gives the same text
 */
public record SamplingOptions(
    double temperature,
    int topK,
    double topP,
    double minP,
    double typicalP,
    double topNSigma,
    double repeatPenalty,
    double presencePenalty,
    double frequencyPenalty,
    Map<Integer, Float> logitBias,
    OptionalSamplers others,
    long seed) {

  /**
   * What is taken for options that neither the caller nor the model's file gives: temperature 0.8,
   * topK 40, topP 0.95, minP 0.05, no penalties, biases or other samplers.
   */
  public static final SamplingOptions DEFAULTS =
      new SamplingOptions(0.8, 40, 0.95, 0.05, 1, 0, 0, Map.of(), 0);

  /** Those without the samplers that few ask for. */
  public SamplingOptions(
      double temperature,
      int topK,
      double topP,
      double minP,
      double repeatPenalty,
      double presencePenalty,
      double frequencyPenalty,
      Map<Integer, Float> logitBias,
      long seed) {
    this(
        temperature,
        topK,
        topP,
        minP,
        /* typicalP= */ 1,
        /* topNSigma= */ 0,
        repeatPenalty,
        presencePenalty,
        frequencyPenalty,
        logitBias,
        OptionalSamplers.NONE,
        seed);
  }

  /**
   * The defaults of a model: what its file recommends under {@code general.sampling.}, as llama.cpp
   * writes it there, and {@link #DEFAULTS} for the rest.
   *
   * @throws EngineException {@code MODEL_INVALID} if a recommended value is out of range
   */
  public static SamplingOptions of(GgufMetadata metadata) {
    String keys = "general.sampling.";
    try {
      return new SamplingOptions(
          decimal(metadata.number(keys + "temp", DEFAULTS.temperature)),
          // llama.cpp takes all tokens for 0 and below.
          Math.clamp(metadata.integer(keys + "top_k", DEFAULTS.topK), 0, Integer.MAX_VALUE),
          decimal(metadata.number(keys + "top_p", DEFAULTS.topP)),
          decimal(metadata.number(keys + "min_p", DEFAULTS.minP)),
          decimal(metadata.number(keys + "penalty_repeat", DEFAULTS.repeatPenalty)),
          DEFAULTS.presencePenalty,
          DEFAULTS.frequencyPenalty,
          DEFAULTS.logitBias,
          DEFAULTS.seed);
    } catch (EngineException refused) {
      if (refused.code() != ErrorCode.INVALID_ARGUMENT) {
        throw refused;
      }
      throw new EngineException(
          ErrorCode.MODEL_INVALID,
          "the file's "
              + keys
              + "* cannot be its defaults: "
              + refused.getMessage()
              + "; mend the file, or take another",
          refused);
    }
  }

  /** The file's floats are short decimals, such as 0.6: not what 32 bits make of them. */
  private static double decimal(double value) {
    return (float) value == value ? Double.parseDouble(Float.toString((float) value)) : value;
  }

  /**
   * Checks every range.
   *
   * @throws EngineException {@code INVALID_ARGUMENT}, naming the option
   */
  public SamplingOptions {
    Ranges.check("temperature", temperature, 0, 100);
    Ranges.check("topK", topK, topK >= 0, "0 or more");
    Ranges.check("topP", topP, 0, 1);
    Ranges.check("minP", minP, 0, 1);
    Ranges.check("typicalP", typicalP, 0, 1);
    Ranges.check("topNSigma", topNSigma, 0, 100);
    Ranges.check(
        "repeatPenalty",
        repeatPenalty,
        repeatPenalty > 0 && repeatPenalty <= 10,
        "above 0 and at most 10");
    Ranges.check("presencePenalty", presencePenalty, -10, 10);
    Ranges.check("frequencyPenalty", frequencyPenalty, -10, 10);
    logitBias = Map.copyOf(logitBias);
    logitBias.forEach((id, bias) -> {
      Ranges.check("the token id in logitBias", id, id >= 0, "0 or more");
      Ranges.check(
          "logitBias of token " + id,
          bias,
          bias < Float.POSITIVE_INFINITY,
          "a finite number, or negative infinity to ban the token");
    });
  }
}
