package ai.realm.guest;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;

/**
 * What ends a guest.
 *
 * @param timeMs milliseconds that one call may take, host functions included; 1 or more
 * @param memoryBytes that the guest's own memory may have, at least 1 MiB. For a module this is its
 *     memory. For a script it is what the script holds in the Java heap, which is only estimated:
 *     the guest is ended for certain before the heap is full
 */
public record GuestLimits(long timeMs, long memoryBytes) {
  private static final long LEAST_MEMORY = 1 << 20;

  /** Checks the ranges. */
  public GuestLimits {
    check("timeMs", timeMs, 1);
    check("memoryBytes", memoryBytes, LEAST_MEMORY);
  }

  /** A minute for a call, 256 MiB of memory. */
  public static GuestLimits defaults() {
    return new GuestLimits(60_000, 256L << 20);
  }

  private static void check(String limit, long value, long least) {
    if (value < least) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          limit + " is " + value + "; it must be " + least + " or more");
    }
  }
}
