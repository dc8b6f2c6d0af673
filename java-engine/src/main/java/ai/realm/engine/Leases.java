package ai.realm.engine;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many use a model, and whether it ends: from its first {@link #close} on nobody new may, and
 * it is freed when those are gone that did. Safe for all threads.
 */
final class Leases {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private int open;
  private boolean closing;
  private boolean freed;

  /** One more, to be given back; false once it ends. */
  boolean tryAdd() {
    lock.lock();
    try {
      open += closing ? 0 : 1;
      return !closing;
    } finally {
      lock.unlock();
    }
  }

  /** One is given back. */
  void remove() {
    lock.lock();
    try {
      open--;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Lets nobody new in, and waits: the first caller until all leases are given back, any other
   * until the first has freed.
   *
   * @return whether it is the first, which is to free, and then to call {@link #noteFreed}
   */
  boolean close() {
    lock.lock();
    try {
      boolean first = !closing;
      closing = true;
      while (first ? open > 0 : !freed) {
        changed.awaitUninterruptibly();
      }
      return first;
    } finally {
      lock.unlock();
    }
  }

  /** Lets the others go that wait for the end. */
  void noteFreed() {
    lock.lock();
    try {
      freed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
