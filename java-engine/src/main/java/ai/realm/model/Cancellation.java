package ai.realm.model;

/** Asks, between the steps of a forward pass, whether the work is still wanted. */
@FunctionalInterface
public interface Cancellation {
  /** Never cancelled. */
  Cancellation NONE = () -> false;

  /** Whether the work should stop now. */
  boolean requested();
}
