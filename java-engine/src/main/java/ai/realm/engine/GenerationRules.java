package ai.realm.engine;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.model.cache.Sharing;
import ai.realm.sampling.SamplingChoice;
import java.util.List;
import java.util.OptionalInt;

/**
 * What a generation shall do.
 *
 * @param maxTokens how many tokens it may generate, at least 1; empty for as many as the context
 *     holds
 * @param sampling how each token is drawn; what it leaves out is the model's default
 * @param stop strings that end the text; none of them becomes part of it
 * @param sharing with whom it shares what was computed of prompts
 */
public record GenerationRules(
    OptionalInt maxTokens, SamplingChoice sampling, List<String> stop, Sharing sharing) {

  /**
   * Checks {@code maxTokens}.
   *
   * @throws EngineException {@code INVALID_ARGUMENT} if it is below 1
   */
  public GenerationRules {
    if (maxTokens.isPresent() && maxTokens.getAsInt() < 1) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          "maxTokens is " + maxTokens.getAsInt() + "; it must be 1 or more");
    }
    stop = List.copyOf(stop);
  }

  /** The same, shared so. */
  public GenerationRules sharing(Sharing with) {
    return new GenerationRules(maxTokens, sampling, stop, with);
  }
}
