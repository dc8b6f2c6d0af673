package ai.realm;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.kernels.KvFormat;
import java.util.Objects;
import java.util.OptionalInt;

/** How a model is loaded. Each method sets an option and returns these options. */
public final class LoadOptions {
  private OptionalInt contextLength = OptionalInt.empty();
  private KvFormat kvCache = KvFormat.F16;
  private int threads = Runtime.getRuntime().availableProcessors();

  /** Tokens that a prompt and its answer may have together; by default what the model allows. */
  public LoadOptions contextLength(int tokens) {
    contextLength = OptionalInt.of(tokens);
    return this;
  }

  /**
   * Threads that compute, 1 or more; by default one for each processor that the process may use.
   *
   * @throws EngineException {@code INVALID_ARGUMENT}
   */
  public LoadOptions threads(int count) {
    if (count < 1) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT, "threads is " + count + "; it must be 1 or more");
    }
    threads = count;
    return this;
  }

  /** How keys and values are kept; by default {@link KvFormat#F16}. */
  public LoadOptions kvCache(KvFormat format) {
    kvCache = Objects.requireNonNull(format);
    return this;
  }

  OptionalInt contextLength() {
    return contextLength;
  }

  KvFormat kvCache() {
    return kvCache;
  }

  int threads() {
    return threads;
  }
}
