package ai.realm.bridge.javet;

import ai.realm.error.EngineException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Runs a Node app in this process, which ends as the app does: what {@code realm run} starts. */
public final class RunApp {
  /** Names the program that {@code process.execPath} is, in the app. */
  static final String EXEC_PATH_PROPERTY = "realm.run.execPath";

  /** The number of the descriptor that becomes stderr once Java itself has started. */
  static final String STDERR_PROPERTY = "realm.run.stderr";

  /** The exit code of Node for arguments that it does not understand. */
  private static final int INVALID_ARGUMENT = 9;

  /** Options of Node whose value is code to run. */
  private static final Set<String> EVAL = Set.of("-e", "--eval");

  /** Other options of Node whose value is the next argument. */
  private static final Set<String> WITH_VALUE =
      Set.of("-r", "--require", "--import", "-C", "--conditions", "--env-file", "--title");

  private RunApp() {}

  /** Arguments: options of Node, the script, the script's arguments. */
  public static void main(String[] args) {
    Integer stderr = Integer.getInteger(STDERR_PROPERTY);
    if (stderr != null) {
      SystemCalls.move(stderr, 2);
    }
    AppSettings settings = read(args);
    Thread.ofPlatform()
        .name("realm-node")
        .stackSize(NodeApp.STACK_BYTES)
        .start(() -> run(settings));
  }

  private static AppSettings read(String[] args) {
    Deque<String> rest = new ArrayDeque<>(List.of(args));
    List<String> nodeOptions = new ArrayList<>();
    Optional<String> code = Optional.empty();
    while (!rest.isEmpty() && rest.peek().startsWith("-")) {
      String option = rest.remove();
      if (option.equals("--")) {
        break;
      }
      if (EVAL.contains(option) && !rest.isEmpty()) {
        code = Optional.of(rest.remove());
        // Node's own way to run code is one of its internals.
        nodeOptions.add("--expose-internals");
      } else {
        nodeOptions.add(option);
        if (WITH_VALUE.contains(option) && !rest.isEmpty()) {
          nodeOptions.add(rest.remove());
        }
      }
    }
    if (code.isEmpty() && rest.isEmpty()) {
      System.err.println("realm run: received no script; expected the path of one, or -e CODE");
      System.exit(INVALID_ARGUMENT);
    }
    String script = code.orElseGet(rest::remove);
    Optional<String> execPath = Optional.ofNullable(System.getProperty(EXEC_PATH_PROPERTY));
    return new AppSettings(
        script, code.isPresent(), List.copyOf(rest), nodeOptions, execPath, true);
  }

  private static void run(AppSettings settings) {
    try {
      SystemCalls.skipDestructorsAtExit();
      new NodeLoop(settings, System::exit).run();
    } catch (EngineException failure) {
      System.err.println("error[" + failure.code() + "]: " + failure.getMessage());
      System.exit(1);
    }
  }
}
