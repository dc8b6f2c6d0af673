package ai.realm.engine;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where work on a model waits for one of its {@link Places}. Safe for all threads: work comes from
 * any of them, and the scheduler's takes it up.
 */
final class Line {
  /**
   * How many there are of work: each counts once.
   *
   * @param running those that have a place
   * @param waiting those that wait for one
   * @param paused those that left their place, and do not wait for one
   */
  record Length(int running, int waiting, int paused) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Work> waiting = new ArrayList<>();
  private final Places places;
  private final LongSupplier clock;
  private int placesTaken;
  private int paused;
  private long numbers;
  private boolean closing;
  private boolean ended;

  /** Whether {@link #admit} is to return. */
  private boolean woken;

  /** With a clock of nanoseconds. */
  Line(Places places, LongSupplier clock) {
    this.places = places;
    this.clock = clock;
  }

  /** Texts, and other work, that run at the same time. */
  int parallel() {
    return places.parallel();
  }

  /**
   * Takes up work; its first rows are in the next step if there is a place for it.
   *
   * @throws EngineException {@code OVERLOADED} if there is none, and none to wait for
   */
  void submit(Work work) {
    lock.lock();
    try {
      int free = Math.max(0, places.parallel() - placesTaken);
      if (waiting.size() - free >= places.maxQueue()) {
        throw new EngineException(
            ErrorCode.OVERLOADED,
            ("%d texts run and %d wait; the model takes %d at a time and lets %d wait: try again"
                    + " later, or load it with a greater parallel or maxQueue")
                .formatted(placesTaken, waiting.size(), places.parallel(), places.maxQueue()));
      }
      work.submitted(clock.getAsLong(), numbers++);
      waiting.add(work);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for work, unless some runs, and gives places to those whose turn it is.
   *
   * @param running which they join
   * @param resting which are waited for, too, until one of them is late
   * @return false when there will be none any more
   */
  boolean admit(List<Work> running, Resting resting, Turns turns) {
    lock.lock();
    try {
      boolean isLate = false;
      while (running.isEmpty() && waiting.isEmpty() && !woken && !isLate) {
        if (closing && resting.isEmpty()) {
          ended = true;
          changed.signalAll();
          return false;
        }
        isLate = changed.awaitNanos(resting.untilLate(clock.getAsLong())) <= 0;
      }
      woken = false;
      if (!waiting.isEmpty()) {
        turns.note(tenants(running));
        Comparator<Work> next = turns.at(clock.getAsLong());
        while (running.size() < places.parallel() && !waiting.isEmpty()) {
          Work work = waiting.stream().min(next).orElseThrow();
          waiting.remove(work);
          work.placed(numbers++);
          running.add(work);
          placesTaken++;
        }
      }
      return true;
    } catch (InterruptedException e) {
      throw new IllegalStateException("nothing in Realm interrupts this thread", e);
    } finally {
      lock.unlock();
    }
  }

  /** Has the scheduler look again at what rests, from any thread. */
  void wake() {
    lock.lock();
    try {
      woken = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Notes that some work pauses: its place is for others. */
  void placeLeft() {
    lock.lock();
    try {
      placesTaken--;
      paused++;
    } finally {
      lock.unlock();
    }
  }

  /** Notes that some work ended while it paused. */
  void pausedEnded(int count) {
    lock.lock();
    try {
      paused -= count;
    } finally {
      lock.unlock();
    }
  }

  /** Takes work up again that paused. */
  void rejoin(Work work) {
    lock.lock();
    try {
      paused--;
      work.returned(clock.getAsLong());
      waiting.add(work);
    } finally {
      lock.unlock();
    }
  }

  private Set<Object> tenants(List<Work> running) {
    return Stream.concat(running.stream(), waiting.stream())
        .map(work -> work.claim().tenant())
        .collect(Collectors.toSet());
  }

  /** Notes that work which had a place has ended. */
  void placeFreed() {
    lock.lock();
    try {
      placesTaken--;
    } finally {
      lock.unlock();
    }
  }

  /** A number greater than any before. */
  long nextNumber() {
    lock.lock();
    try {
      return numbers++;
    } finally {
      lock.unlock();
    }
  }

  /** Those that wait for a place and are such, which wait no longer. */
  List<Work> take(Predicate<Work> such) {
    lock.lock();
    try {
      if (waiting.isEmpty()) {
        return List.of();
      }
      List<Work> taken = waiting.stream().filter(such).toList();
      waiting.removeAll(taken);
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** How long it is now. */
  Length length() {
    lock.lock();
    try {
      return new Length(placesTaken, waiting.size(), paused);
    } finally {
      lock.unlock();
    }
  }

  /** Waits until {@link #admit} has found that there will be no work any more. */
  void close() {
    lock.lock();
    try {
      closing = true;
      changed.signalAll();
      while (!ended) {
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }
}
