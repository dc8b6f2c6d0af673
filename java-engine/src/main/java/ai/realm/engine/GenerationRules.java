package ai.realm.engine;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.model.cache.Sharing;
import ai.realm.sampling.SamplingChoice;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a generation shall do.
 *
 * @param maxTokens how many tokens it may generate, at least 1; empty for as many as the context
 *     holds
 * @param sampling how each token is drawn; what it leaves out is the model's default
 * @param stop strings that end the text; none of them becomes part of it
 * @param sharing with whom it shares what was computed of prompts
 * @param speculation whether tokens are guessed, and judged several in a step, where that is
 *     faster; the text is the same
 * @param format what the text must be like; empty for anything
 * @param logprobs of how many of the most probable tokens the log-probabilities are told at each
 *     place, beside that of the token that came, 0 to 20; empty for no log-probabilities
 * @param claim for whom it is, and how urgent
 */
public record GenerationRules(
    OptionalInt maxTokens,
    SamplingChoice sampling,
    List<String> stop,
    Sharing sharing,
    boolean speculation,
    Optional<Format> format,
    OptionalInt logprobs,
    Claim claim) {
  /** As many as OpenAI's interface has. */
  public static final int MOST_LOGPROBS = 20;

  /**
   * Checks {@code maxTokens} and {@code logprobs}.
   *
   * @throws EngineException {@code INVALID_ARGUMENT} if one is out of range
   */
  public GenerationRules {
    if (maxTokens.isPresent() && maxTokens.getAsInt() < 1) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          "maxTokens is " + maxTokens.getAsInt() + "; it must be 1 or more");
    }
    if (logprobs.isPresent() && (logprobs.getAsInt() < 0 || logprobs.getAsInt() > MOST_LOGPROBS)) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          "logprobs is " + logprobs.getAsInt() + "; it must be in [0, " + MOST_LOGPROBS + "]");
    }
    stop = List.copyOf(stop);
  }

  /** Those of an app that tells no tenants apart, without haste. */
  public GenerationRules(
      OptionalInt maxTokens, SamplingChoice sampling, List<String> stop, Sharing sharing) {
    this(
        maxTokens,
        sampling,
        stop,
        sharing,
        /* speculation= */ true,
        Optional.empty(),
        OptionalInt.empty(),
        Claim.APP);
  }

  /** The same, shared so. */
  public GenerationRules sharing(Sharing with) {
    return new GenerationRules(
        maxTokens, sampling, stop, with, speculation, format, logprobs, claim);
  }

  /** The same, drawn with another seed. */
  public GenerationRules seed(long seed) {
    return new GenerationRules(
        maxTokens, sampling.seed(seed), stop, sharing, speculation, format, logprobs, claim);
  }

  /** The same, with guesses or without. */
  public GenerationRules speculation(boolean guesses) {
    return new GenerationRules(
        maxTokens, sampling, stop, sharing, guesses, format, logprobs, claim);
  }

  /** The same, of a text like this. */
  public GenerationRules format(Format like) {
    return new GenerationRules(
        maxTokens, sampling, stop, sharing, speculation, Optional.of(like), logprobs, claim);
  }

  /** The same, for whom and as urgent as this says. */
  public GenerationRules claim(Claim by) {
    return new GenerationRules(
        maxTokens, sampling, stop, sharing, speculation, format, logprobs, by);
  }

  /** The same, with so many of the most probable tokens at each place. */
  public GenerationRules logprobs(int top) {
    return new GenerationRules(
        maxTokens, sampling, stop, sharing, speculation, format, OptionalInt.of(top), claim);
  }

  /** The same, of at most so many tokens. */
  public GenerationRules maxTokens(int most) {
    return new GenerationRules(
        OptionalInt.of(most), sampling, stop, sharing, speculation, format, logprobs, claim);
  }
}
