package ai.realm.engine;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.util.OptionalLong;

/**
 * For whom work is, and how urgent.
 *
 * @param tenant for whom: tenants whose work waits get alike much of a model's time
 * @param priority -10 to 10: which work of a tenant goes first; one that waits rises by one a
 *     second
 * @param deadlineMs milliseconds from its start after which nobody wants it any more, at least 1
 */
public record Claim(Object tenant, int priority, OptionalLong deadlineMs) {
  /** The least priority. */
  public static final int LEAST = -10;

  /** The greatest priority. */
  public static final int GREATEST = 10;

  /** That of an app that tells no tenants apart, without haste. */
  public static final Claim APP = of("");

  /**
   * Checks the ranges.
   *
   * @throws EngineException {@code INVALID_ARGUMENT}
   */
  public Claim {
    if (priority < LEAST || priority > GREATEST) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          "priority is %d; it must be %d to %d".formatted(priority, LEAST, GREATEST));
    }
    if (deadlineMs.isPresent() && deadlineMs.getAsLong() < 1) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          "deadline is " + deadlineMs.getAsLong() + "; it must be 1 ms or more");
    }
  }

  /** A tenant's, without haste. */
  public static Claim of(Object tenant) {
    return new Claim(tenant, 0, OptionalLong.empty());
  }
}
