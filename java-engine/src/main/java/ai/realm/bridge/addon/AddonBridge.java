package ai.realm.bridge.addon;

import ai.realm.bridge.BridgeCalls;
import ai.realm.bridge.JavaScriptJobs;
import ai.realm.bridge.calls.EngineCalls;
import ai.realm.error.ErrorDescription;
import ai.realm.host.StreamToken;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;

/** The Java side of the Node addon: the only class that its C++ code calls. */
public final class AddonBridge {
  /**
   * The system property that names the class to serve the requests, with a constructor without
   * parameters. Tests of the bridge itself set it to put a class of their own behind the addon.
   */
  public static final String CALLS_PROPERTY = "realm.bridge.calls";

  private static final MemorySegment NO_VIEW = MemorySegment.ofArray(new byte[0]);

  private static BridgeCalls calls;
  private static JavaScriptJobs jobs;

  private AddonBridge() {}

  /**
   * The addon calls it once, on the thread that started the virtual machine, before all else.
   *
   * @return {@link BridgeCalls#PROTOCOL}
   * @throws ReflectiveOperationException if the class that serves the requests cannot be had
   */
  static int prepare() throws ReflectiveOperationException {
    String name = System.getProperty(CALLS_PROPERTY);
    calls =
        name == null
            ? EngineCalls.ofProcess()
            : Class.forName(name)
                .asSubclass(BridgeCalls.class)
                .getDeclaredConstructor()
                .newInstance();
    jobs = new JavaScriptJobs(calls, AddonBridge::emit);
    return BridgeCalls.PROTOCOL;
  }

  /**
   * See {@link JavaScriptJobs#call}.
   *
   * @param address where the caller's view starts, good only during the call; 0 if there is none
   * @param length the bytes of the view
   */
  static String call(long environment, String method, String json, long address, long length) {
    if (address == 0) {
      return jobs.call(environment, method, json, NO_VIEW);
    }
    try (Arena duringTheCall = Arena.ofConfined()) {
      return jobs.call(environment, method, json, view(address, length, duringTheCall));
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

  /**
   * See {@link BridgeCalls#hostCall}.
   *
   * @param address where the guest's memory starts at the time of the call
   * @param length its bytes
   * @param streams whether the guest takes pieces of text, by {@link #stream}
   * @param count arguments that are given; the others are 0
   */
  static int hostCall(
      long guest,
      int function,
      long address,
      long length,
      boolean streams,
      int count,
      long a0,
      long a1,
      long a2,
      long a3,
      long a4,
      long a5,
      long a6) {
    AddonGuest caller = new AddonGuest(address, length);
    Optional<StreamToken> stream = streams ? Optional.of(caller) : Optional.empty();
    long[] args = Arrays.copyOf(new long[] {a0, a1, a2, a3, a4, a5, a6}, count);
    return calls.hostCall(guest, function, caller, stream, args);
  }

  /**
   * See {@link BridgeCalls#take}.
   *
   * @return {@code {address, length}}
   */
  static long[] take(long ticket) {
    MemorySegment memory = calls.take(ticket);
    return new long[] {memory.address(), memory.byteSize()};
  }

  /** See {@link BridgeCalls#release}. */
  static void release(long ticket) {
    calls.release(ticket);
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

  /**
   * Hands a piece of text to the guest whose host function runs on this thread.
   *
   * @param memory receives where the guest's memory is afterwards: {@code {address, length}}
   * @return false if the guest failed
   */
  static native boolean stream(int pointer, int length, long[] memory);

  private static MemorySegment view(long address, long length, Arena duringTheCall) {
    return MemorySegment.ofAddress(address).reinterpret(length, duringTheCall, null);
  }
}
