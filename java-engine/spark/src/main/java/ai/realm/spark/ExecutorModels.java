package ai.realm.spark;

import ai.realm.engine.LoadedModel;
import ai.realm.engine.SharedModels;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.json.LoadOptionsJson;
import ai.realm.kernels.KernelProvider;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkEnv;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of this executor. Whichever task first wants a model loads it; the others wait, and
 * all later ones share it until the process ends.
 */
final class ExecutorModels {
  private static final Logger LOG = LoggerFactory.getLogger(ExecutorModels.class);

  /** The file of the native kernels, where it was sent to the executors. */
  private static final String KERNELS = "librealm-kernels.so";

  private record Key(String model, String load) {}

  private static final Map<Key, CompletableFuture<LoadedModel>> MODELS = new HashMap<>();
  private static final Set<PendingRow<?>> RUNNING = ConcurrentHashMap.newKeySet();
  private static boolean closesAtExit;
  private static volatile boolean closing;

  private ExecutorModels() {}

  /**
   * The model that the options name.
   *
   * @throws EngineException {@code FILE_NOT_FOUND}, {@code UNSUPPORTED_RUNTIME}, {@code DISPOSED}
   *     while the process ends, or as {@link SharedModels#loadAlone}; the next task tries again
   */
  static LoadedModel get(RealmOptions options) {
    Key key = new Key(options.model(), options.load());
    CompletableFuture<LoadedModel> mine = new CompletableFuture<>();
    CompletableFuture<LoadedModel> known;
    synchronized (MODELS) {
      closeAtExit();
      known = MODELS.putIfAbsent(key, mine);
    }
    if (known != null) {
      return PendingRow.outcome(known::join);
    }
    try {
      mine.complete(load(options));
    } catch (Throwable failure) {
      synchronized (MODELS) {
        MODELS.remove(key);
      }
      mine.completeExceptionally(failure);
    }
    return PendingRow.outcome(mine::join);
  }

  /** Notes what has to end before the models close. */
  static void started(PendingRow<?> row) {
    RUNNING.add(row);
    if (closing) {
      row.cancel();
    }
  }

  static void ended(PendingRow<?> row) {
    RUNNING.remove(row);
  }

  private static LoadedModel load(RealmOptions options) {
    requireFlags();
    Path file =
        ExecutorFile.find(options.model())
            .orElseThrow(() ->
                new EngineException(
                    ErrorCode.FILE_NOT_FOUND,
                    ("the model %s is no file here, and none of this name was sent to the"
                            + " executors: give a path that every executor can read, or send"
                            + " the file with --files or addFile and give its name")
                        .formatted(options.model())));
    if (System.getProperty(KernelProvider.LIBRARY_PROPERTY) == null) {
      ExecutorFile.sent(KERNELS)
          .ifPresent(library ->
              System.setProperty(
                  KernelProvider.LIBRARY_PROPERTY, library.toAbsolutePath().toString()));
    }
    long start = System.nanoTime();
    LoadOptionsJson rules = options.loading();
    int threads = rules.threads().orElseGet(() -> threads(rules));
    LoadedModel model =
        SharedModels.loadAlone(
            file,
            Optional.empty(),
            rules.contextLength(),
            threads,
            rules.cache(),
            rules.places(),
            rules.overcommit());
    LOG.info(
        "Realm loaded {} in {} ms, for {} threads, with {}",
        file,
        (System.nanoTime() - start) / 1_000_000,
        threads,
        KernelProvider.get().reason());
    return model;
  }

  /** Several executors may share a machine: each takes the cores that are its own. */
  private static int threads(LoadOptionsJson rules) {
    SparkEnv env = SparkEnv.get();
    return env == null
        ? rules.threadsOfProcess()
        : env.conf().getInt("spark.executor.cores", rules.threadsOfProcess());
  }

  /** Spark's launcher gives these to drivers and executors by itself; not every driver has one. */
  private static void requireFlags() {
    boolean vectors = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    if (vectors && ExecutorModels.class.getModule().isNativeAccessEnabled()) {
      return;
    }
    throw new EngineException(
        ErrorCode.UNSUPPORTED_RUNTIME,
        "this Java was started without "
            + (vectors
                ? "--enable-native-access=ALL-UNNAMED"
                : "--add-modules=jdk.incubator.vector")
            + ", which Realm needs: add --add-modules=jdk.incubator.vector"
            + " --enable-native-access=ALL-UNNAMED to spark.executor.extraJavaOptions, or, for a"
            + " driver that does the rows itself, to its command line");
  }

  /** To be called once or more, by whoever has the map. */
  private static void closeAtExit() {
    if (closing) {
      throw new EngineException(
          ErrorCode.DISPOSED, "this executor is ending, and loads no model any more");
    }
    if (!closesAtExit) {
      Runtime.getRuntime().addShutdownHook(new Thread(ExecutorModels::close, "realm-close"));
      closesAtExit = true;
    }
  }

  /** Cancels what runs, and frees the models. */
  private static void close() {
    closing = true;
    RUNNING.forEach(PendingRow::cancel);
    synchronized (MODELS) {
      for (CompletableFuture<LoadedModel> model : MODELS.values()) {
        if (model.isDone() && !model.isCompletedExceptionally()) {
          // Rows that start meanwhile are refused as DISPOSED: their task is tried elsewhere.
          model.join().close();
        }
      }
    }
  }
}
