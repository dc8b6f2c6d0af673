package ai.realm.storage;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;

/** What one tenant may use of a resource, and what it uses. Safe for all threads. */
public final class Budget {
  private final String unit;
  private final long limit;
  private long used;

  /**
   * Nothing used.
   *
   * @param unit of the numbers, for messages, such as {@code bytes of storage}
   * @param limit the most that may be used at a time
   */
  public Budget(String unit, long limit) {
    this.unit = unit;
    this.limit = limit;
  }

  /**
   * Checks that {@code amount} is not more than could ever be taken.
   *
   * @throws EngineException {@code QUOTA_EXCEEDED} if it is
   */
  public void checkEver(long amount) {
    if (amount > limit) {
      throw exceeded(amount, limit);
    }
  }

  /**
   * Takes {@code amount}.
   *
   * @throws EngineException {@code QUOTA_EXCEEDED} if that is more than is left
   */
  public synchronized void take(long amount) {
    if (amount > limit - used) {
      throw exceeded(amount, limit - used);
    }
    used += amount;
  }

  /**
   * Takes {@code amount}, or what is left if that is less.
   *
   * @return what it took, at least 1
   * @throws EngineException {@code QUOTA_EXCEEDED} if nothing is left
   */
  public synchronized long takeUpTo(long amount) {
    long taken = Math.clamp(limit - used, 1, amount);
    take(taken);
    return taken;
  }

  /** Gives back what was taken. */
  public synchronized void giveBack(long amount) {
    used -= amount;
  }

  /** What is left. */
  public synchronized long left() {
    return limit - used;
  }

  /** What is in use. */
  public synchronized long used() {
    return used;
  }

  private EngineException exceeded(long amount, long left) {
    return new EngineException(
        ErrorCode.QUOTA_EXCEEDED,
        "this needs "
            + amount
            + " "
            + unit
            + ", and "
            + left
            + " of "
            + limit
            + " are left; free some, or ask for a larger grant");
  }
}
