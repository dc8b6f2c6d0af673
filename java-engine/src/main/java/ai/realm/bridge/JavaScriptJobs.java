package ai.realm.bridge;

import com.google.gson.JsonObject;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * What JavaScript asks for and waits for: short calls, and jobs that run on threads of the engine.
 * Each bridge has one, and hands requests to it as they come.
 */
public final class JavaScriptJobs {
  private final BridgeCalls calls;
  private final EventSink events;
  private final ConcurrentMap<Long, Job> jobs = new ConcurrentHashMap<>();
  private final LinkedBlockingQueue<Runnable> opened = new LinkedBlockingQueue<>();

  /**
   * Makes everything ready that a first request would otherwise load on the JavaScript thread.
   *
   * @param calls serves the requests
   * @param events takes the events of the jobs
   */
  public JavaScriptJobs(BridgeCalls calls, EventSink events) {
    this.calls = calls;
    this.events = events;
    String _ = JsonText.of(JsonText.parse("{\"loaded\":[0,1.5,true,null]}"));
    Thread.ofPlatform().daemon().name("realm-open").start(this::handOverJobs);
  }

  /**
   * A short operation on the JavaScript thread.
   *
   * @param environment the number of the Node environment that asks
   * @param method its name
   * @param json its arguments, an object
   * @param view memory of the caller, good only during the call; of length 0 if there is none
   * @return the answer, an object
   */
  public String call(long environment, String method, String json, MemorySegment view) {
    return JsonText.of(calls.call(environment, method, JsonText.parse(json), view));
  }

  /**
   * Starts an asynchronous job and returns at once.
   *
   * @param environment the number of the Node environment that asks
   * @param id names the job in its events
   * @param method its name
   * @param json its arguments, an object
   * @param input bytes that belong to the arguments, of which the job gets a copy; of length 0 if
   *     there are none
   */
  public void open(long environment, long id, String method, String json, MemorySegment input) {
    Job job = new Job(id, events, jobs::remove, JobInput.copyOf(input));
    jobs.put(id, job);
    opened.add(() -> handOver(environment, job, method, json));
  }

  /** Asks a job to stop; does nothing if it has ended. */
  public void cancel(long id) {
    Job job = jobs.get(id);
    if (job != null) {
      job.cancel();
    }
  }

  /** Tells that a Node environment has ended; its jobs were cancelled before. */
  public void environmentEnded(long environment) {
    calls.environmentEnded(environment);
  }

  private void handOverJobs() {
    while (true) {
      try {
        opened.take().run();
      } catch (InterruptedException e) {
        throw new IllegalStateException("nothing in Realm interrupts this thread", e);
      }
    }
  }

  private void handOver(long environment, Job job, String method, String json) {
    try {
      JsonObject args = JsonText.parse(json);
      calls.open(environment, job, method, args);
    } catch (Throwable failure) {
      job.error(failure, null);
    }
  }
}
