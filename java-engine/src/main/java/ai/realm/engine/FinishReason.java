package ai.realm.engine;

/** Why a generation ended. */
public enum FinishReason {
  /** The model ended its text, or a stop string did. */
  STOP,
  /** As many tokens as were asked for, or as the context holds. */
  LENGTH,
  /** It was cancelled. */
  ABORT
}
