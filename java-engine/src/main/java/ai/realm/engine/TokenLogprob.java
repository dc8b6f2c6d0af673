package ai.realm.engine;

import java.util.List;

/**
 * What the model thought of a token of its text, before a format and samplers had their say: the
 * log-softmax of its logits, summed in f64.
 *
 * @param token its text; U+FFFD where its bytes are a part of a character
 * @param id in the vocabulary
 * @param logprob the natural logarithm of its probability; negative infinity where its logit is
 * @param bytes its own: UTF-8, maybe a part of a character; a control token has its name's
 * @param top the most probable tokens at its place, the most probable first, as many as were asked
 *     for; those themselves have none
 */
public record TokenLogprob(
    String token, int id, double logprob, byte[] bytes, List<TokenLogprob> top) {}
