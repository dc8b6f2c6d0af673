package ai.realm.bridge.javet;

import ai.realm.bridge.BridgeCalls;
import ai.realm.bridge.EventSink;
import ai.realm.bridge.JavaScriptJobs;
import ai.realm.bridge.calls.EngineCalls;
import ai.realm.error.ErrorDescription;
import ai.realm.host.StreamToken;
import com.google.gson.JsonObject;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The jobs of the main thread of one app, on the engine that all apps of this process share. All
 * methods belong to that thread. Workers, which Javet does not know, have the addon.
 */
final class JavetJobs {
  /** Beyond all numbers that the addon gives to the environments of workers. */
  private static final AtomicLong LAST_ID = new AtomicLong(1L << 40);

  /** The events' way by the job that they are of. */
  private static final ConcurrentMap<Long, EventQueue> ROUTES = new ConcurrentHashMap<>();

  private final EventQueue events;
  private final long environment = LAST_ID.incrementAndGet();
  private boolean started;

  /**
   * No jobs yet.
   *
   * @param events takes what the jobs send
   */
  JavetJobs(EventQueue events) {
    this.events = events;
  }

  /** Loaded when the first app wants it: one that does not use Realm waits for nothing. */
  private static final class Engine {
    static final BridgeCalls CALLS = EngineCalls.ofProcess();
    static final JavaScriptJobs JOBS = new JavaScriptJobs(CALLS, JavetJobs::emit);
  }

  /** Loads the engine on a thread of its own; the job ends with the number of its protocol. */
  long start() {
    started = true;
    long job = newJob();
    Thread.ofPlatform().daemon().name("realm-start").start(() -> loadEngine(job));
    return job;
  }

  /** See {@link JavaScriptJobs#call}. */
  String call(String method, String json, MemorySegment view) {
    return Engine.JOBS.call(environment, method, json, view);
  }

  /** See {@link BridgeCalls#hostCall}; a guest that takes pieces of text is {@code streaming}. */
  int hostCall(long guest, int function, JavetGuest caller, boolean streaming, long... args) {
    Optional<StreamToken> stream = streaming ? Optional.of(caller) : Optional.empty();
    return Engine.CALLS.hostCall(guest, function, caller, stream, args);
  }

  /** See {@link BridgeCalls#take}. */
  MemorySegment take(long ticket) {
    return Engine.CALLS.take(ticket);
  }

  /** See {@link BridgeCalls#release}. */
  void release(long ticket) {
    Engine.CALLS.release(ticket);
  }

  /** See {@link JavaScriptJobs#open}; returns the job's id. */
  long open(String method, String json, MemorySegment input) {
    long job = newJob();
    try {
      Engine.JOBS.open(environment, job, method, json, input);
    } catch (Throwable failure) {
      ROUTES.remove(job);
      events.remove(job);
      throw failure;
    }
    return job;
  }

  /** See {@link JavaScriptJobs#cancel}. */
  void cancel(long job) {
    Engine.JOBS.cancel(job);
  }

  /** Cancels all jobs, and frees what the app has left behind. */
  void end() {
    for (long job : events.close()) {
      ROUTES.remove(job);
      cancel(job);
    }
    if (started) {
      Engine.JOBS.environmentEnded(environment);
    }
  }

  private long newJob() {
    long job = LAST_ID.incrementAndGet();
    events.add(job);
    ROUTES.put(job, events);
    return job;
  }

  private static void loadEngine(long job) {
    try {
      JavaScriptJobs _ = Engine.JOBS;
      emit(job, EventSink.RESULT, String.valueOf(BridgeCalls.PROTOCOL));
    } catch (Throwable failure) {
      emit(job, EventSink.ERROR, json(ErrorDescription.of(failure)));
    }
  }

  private static String json(ErrorDescription description) {
    JsonObject json = new JsonObject();
    json.addProperty("code", description.code().name());
    json.addProperty("message", description.message());
    return json.toString();
  }

  private static boolean emit(long job, int kind, String payload) {
    boolean isLast = kind == EventSink.RESULT || kind == EventSink.ERROR;
    EventQueue queue = isLast ? ROUTES.remove(job) : ROUTES.get(job);
    return queue != null && queue.push(job, kind, payload);
  }
}
