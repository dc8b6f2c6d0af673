package ai.realm.sampling;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.util.Map;

/**
 * How the next token is drawn from the logits.
 *
 * @param temperature divides the logits; 0 takes the most probable token; range [0, 100]
 * @param topK keeps the k most probable tokens; 0 keeps all
 * @param topP keeps the smallest set of tokens whose probabilities reach p; 1 keeps all; range (0,
 *     1]
 * @param minP drops tokens less probable than p times the most probable one; 0 keeps all; range [0,
 *     1]
 * @param repeatPenalty divides a positive logit of a token seen lately, multiplies a negative one;
 *     1 is none; range (0, 10]
 * @param presencePenalty subtracted once from a token seen lately; 0 is none; range [-10, 10]
 * @param frequencyPenalty subtracted for each time that a token was seen lately; 0 is none; range
 *     [-10, 10]
 * @param logitBias added to the logits of these ids, none below 0; a number, or negative infinity,
 *     which bans the token
 * @param seed of the random numbers: the same seed gives the same text
 */
public record SamplingOptions(
    double temperature,
    int topK,
    double topP,
    double minP,
    double repeatPenalty,
    double presencePenalty,
    double frequencyPenalty,
    Map<Integer, Float> logitBias,
    long seed) {

  /**
   * What is taken for options that are not given, as the JavaScript API does: temperature 0.8, topK
   * 40, topP 0.95, minP 0.05, and neither penalties nor biases.
   */
  public static SamplingOptions defaults(long seed) {
    return new SamplingOptions(0.8, 40, 0.95, 0.05, 1, 0, 0, Map.of(), seed);
  }

  /**
   * Checks every range.
   *
   * @throws EngineException {@code INVALID_ARGUMENT}, naming the option
   */
  public SamplingOptions {
    check("temperature", temperature, temperature >= 0 && temperature <= 100, "in [0, 100]");
    check("topK", topK, topK >= 0, "0 or more");
    check("topP", topP, topP > 0 && topP <= 1, "above 0 and at most 1");
    check("minP", minP, minP >= 0 && minP <= 1, "in [0, 1]");
    check(
        "repeatPenalty",
        repeatPenalty,
        repeatPenalty > 0 && repeatPenalty <= 10,
        "above 0 and at most 10");
    check(
        "presencePenalty",
        presencePenalty,
        presencePenalty >= -10 && presencePenalty <= 10,
        "in [-10, 10]");
    check(
        "frequencyPenalty",
        frequencyPenalty,
        frequencyPenalty >= -10 && frequencyPenalty <= 10,
        "in [-10, 10]");
    logitBias = Map.copyOf(logitBias);
    logitBias.forEach((id, bias) -> {
      check("the token id in logitBias", id, id >= 0, "0 or more");
      check(
          "logitBias of token " + id,
          bias,
          bias < Float.POSITIVE_INFINITY,
          "a finite number, or negative infinity to ban the token");
    });
  }

  private static void check(String option, Number value, boolean valid, String expected) {
    if (!valid) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT, option + " is " + value + "; it must be " + expected);
    }
  }
}
