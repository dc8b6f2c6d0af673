package ai.realm.bridge.javet;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import com.caoccao.javet.enums.V8AwaitMode;
import com.caoccao.javet.exceptions.JavetException;
import com.caoccao.javet.exceptions.JavetTerminatedException;
import com.caoccao.javet.interop.NodeRuntime;
import com.caoccao.javet.interop.V8Host;
import com.caoccao.javet.interop.executors.IV8Executor;
import com.caoccao.javet.values.reference.V8ValueFunction;
import com.caoccao.javet.values.reference.V8ValueObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntConsumer;

/**
 * Node, running one app on the thread that calls {@link #run}: it alone touches V8. Other threads
 * put events into a queue and wake it by a byte on a socket that JavaScript listens on.
 */
final class NodeLoop {
  private static final String BOOT = text("boot.js");

  /** The exit code of a process that SIGTERM has ended. */
  private static final int STOPPED = 143;

  private record Running(NodeRuntime node, WakeSocket wake) {}

  private final AppSettings settings;
  private final IntConsumer exitProcess;
  private OptionalInt exitCode = OptionalInt.empty();
  private Optional<Running> running = Optional.empty();
  private volatile boolean stopped;

  /**
   * A loop that does not run yet.
   *
   * @param exitProcess ends the process, if the app owns it
   */
  NodeLoop(AppSettings settings, IntConsumer exitProcess) {
    this.settings = settings;
    this.exitProcess = exitProcess;
  }

  /**
   * Runs the app until it ends.
   *
   * @return its exit code; if it owns the process, this method does not return
   * @throws EngineException {@code ADDON_NOT_FOUND} or {@code IO_ERROR} if Javet cannot be used
   */
  int run() {
    V8Host javet = JavetLibrary.load(settings.nodeOptions());
    try (WakeSocket wake = new WakeSocket();
        NodeRuntime node = javet.createV8Runtime()) {
      EventQueue events = new EventQueue(wake::wake);
      JavetJobs jobs = new JavetJobs(events);
      begin(node, wake);
      JavaFunctions functions = new JavaFunctions(node, jobs, events, code -> exit(node, code));
      try (V8ValueObject app = boot(node, functions, wake.listening())) {
        spin(node, app);
      } catch (JavetTerminatedException _) {
        // By exit or stop.
      } finally {
        end();
        jobs.end();
        functions.unbind();
        // It does not wait for what the app has left open.
        node.setStopping(true);
      }
      return exitCode.orElse(STOPPED);
    } catch (JavetException failure) {
      throw new EngineException(
          ErrorCode.INTERNAL, "Javet failed: " + failure.getMessage(), failure);
    }
  }

  /** Ends the app, from any thread, as soon as its JavaScript can be interrupted. */
  synchronized void stop() {
    stopped = true;
    running.ifPresent(NodeLoop::interrupt);
  }

  private synchronized void begin(NodeRuntime node, WakeSocket wake) {
    running = Optional.of(new Running(node, wake));
  }

  /** From now on nothing of V8 may be touched by {@link #stop}. */
  private synchronized void end() {
    running = Optional.empty();
  }

  private static void interrupt(Running running) {
    // V8 allows this one call from other threads.
    running.node.terminateExecution();
    running.wake.wake();
  }

  /** Has boot.js start the app in the first turn; returns its ways to end the app. */
  private V8ValueObject boot(NodeRuntime node, JavaFunctions functions, int wakeSocket)
      throws JavetException {
    IV8Executor script = node.getExecutor(BOOT);
    script.getV8ScriptOrigin().setResourceName("realm:boot");
    try (V8ValueObject java = node.createV8ValueObject();
        V8ValueFunction boot = script.execute()) {
      functions.bindTo(java);
      return boot.call(null, java, settings.json(wakeSocket));
    }
  }

  private void spin(NodeRuntime node, V8ValueObject app) throws JavetException {
    while (exitCode.isEmpty() && !stopped) {
      boolean alive = node.await(V8AwaitMode.RunOnce);
      if (!alive && exitCode.isEmpty() && !stopped) {
        app.invokeVoid("beforeExit");
        // Its listeners may have opened new work; if there is none, the app is over.
        if (!node.await(V8AwaitMode.RunNoWait) && exitCode.isEmpty()) {
          app.invokeVoid("exit");
        }
      }
    }
  }

  /** What {@code process.reallyExit} does. */
  private void exit(NodeRuntime node, int code) {
    if (settings.ownsProcess()) {
      exitProcess.accept(code);
    }
    if (exitCode.isEmpty()) {
      exitCode = OptionalInt.of(code);
    }
    node.terminateExecution();
  }

  private static String text(String resource) {
    try (InputStream bytes = NodeLoop.class.getResourceAsStream(resource)) {
      return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
