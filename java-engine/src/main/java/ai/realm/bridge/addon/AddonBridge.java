package ai.realm.bridge.addon;

import ai.realm.error.ErrorDescription;
import com.google.gson.JsonObject;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.LinkedBlockingQueue;

/** The Java side of the Node addon: the only class that its C++ code calls. */
public final class AddonBridge {
  /**
   * The system property that names the class to serve the requests, with a constructor without
   * parameters. Tests of the bridge itself set it to put a class of their own behind the addon.
   */
  public static final String CALLS_PROPERTY = "realm.bridge.calls";

  private static final String ENGINE_CALLS = "ai.realm.bridge.addon.EngineCalls";

  private static final MemorySegment NO_VIEW = MemorySegment.ofArray(new byte[0]);

  private static final ConcurrentMap<Long, Job> JOBS = new ConcurrentHashMap<>();
  private static final LinkedBlockingQueue<Runnable> OPENED = new LinkedBlockingQueue<>();

  private static BridgeCalls calls;

  private AddonBridge() {}

  /**
   * Makes everything ready that a first request would otherwise load on the JavaScript thread. The
   * addon calls it once, on the thread that started the virtual machine, before all else.
   *
   * @throws ReflectiveOperationException if the class that serves the requests cannot be had
   */
  static void prepare() throws ReflectiveOperationException {
    String name = System.getProperty(CALLS_PROPERTY, ENGINE_CALLS);
    calls =
        Class.forName(name).asSubclass(BridgeCalls.class).getDeclaredConstructor().newInstance();
    String _ = JsonText.of(JsonText.parse("{\"loaded\":[0,1.5,true,null]}"));
    Thread.ofPlatform().daemon().name("realm-open").start(AddonBridge::handOverJobs);
  }

  /**
   * A short operation on the JavaScript thread.
   *
   * @param method its name
   * @param json its arguments, an object
   * @param address where the caller's view starts, good only during the call; 0 if there is none
   * @param length the bytes of the view
   * @return the answer, an object
   */
  static String call(String method, String json, long address, long length) {
    JsonObject args = JsonText.parse(json);
    if (address == 0) {
      return JsonText.of(calls.call(method, args, NO_VIEW));
    }
    try (Arena duringTheCall = Arena.ofConfined()) {
      MemorySegment view =
          MemorySegment.ofAddress(address).reinterpret(length, duringTheCall, null);
      return JsonText.of(calls.call(method, args, view));
    }
  }

  /**
   * Starts an asynchronous job and returns at once.
   *
   * @param environment the number of the Node environment that asks
   * @param id names the job; its events go to {@link #emit} under this id
   * @param method its name
   * @param json its arguments, an object
   */
  static void open(long environment, long id, String method, String json) {
    Job job = new Job(id, AddonBridge::emit, JOBS::remove);
    JOBS.put(id, job);
    OPENED.add(() -> handOver(environment, job, method, json));
  }

  /** Asks a job to stop; does nothing if it has ended. */
  static void cancel(long id) {
    Job job = JOBS.get(id);
    if (job != null) {
      job.cancel();
    }
  }

  /** Tells that a Node environment has ended; its jobs were cancelled before. */
  static void environmentEnded(long environment) {
    calls.environmentEnded(environment);
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

  /** See {@link EventSink#emit}; the addon registers it when it starts the virtual machine. */
  static native boolean emit(long job, int kind, String payload);

  private static void handOverJobs() {
    while (true) {
      try {
        OPENED.take().run();
      } catch (InterruptedException e) {
        throw new IllegalStateException("nothing in Realm interrupts this thread", e);
      }
    }
  }

  private static void handOver(long environment, Job job, String method, String json) {
    try {
      calls.open(environment, job, method, JsonText.parse(json));
    } catch (Throwable failure) {
      job.error(failure, null);
    }
  }
}
