package ai.realm.engine;

import ai.realm.model.Batch;
import ai.realm.model.TextEncoder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Runs all work on one model on one thread, in steps that serve all of it: each takes the next
 * token of every text, and as many rows of the prompts that wait as {@link Pace} allows, through
 * the model together. Prompts take turns. What is submitted joins the next step, and what ends
 * leaves it.
 */
final class Scheduler {
  /** Rows of prompts that a step takes at most. */
  static final int PROMPT_ROWS = 128;

  /** The same where texts stay whole, but for a text that has more by itself. */
  private static final int WHOLE_TEXTS_ROWS = 512;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Work> submitted = new ArrayDeque<>();
  private boolean closing;
  private boolean stopped;

  private volatile boolean someCancelled;

  /** Used by the thread alone, as is all of its work; prompts in the order of their turns. */
  private final List<Work> running = new ArrayList<>();

  private final TextEncoder model;
  private final Pace pace;
  private float[] results = {};

  private final Thread thread;

  /** Starts the thread; it keeps no process alive. */
  Scheduler(String name, TextEncoder model, Pace pace) {
    this.model = model;
    this.pace = pace;
    thread = Thread.ofPlatform().daemon().name("realm-" + name).start(this::run);
  }

  /** Takes up work; its first rows are in the next step. */
  void submit(Work work) {
    lock.lock();
    try {
      submitted.add(work);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Notes that some work was cancelled: it ends without waiting for the step of others. */
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
      step();
      running.removeIf(Work::ended);
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

  private void step() {
    endCancelled(List.of());
    List<Work> riding = new ArrayList<>();
    Batch step = new Batch();
    int prompts = 0;
    for (Work work : running) {
      if (!work.ended() && work.isPrefill()) {
        prompts++;
      } else if (!work.ended()) {
        join(work, step, 1, riding);
      }
    }
    int texts = riding.size();
    if (prompts > 0 && pace.takesPrompts(texts)) {
      joinPrompts(step, riding);
    }
    if (riding.isEmpty()) {
      return; // All have failed.
    }
    pace.begin();
    run(step, riding);
    pace.end(texts, riding.size() > texts, prompts);
  }

  /** Those whose turn it is get the rows that there are, and go to the end of the line. */
  private void joinPrompts(Batch step, List<Work> riding) {
    int room = model.takesWholeTexts() ? WHOLE_TEXTS_ROWS : PROMPT_ROWS;
    List<Work> served = new ArrayList<>();
    for (Work work : running) {
      if (room > 0 && !work.ended() && work.isPrefill()) {
        int rows = join(work, step, room, riding);
        if (rows > 0) {
          served.add(work);
        }
        room -= rows;
      }
    }
    running.removeAll(served);
    running.addAll(served);
  }

  /** Adds a work's rows to a step; if it cannot, that is its failure alone. */
  private int join(Work work, Batch step, int room, List<Work> riding) {
    try {
      int rows = work.fill(step, room);
      if (rows > 0) {
        riding.add(work);
      }
      return rows;
    } catch (Throwable failure) {
      guard(() -> work.fail(failure));
      return 0;
    }
  }

  /** Takes a step through the model. */
  private void run(Batch step, List<Work> riding) {
    try {
      int logits = Math.multiplyExact(step.logits(), model.vocabularySize());
      int needed = Math.addExact(logits, Math.multiplyExact(step.states(), model.width()));
      if (results.length < needed) {
        results = new float[needed];
      }
      if (!model.forward(step, results, () -> stopRequested(riding))) {
        endCancelled(List.of());
        return;
      }
    } catch (Throwable failure) {
      if (riding.size() == 1) {
        guard(() -> riding.getFirst().fail(failure));
        return;
      }
      // Nothing has changed, so each may go by itself, and only what fails alone has failed.
      for (Work work : riding) {
        List<Work> alone = new ArrayList<>();
        Batch own = new Batch();
        join(work, own, PROMPT_ROWS, alone);
        if (!alone.isEmpty()) {
          run(own, alone);
        }
      }
      return;
    }
    model.each(riding.size(), i -> riding.get(i).tryDigest(step, results));
    for (Work work : riding) {
      guard(work::take);
    }
  }

  /** Asked within a step, which may be long: meanwhile some may be cancelled. */
  private boolean stopRequested(List<Work> riding) {
    if (someCancelled) {
      someCancelled = false;
      endCancelled(riding);
    }
    return riding.stream().allMatch(Work::cancelled);
  }

  /** Ends what was cancelled, but for those in a step. */
  private void endCancelled(List<Work> riding) {
    List<Work> waiting;
    lock.lock();
    try {
      waiting = submitted.stream().filter(Work::cancelled).toList();
      submitted.removeAll(waiting);
    } finally {
      lock.unlock();
    }
    waiting.forEach(work -> guard(work::abort));
    for (Work work : running) {
      if (work.cancelled() && !work.ended() && !riding.contains(work)) {
        guard(work::abort);
      }
    }
  }

  private static void guard(Runnable end) {
    try {
      end.run();
    } catch (Throwable defect) {
      // A listener that throws even when told of a failure must not end the work of others.
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, defect);
    }
  }
}
