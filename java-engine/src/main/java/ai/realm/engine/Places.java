package ai.realm.engine;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;

/**
 * How much work a model takes.
 *
 * @param parallel texts, and other work, that run at the same time, at least 1
 * @param maxQueue those that may wait for a place, at least 0; more are refused
 */
public record Places(int parallel, int maxQueue) {
  /** 64 at a time, and any number that wait. */
  public static final Places DEFAULT = new Places(64, Integer.MAX_VALUE);

  /**
   * Checks the ranges.
   *
   * @throws EngineException {@code INVALID_ARGUMENT}
   */
  public Places {
    if (parallel < 1) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT, "parallel is " + parallel + "; it must be 1 or more");
    }
    if (maxQueue < 0) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT, "maxQueue is " + maxQueue + "; it must be 0 or more");
    }
  }
}
