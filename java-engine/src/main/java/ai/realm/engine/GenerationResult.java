package ai.realm.engine;

import java.util.List;
import java.util.Optional;

/**
 * What a generation gave.
 *
 * @param text all that was handed to the listener, in one piece
 * @param tokens the generated ids, without the one that ended the model's text; those that make up
 *     a stop string are among them. Their number is what counts as generated, against {@code
 *     maxTokens} and in a usage report.
 * @param logprobs what the model thought of those tokens, where it was asked for: of all but those
 *     that begin behind the end of a text that a stop string cut
 * @param promptTokens the number of tokens of the prompt
 * @param cachedTokens how many of them needed no computing, since others had begun with them
 * @param finishReason why it ended
 * @param timings how long it took
 */
public record GenerationResult(
    String text,
    int[] tokens,
    Optional<List<TokenLogprob>> logprobs,
    int promptTokens,
    int cachedTokens,
    FinishReason finishReason,
    Timings timings) {

  /** Why a generation ended. */
  public enum FinishReason {
    /** The model ended its text, or a stop string did. */
    STOP,
    /** As many tokens as were asked for, or as the context holds. */
    LENGTH,
    /** It was cancelled. */
    ABORT
  }

  /**
   * How long a generation took. The speeds count the time of its own steps, not that of other
   * generations on the same model between them.
   *
   * @param firstTokenMs milliseconds from the request to the first sampled token, waiting included;
   *     0 if it never came
   * @param prefillTokensPerSecond computed tokens of the prompt a second; 0 before the first step
   * @param decodeTokensPerSecond sampled tokens after the first a second; 0 where there were none
   * @param drafted tokens that were guessed, and judged in the step of the token before them
   * @param accepted those of them that held, so that they took no step of their own
   */
  public record Timings(
      double firstTokenMs,
      double prefillTokensPerSecond,
      double decodeTokensPerSecond,
      int drafted,
      int accepted) {}
}
