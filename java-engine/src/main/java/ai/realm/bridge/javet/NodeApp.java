package ai.realm.bridge.javet;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * A Node app that runs in this process, in Javet, on a thread of its own; {@code
 * ai.realm.Realm.startApp} makes it. It shares the process's environment, working directory, stdin,
 * stdout and stderr. What ends a Node process, ends the app only.
 */
public final class NodeApp implements AutoCloseable {
  /** More than V8 uses before it throws a RangeError. */
  static final long STACK_BYTES = 16L << 20;

  private static final long STOP_AGAIN_AFTER_MS = 10;

  private final NodeLoop loop;
  private final CompletableFuture<Integer> end = new CompletableFuture<>();

  private NodeApp(NodeLoop loop) {
    this.loop = loop;
  }

  /** Starts an app: its first file, and its arguments. */
  public static NodeApp start(Path script, List<String> args) {
    AppSettings settings =
        new AppSettings(script.toString(), false, args, List.of(), Optional.empty(), false);
    NodeApp app = new NodeApp(new NodeLoop(settings, _ -> {}));
    Thread.ofPlatform().name("realm-node").stackSize(STACK_BYTES).start(app::run);
    return app;
  }

  /**
   * Waits until the app has ended.
   *
   * @return its exit code, as of a Node process: 0, what {@code process.exit} was given, 1 after an
   *     error that it did not catch, and 143 if it was closed before
   * @throws EngineException {@code ADDON_NOT_FOUND} or {@code IO_ERROR} if Javet cannot be used
   *     here
   */
  public int waitFor() {
    try {
      return end.join();
    } catch (CompletionException failure) {
      throw failure.getCause() instanceof EngineException known
          ? known
          : new EngineException(
              ErrorCode.INTERNAL, "Javet failed: " + failure.getCause(), failure.getCause());
    }
  }

  /** Ends the app if it runs, wherever it is, without its listeners of "exit"; and waits for it. */
  @Override
  public void close() {
    do {
      // Each ends what runs now; a promise's reaction, for instance, may come next.
      loop.stop();
    } while (!hasEndedSoon());
  }

  private boolean hasEndedSoon() {
    CompletableFuture<Boolean> ended = end.handle((_, _) -> true);
    return ended.completeOnTimeout(false, STOP_AGAIN_AFTER_MS, TimeUnit.MILLISECONDS).join();
  }

  private void run() {
    try {
      end.complete(loop.run());
    } catch (Throwable failure) {
      end.completeExceptionally(failure);
    }
  }
}
