package ai.realm.bridge.calls;

import ai.realm.bridge.Job;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.json.Arguments;
import com.google.gson.JsonObject;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/** The methods that JavaScript can call, by their names; groups of them are added one by one. */
final class MethodTable {

  /** A short operation on the JavaScript thread; see {@link ai.realm.bridge.BridgeCalls#call}. */
  @FunctionalInterface
  interface ShortCall {
    JsonObject call(long environment, Arguments args, MemorySegment view);
  }

  /** Takes up a job and returns at once; see {@link ai.realm.bridge.BridgeCalls#open}. */
  @FunctionalInterface
  interface JobStart {
    void open(long environment, Job job, Arguments args);
  }

  private final Map<String, ShortCall> shortCalls = new HashMap<>();
  private final Map<String, JobStart> jobs = new HashMap<>();
  private final List<LongConsumer> endings = new ArrayList<>();

  /** Adds a short operation. */
  void call(String method, ShortCall call) {
    shortCalls.put(method, call);
  }

  /** Adds a job. */
  void open(String method, JobStart job) {
    jobs.put(method, job);
  }

  /** Adds what is done when an environment, named by its number, has ended. */
  void whenEnvironmentEnds(LongConsumer ending) {
    endings.add(ending);
  }

  /**
   * The short operation of this name.
   *
   * @throws EngineException {@code INVALID_ARGUMENT}
   */
  ShortCall shortCall(String method) {
    return found(method, shortCalls.get(method));
  }

  /**
   * The job of this name.
   *
   * @throws EngineException {@code INVALID_ARGUMENT}
   */
  JobStart job(String method) {
    return found(method, jobs.get(method));
  }

  /** An environment has ended. */
  void environmentEnded(long environment) {
    endings.forEach(ending -> ending.accept(environment));
  }

  private static <T> T found(String method, T entry) {
    if (entry == null) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          "the engine has no method " + method + "; use the JavaScript of the same version");
    }
    return entry;
  }
}
