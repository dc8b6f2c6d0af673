package ai.realm.engine;

import ai.realm.gguf.FileIdentity;
import ai.realm.kernels.Overcommit;
import ai.realm.model.cache.CacheOptions;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/**
 * Models of files that are loaded once however often they are asked for: whoever loads the same
 * file in the same way, in a worker or by another copy of the package, shares its weights, its
 * pages and its thread, and their texts go through it together. Safe for all threads.
 */
public final class SharedModels {
  private record Way(
      FileIdentity file,
      OptionalInt contextLength,
      int threads,
      CacheOptions cache,
      Places places) {}

  /** A model, once it is loaded, and how many hold it or wait for it; guarded by the map. */
  private static final class Entry {
    final CompletableFuture<Optional<LoadedModel>> model = new CompletableFuture<>();
    int holders = 1;
  }

  private final Map<Way, Entry> entries = new HashMap<>();

  /**
   * Loads a file, or shares what was loaded. Each model that this gives is closed by itself; the
   * last one's end frees what they share.
   *
   * @param contextLength tokens that prompt and answer may have together; empty for what the model
   *     was trained for
   * @param threads that compute, at least 1
   * @param cache how keys and values are kept
   * @param places how many texts run and wait at a time
   * @param overcommit whether it may need more memory than is free
   * @throws ai.realm.error.EngineException as {@link ModelFile#open} and {@link LoadedModel#load}
   */
  public LoadedModel load(
      Path path,
      OptionalInt contextLength,
      int threads,
      CacheOptions cache,
      Places places,
      Overcommit overcommit) {
    Optional<FileIdentity> identity = FileIdentity.of(path);
    if (identity.isEmpty()) {
      return loadAlone(path, contextLength, threads, cache, places, overcommit);
    }
    Way way = new Way(identity.get(), contextLength, threads, cache, places);
    while (true) {
      Entry entry = new Entry();
      Entry known = hold(way, entry);
      if (known == null) {
        return loadFirst(way, entry, path, overcommit);
      }
      Optional<LoadedModel> model = known.model.join();
      if (model.isPresent()) {
        return new LoadedModel(model.get(), () -> release(way, known));
      }
      // Who was first has failed, and tells of it; this one finds out by itself.
    }
  }

  private LoadedModel loadFirst(Way way, Entry entry, Path path, Overcommit overcommit) {
    try {
      LoadedModel model =
          loadAlone(
              path, way.contextLength(), way.threads(), way.cache(), way.places(), overcommit);
      entry.model.complete(Optional.of(model));
      return new LoadedModel(model, () -> release(way, entry));
    } finally {
      if (!entry.model.isDone()) {
        synchronized (entries) {
          entries.remove(way);
        }
        entry.model.complete(Optional.empty());
      }
    }
  }

  private static LoadedModel loadAlone(
      Path path,
      OptionalInt contextLength,
      int threads,
      CacheOptions cache,
      Places places,
      Overcommit overcommit) {
    ModelFile file = ModelFile.open(path);
    try {
      return LoadedModel.load(file, contextLength, threads, cache, places, overcommit);
    } catch (Throwable failure) {
      file.close();
      throw failure;
    }
  }

  /** The entry that is there, with one holder more; null where {@code entry} has become it. */
  private Entry hold(Way way, Entry entry) {
    synchronized (entries) {
      Entry known = entries.putIfAbsent(way, entry);
      if (known != null) {
        known.holders++;
      }
      return known;
    }
  }

  private void release(Way way, Entry entry) {
    synchronized (entries) {
      if (--entry.holders > 0) {
        return;
      }
      entries.remove(way);
    }
    entry.model.join().orElseThrow().close();
  }
}
