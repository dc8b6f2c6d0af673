package ai.realm.bridge.addon;

import ai.realm.bridge.BridgeCalls;
import ai.realm.bridge.JavaScriptJobs;
import ai.realm.error.ErrorDescription;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The Java side of the Node addon: the only class that its C++ code calls. */
public final class AddonBridge {
  /**
   * The system property that names the class to serve the requests, with a constructor without
   * parameters. Tests of the bridge itself set it to put a class of their own behind the addon.
   */
  public static final String CALLS_PROPERTY = "realm.bridge.calls";

  private static final String ENGINE_CALLS = "ai.realm.bridge.calls.EngineCalls";

  private static final MemorySegment NO_VIEW = MemorySegment.ofArray(new byte[0]);

  private static JavaScriptJobs jobs;

  private AddonBridge() {}

  /**
   * The addon calls it once, on the thread that started the virtual machine, before all else.
   *
   * @throws ReflectiveOperationException if the class that serves the requests cannot be had
   */
  static void prepare() throws ReflectiveOperationException {
    String name = System.getProperty(CALLS_PROPERTY, ENGINE_CALLS);
    BridgeCalls calls =
        Class.forName(name).asSubclass(BridgeCalls.class).getDeclaredConstructor().newInstance();
    jobs = new JavaScriptJobs(calls, AddonBridge::emit);
  }

  /**
   * See {@link JavaScriptJobs#call}.
   *
   * @param address where the caller's view starts, good only during the call; 0 if there is none
   * @param length the bytes of the view
   */
  static String call(String method, String json, long address, long length) {
    if (address == 0) {
      return jobs.call(method, json, NO_VIEW);
    }
    try (Arena duringTheCall = Arena.ofConfined()) {
      return jobs.call(method, json, view(address, length, duringTheCall));
    }
  }

  /**
   * See {@link JavaScriptJobs#open}; the events of the job go to {@link #emit}.
   *
   * @param address where the job's bytes start, good only during the call; 0 if there are none
   * @param length how many there are
   */
  static void open(
      long environment, long id, String method, String json, long address, long length) {
    if (address == 0) {
      jobs.open(environment, id, method, json, NO_VIEW);
      return;
    }
    try (Arena duringTheCall = Arena.ofConfined()) {
      jobs.open(environment, id, method, json, view(address, length, duringTheCall));
    }
  }

  /** See {@link JavaScriptJobs#cancel}. */
  static void cancel(long id) {
    jobs.cancel(id);
  }

  /** See {@link JavaScriptJobs#environmentEnded}. */
  static void environmentEnded(long environment) {
    jobs.environmentEnded(environment);
  }

  /**
   * The code and the message of a failure, for the JavaScript error that it becomes.
   *
   * @return {@code {code, message}}
   */
  static String[] describe(Throwable failure) {
    ErrorDescription description = ErrorDescription.of(failure);
    return new String[] {description.code().name(), description.message()};
  }

  /** See {@link ai.realm.bridge.EventSink#emit}; the addon registers it at its start. */
  static native boolean emit(long job, int kind, String payload);

  private static MemorySegment view(long address, long length, Arena duringTheCall) {
    return MemorySegment.ofAddress(address).reinterpret(length, duringTheCall, null);
  }
}
