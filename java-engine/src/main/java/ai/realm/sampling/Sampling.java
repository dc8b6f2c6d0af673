package ai.realm.sampling;

/** How tokens are drawn, as somebody asks for it: completely, or with the rest left to a model. */
public sealed interface Sampling permits SamplingOptions, SamplingChoice {

  /**
   * What was asked for, and {@code defaults} for the rest.
   *
   * @throws ai.realm.error.EngineException {@code INVALID_ARGUMENT}, naming an option that is out
   *     of range
   */
  SamplingOptions over(SamplingOptions defaults);
}
