package ai.realm.engine;

import ai.realm.gguf.FileIdentity;
import ai.realm.kernels.Overcommit;
import ai.realm.model.cache.CacheOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
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
  /**
   * A draft of a model that is to be loaded.
   *
   * @param path of its file
   * @param most guesses of a text in a step, 1 to {@link DraftFile#MOST}
   */
  public record DraftPath(Path path, int most) {}

  private record Draft(FileIdentity file, int most) {}

  private record Way(
      FileIdentity file,
      Optional<Draft> draft,
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
   * @param draft a smaller model that guesses how its texts go on
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
      Optional<DraftPath> draft,
      OptionalInt contextLength,
      int threads,
      CacheOptions cache,
      Places places,
      Overcommit overcommit) {
    Optional<FileIdentity> identity = FileIdentity.of(path);
    Optional<Draft> smaller =
        draft.flatMap(
            asked -> FileIdentity.of(asked.path()).map(file -> new Draft(file, asked.most())));
    if (identity.isEmpty() || smaller.isPresent() != draft.isPresent()) {
      return loadAlone(path, draft, contextLength, threads, cache, places, overcommit);
    }
    Way way = new Way(identity.get(), smaller, contextLength, threads, cache, places);
    while (true) {
      Entry entry = new Entry();
      Entry known = hold(way, entry);
      if (known == null) {
        return loadFirst(way, entry, path, draft, overcommit);
      }
      Optional<LoadedModel> model = known.model.join();
      if (model.isPresent()) {
        return new LoadedModel(model.get(), () -> release(way, known));
      }
      // Who was first has failed, and tells of it; this one finds out by itself.
    }
  }

  private LoadedModel loadFirst(
      Way way, Entry entry, Path path, Optional<DraftPath> draft, Overcommit overcommit) {
    try {
      LoadedModel model =
          loadAlone(
              path,
              draft,
              way.contextLength(),
              way.threads(),
              way.cache(),
              way.places(),
              overcommit);
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

  /** Loads a file that nobody shares, likewise; what it throws has closed the files. */
  public static LoadedModel loadAlone(
      Path path,
      Optional<DraftPath> draft,
      OptionalInt contextLength,
      int threads,
      CacheOptions cache,
      Places places,
      Overcommit overcommit) {
    List<ModelFile> opened = new ArrayList<>();
    try {
      ModelFile file = ModelFile.open(path);
      opened.add(file);
      Optional<DraftFile> smaller =
          draft.map(asked -> DraftFile.open(() -> ModelFile.open(asked.path()), asked.most()));
      smaller.ifPresent(each -> opened.add(each.file()));
      return LoadedModel.load(file, smaller, contextLength, threads, cache, places, overcommit);
    } catch (Throwable failure) {
      opened.forEach(ModelFile::close);
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
