package ai.realm.model.cache;

import ai.realm.kernels.KvFormat;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.OptionalLong;

/**
 * How the sequences of a model keep what they remember.
 *
 * @param format of keys and values
 * @param bytes of all pages together; empty for {@link #usualBytes}
 */
public record CacheOptions(KvFormat format, OptionalLong bytes) {
  private static final int SHARE_OF_MEMORY = 4;

  /**
   * What a process has in any case. To find out how much more there may be takes some 30 ms the
   * first time, which a first text need not wait for.
   */
  private static final long FIRST = 64L << 20;

  /** A format, and the usual room. */
  public static CacheOptions of(KvFormat format) {
    return new CacheOptions(format, OptionalLong.empty());
  }

  /**
   * A quarter of the machine's memory, or of what a container may have of it: the rest is for
   * weights, for the app, and for other models. It is an upper bound: pages are taken when they are
   * needed.
   */
  static long usualBytes() {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return system.getTotalMemorySize() / SHARE_OF_MEMORY;
  }

  /** The same with a part of the room: {@code share} of {@code all}. */
  public CacheOptions part(long share, long all) {
    long whole = bytes.orElseGet(CacheOptions::usualBytes);
    return new CacheOptions(format, OptionalLong.of((long) (whole * ((double) share / all))));
  }

  /** A pool for sequences that keep this. */
  public PagePool pool(CacheShape shape) {
    return bytes.isPresent()
        ? new PagePool(shape, bytes.getAsLong())
        : new PagePool(shape, Math.max(FIRST, shape.bytes(1)), CacheOptions::usualBytes);
  }
}
