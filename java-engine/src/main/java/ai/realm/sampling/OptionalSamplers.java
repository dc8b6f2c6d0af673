package ai.realm.sampling;

import java.util.Optional;

/**
 * The samplers of several numbers each, which nobody has unless they are asked for.
 *
 * @param dry lessens what would go on with a repetition
 * @param xtc leaves out the most probable tokens now and then
 * @param dynamicTemperature raises the temperature where the model is undecided
 * @param mirostat keeps the surprise of tokens near a target
 * @param adaptiveP keeps the probability of tokens near a target
 */
public record OptionalSamplers(
    Optional<Dry> dry,
    Optional<Xtc> xtc,
    Optional<DynamicTemperature> dynamicTemperature,
    Optional<Mirostat> mirostat,
    Optional<AdaptiveP> adaptiveP) {
  /** None of them. */
  public static final OptionalSamplers NONE =
      new OptionalSamplers(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
}
