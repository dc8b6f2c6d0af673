package ai.realm.bridge.javet;

import ai.realm.bridge.EventSink;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The events on their way from Java threads to the one thread that JavaScript runs on. Adding never
 * waits. Of one job at most four events are pending (text, progress, text, end), since adjacent
 * texts become one and only the newest progress stays.
 */
final class EventQueue {
  private final Runnable wake;
  private final Map<Long, PendingEvents> jobs = new HashMap<>();

  /** The jobs that have pending events. */
  private final Set<Long> ready = new LinkedHashSet<>();

  private boolean awake;
  private boolean closed;

  /**
   * An empty queue.
   *
   * @param wake has {@link #take} called soon on the thread of JavaScript; it must not wait
   */
  EventQueue(Runnable wake) {
    this.wake = wake;
  }

  /** Takes events of this job from now on. */
  synchronized void add(long job) {
    jobs.put(job, new PendingEvents());
  }

  /** Forgets a job that never began. */
  synchronized void remove(long job) {
    jobs.remove(job);
  }

  /** See {@link EventSink#emit}. */
  synchronized boolean push(long job, int kind, String payload) {
    PendingEvents pending = jobs.get(job);
    if (closed || pending == null || pending.ended()) {
      return false;
    }
    pending.add(kind, payload);
    ready.add(job);
    if (!awake) {
      awake = true;
      wake.run();
    }
    return true;
  }

  /**
   * Takes out all pending events, those of each job in order, as one text: for each the job, the
   * kind and the number of UTF-16 units of the payload, with a space after each, then the payload.
   */
  synchronized String take() {
    StringBuilder text = new StringBuilder();
    for (long job : ready) {
      PendingEvents pending = jobs.get(job);
      pending.moveTo(job, text);
      if (pending.ended()) {
        jobs.remove(job);
      }
    }
    ready.clear();
    awake = false;
    return text.toString();
  }

  /** Ends all traffic; returns the jobs that were open. */
  synchronized Set<Long> close() {
    closed = true;
    ready.clear();
    Set<Long> open = new HashSet<>(jobs.keySet());
    jobs.clear();
    return open;
  }
}
