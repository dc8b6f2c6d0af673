package ai.realm.engine;

/**
 * What a generation gave.
 *
 * @param text all that was handed to the listener, in one piece
 * @param tokens the generated ids, without the one that ended the model's text; those that make up
 *     a stop string are among them. Their number is what counts as generated, against {@code
 *     maxTokens} and in a usage report.
 * @param promptTokens the number of tokens of the prompt
 * @param finishReason why it ended
 * @param timings how long it took
 */
public record GenerationResult(
    String text, int[] tokens, int promptTokens, FinishReason finishReason, Timings timings) {}
