package ai.realm.json;

import ai.realm.engine.Places;
import ai.realm.kernels.KvFormat;
import ai.realm.kernels.Overcommit;
import ai.realm.model.cache.CacheOptions;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How a model is loaded, as JSON.
 *
 * @param contextLength tokens that prompt and answer may have together; empty for what the model
 *     was trained for
 * @param threads that compute, 1 to 1024; empty for what the caller takes by default
 * @param cache how keys and values are kept
 * @param places how many texts run and wait at a time
 * @param overcommit whether it may need more memory than is free
 */
public record LoadOptionsJson(
    OptionalInt contextLength,
    OptionalInt threads,
    CacheOptions cache,
    Places places,
    Overcommit overcommit) {
  /** The most threads. */
  public static final int MAX_THREADS = 1024;

  /**
   * Reads {@code contextLength}, {@code threads}, {@code kvCache}, {@code cacheMb}, {@code
   * parallel}, {@code maxQueue} and {@code overcommit}. Each may be absent. Other fields are left
   * for the caller.
   *
   * @throws ai.realm.error.EngineException {@code INVALID_ARGUMENT}, naming the field
   */
  public static LoadOptionsJson read(Arguments args) {
    return new LoadOptionsJson(
        args.optionalInteger("contextLength", 1, Integer.MAX_VALUE),
        args.optionalInteger("threads", 1, MAX_THREADS),
        cache(args),
        places(args),
        args.optionalFlag("overcommit", false) ? Overcommit.ALLOWED : Overcommit.REFUSED);
  }

  /** As many threads as it says, or one for each processor that the process may use. */
  public int threadsOfProcess() {
    return threads.orElse(Math.min(Runtime.getRuntime().availableProcessors(), MAX_THREADS));
  }

  private static CacheOptions cache(Arguments args) {
    KvFormat format = args.has("kvCache") ? KvFormat.named(args.text("kvCache")) : KvFormat.F16;
    OptionalInt mebibytes = args.optionalInteger("cacheMb", 1, Integer.MAX_VALUE);
    OptionalLong bytes =
        mebibytes.isPresent()
            ? OptionalLong.of((long) mebibytes.getAsInt() << 20)
            : OptionalLong.empty();
    return new CacheOptions(format, bytes);
  }

  private static Places places(Arguments args) {
    return new Places(
        args.optionalInteger("parallel", 1, Integer.MAX_VALUE).orElse(Places.DEFAULT.parallel()),
        args.optionalInteger("maxQueue", 0, Integer.MAX_VALUE).orElse(Places.DEFAULT.maxQueue()));
  }
}
