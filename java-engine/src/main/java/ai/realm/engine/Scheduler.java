package ai.realm.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Runs all work on one model on one thread, in turns. In each turn every generation that decodes
 * gives one token, and one of the prompts does one step of its prefill, another one each time. So
 * however many long prompts there are, those that decode wait for one step between two tokens. What
 * is submitted joins the next turn.
 */
final class Scheduler {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Work> submitted = new ArrayDeque<>();
  private boolean closing;
  private boolean stopped;

  private volatile boolean someCancelled;

  /** Used by the thread alone, as is all of its work. */
  private final List<Work> running = new ArrayList<>();

  private final Thread thread;

  /** Starts the thread; it keeps no process alive. */
  Scheduler(String name) {
    thread = Thread.ofPlatform().daemon().name("realm-" + name).start(this::run);
  }

  /** Takes up work; its first step is in the next turn. */
  void submit(Work work) {
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
      turn();
    }
  }

  private void turn() {
    Work prefill = null;
    for (Work work : running) {
      if (!work.isPrefill()) {
        step(work);
      } else if (prefill == null) {
        prefill = work;
      }
    }
    if (prefill != null) {
      step(prefill);
      running.remove(prefill);
      running.add(prefill);
    }
    running.removeIf(Work::ended);
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
  private boolean stopRequested(Work current) {
    if (someCancelled) {
      someCancelled = false;
      endCancelled(current);
    }
    return current.cancelled();
  }

  private void endCancelled(Work current) {
    List<Work> waiting;
    lock.lock();
    try {
      waiting = submitted.stream().filter(Work::cancelled).toList();
      submitted.removeAll(waiting);
    } finally {
      lock.unlock();
    }
    waiting.forEach(this::step);
    for (Work work : running) {
      if (work != current && work.cancelled()) {
        step(work);
      }
    }
  }

  private void step(Work work) {
    if (work.ended()) {
      return;
    }
    try {
      work.step(() -> stopRequested(work));
    } catch (Throwable defect) {
      // A listener that throws even when told of a failure must not end the work of others.
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, defect);
    }
  }
}
