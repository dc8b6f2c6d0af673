package ai.realm.host;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;

/**
 * How the host stores models and serves guests.
 *
 * @param storageBytes that models copied from memory may take together, outside the heap; mapped
 *     files do not count
 * @param tensorCacheBytes of dequantized tensors that are kept, outside the heap; 0 keeps none
 * @param prefetch whether the next layer is dequantized while a guest reads one; needs the cache
 * @param threads that compute a model's forward pass, at least 1
 */
public record HostOptions(long storageBytes, long tensorCacheBytes, boolean prefetch, int threads) {

  /** Checks the ranges. */
  public HostOptions {
    check("storageBytes", storageBytes, 0);
    check("tensorCacheBytes", tensorCacheBytes, 0);
    check("threads", threads, 1);
  }

  /** No limit for models, 1 GiB of tensors with prefetch, a thread for each processor. */
  public static HostOptions defaults() {
    return new HostOptions(
        Long.MAX_VALUE, 1L << 30, true, Runtime.getRuntime().availableProcessors());
  }

  private static void check(String option, long value, long least) {
    if (value < least) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          option + " is " + value + "; it must be " + least + " or more");
    }
  }
}
