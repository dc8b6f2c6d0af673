package ai.realm.sampling;

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
 * @param logitBias added to the logits of these ids; negative infinity bans one
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
    long seed) {}
