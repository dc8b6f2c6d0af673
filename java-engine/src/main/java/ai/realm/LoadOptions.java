package ai.realm;

import ai.realm.engine.DraftFile;
import ai.realm.engine.Places;
import ai.realm.engine.SharedModels.DraftPath;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.kernels.KvFormat;
import ai.realm.kernels.Overcommit;
import ai.realm.model.cache.CacheOptions;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** How a model is loaded. Each method sets an option and returns these options. */
public final class LoadOptions {
  private OptionalInt contextLength = OptionalInt.empty();
  private KvFormat kvCache = KvFormat.F16;
  private Optional<DraftPath> draft = Optional.empty();
  private OptionalLong cacheBytes = OptionalLong.empty();
  private Places places = Places.DEFAULT;
  private Overcommit overcommit = Overcommit.REFUSED;
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

  /**
   * Bytes that the keys and values of all texts of the model may take together; by default a
   * quarter of the machine's memory, or of what its container may have.
   *
   * @throws EngineException {@code INVALID_ARGUMENT} below 1
   */
  public LoadOptions cacheBytes(long bytes) {
    if (bytes < 1) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT, "cacheBytes is " + bytes + "; it must be 1 or more");
    }
    cacheBytes = OptionalLong.of(bytes);
    return this;
  }

  /**
   * Texts that run at the same time, 1 or more; by default 64. Others wait for a place.
   *
   * @throws EngineException {@code INVALID_ARGUMENT}
   */
  public LoadOptions parallel(int texts) {
    places = new Places(texts, places.maxQueue());
    return this;
  }

  /**
   * Texts that may wait for a place, 0 or more; by default any number. More are refused, as {@code
   * OVERLOADED}.
   *
   * @throws EngineException {@code INVALID_ARGUMENT}
   */
  public LoadOptions maxQueue(int texts) {
    places = new Places(places.parallel(), texts);
    return this;
  }

  /**
   * A smaller model with the same tokens, which guesses how texts go on: a text is the same and
   * faster, where the guesses mostly hold. By default there is none.
   *
   * @param file a GGUF file, as {@link Realm#loadModel} takes it
   */
  public LoadOptions draft(Path file) {
    draft = Optional.of(new DraftPath(file, DraftFile.MOST));
    return this;
  }

  /** Whether the model may need more memory than is free; by default such a one is refused. */
  public LoadOptions overcommit(Overcommit allowed) {
    overcommit = Objects.requireNonNull(allowed);
    return this;
  }

  OptionalInt contextLength() {
    return contextLength;
  }

  Optional<DraftPath> draft() {
    return draft;
  }

  CacheOptions cache() {
    return new CacheOptions(kvCache, cacheBytes);
  }

  Places places() {
    return places;
  }

  Overcommit overcommit() {
    return overcommit;
  }

  int threads() {
    return threads;
  }
}
