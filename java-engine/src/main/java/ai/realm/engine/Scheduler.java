package ai.realm.engine;

import ai.realm.model.Cancellation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Runs all work on one model on one thread, in turns: in each turn every work does one step, and
 * what was submitted meanwhile joins the next turn. So a long prompt holds up the others for one
 * step of its prefill, never for all of it.
 */
final class Scheduler {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<SequenceWork> submitted = new ArrayDeque<>();
  private boolean closing;
  private boolean stopped;

  private volatile boolean someCancelled;

  /** Used by the thread alone, as is all of its work. */
  private final List<SequenceWork> running = new ArrayList<>();

  private final Thread thread;

  /** Starts the thread; it keeps no process alive. */
  Scheduler(String name) {
    thread = Thread.ofPlatform().daemon().name("realm-" + name).start(this::run);
  }

  /** Takes up work; its first step is in the next turn. */
  void submit(SequenceWork work) {
    lock.lock();
    try {
      submitted.add(work);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Notes that some work was cancelled: it ends without waiting for the step of another. */
  void workCancelled() {
    someCancelled = true;
  }

  /** Waits until no work is left and the thread has ended. Not to be called on the thread. */
  void close() {
    lock.lock();
    try {
      closing = true;
      changed.signalAll();
      while (!stopped) {
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether the caller is the thread that does the work. */
  boolean isCurrentThread() {
    return Thread.currentThread() == thread;
  }

  private void run() {
    while (admit()) {
      for (SequenceWork work : running) {
        if (!work.ended()) {
          step(work, () -> stopRequested(work));
        }
      }
      running.removeIf(SequenceWork::ended);
    }
  }

  /** Waits for work; returns false when there will be none. */
  private boolean admit() {
    lock.lock();
    try {
      while (running.isEmpty() && submitted.isEmpty()) {
        if (closing) {
          stopped = true;
          changed.signalAll();
          return false;
        }
        changed.awaitUninterruptibly();
      }
      running.addAll(submitted);
      submitted.clear();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Asked within a step of {@code current}, which may be long: meanwhile others may be cancelled.
   */
  private boolean stopRequested(SequenceWork current) {
    if (someCancelled) {
      someCancelled = false;
      endCancelled(current);
    }
    return current.cancelled();
  }

  private void endCancelled(SequenceWork current) {
    List<SequenceWork> waiting;
    lock.lock();
    try {
      waiting = submitted.stream().filter(SequenceWork::cancelled).toList();
      submitted.removeAll(waiting);
    } finally {
      lock.unlock();
    }
    waiting.forEach(work -> step(work, Cancellation.NONE));
    for (SequenceWork work : running) {
      if (work != current && work.cancelled() && !work.ended()) {
        step(work, Cancellation.NONE);
      }
    }
  }

  private static void step(SequenceWork work, Cancellation cancellation) {
    try {
      work.step(cancellation);
    } catch (Throwable defect) {
      // A listener that throws even when told of a failure must not end the work of others.
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, defect);
    }
  }
}
