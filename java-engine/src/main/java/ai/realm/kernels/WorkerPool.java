package ai.realm.kernels;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A fixed set of threads for work of microseconds. Workers spin for a bounded time after a job, so
 * that the many small jobs of one token find them awake, and park between requests. Work is claimed
 * in small pieces, and the caller waits only for pieces that were claimed: a worker that the system
 * has taken off its core delays nothing that others can do.
 */
public final class WorkerPool implements AutoCloseable {
  /** One piece of a job. */
  @FunctionalInterface
  public interface Task {
    /** Does piece {@code index}, in {@code [0, pieces)}. */
    void run(int index);
  }

  private static final class Job {
    final Task task;
    final int pieces;
    final Shares shares;
    final AtomicInteger done = new AtomicInteger();
    volatile Throwable failure;

    Job(Task task, int pieces, int threads) {
      this.task = task;
      this.pieces = pieces;
      this.shares = new Shares(pieces, threads);
    }

    void work(int thread) {
      for (int i = shares.claim(thread); i >= 0; i = shares.claim(thread)) {
        try {
          if (failure == null) {
            task.run(i);
          }
        } catch (Throwable t) { // Kept for the caller: run() throws it.
          failure = t;
        } finally {
          done.incrementAndGet();
        }
      }
    }
  }

  /**
   * How long a worker looks for the next job before it parks: longer than any gap within a token.
   */
  private static final long SPIN_NANOS = 200_000;

  /**
   * Looks, of some microseconds together, at what is awaited before a thread offers its core to
   * others between two of them; and looks between two readings of the clock. With more threads than
   * cores, or other processes at work, what is awaited may need that very core.
   */
  private static final int LOOKS = 64;

  /** Fair, so that work in many small calls, as layer by layer, gets its turn beside a long one. */
  private final ReentrantLock turn = new ReentrantLock(true);

  private final Thread[] workers;
  private final boolean[] parked;
  private volatile Job job;
  private volatile boolean closed;

  /** A pool of {@code threads} in all: the caller of {@link #run} is one of them. */
  public WorkerPool(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads + ", at least 1 is needed");
    }
    workers = new Thread[threads - 1];
    parked = new boolean[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      int index = i;
      workers[i] = new Thread(() -> serve(index), "realm-worker-" + (i + 1));
      workers[i].setDaemon(true);
    }
    try {
      for (Thread worker : workers) {
        worker.start();
      }
    } catch (Throwable noThread) {
      close();
      throw noThread;
    }
  }

  /** Threads in all, the caller's included. */
  public int threads() {
    return workers.length + 1;
  }

  /** Held by callers that may not be the only one, as models that share the pool are. */
  public ReentrantLock turn() {
    return turn;
  }

  /**
   * Runs all pieces of {@code task} and returns when they are done; what one of them throws is
   * thrown here. One caller at a time.
   */
  public void run(int pieces, Task task) {
    if (pieces <= 0) {
      return;
    }
    if (pieces == 1 || workers.length == 0) {
      for (int i = 0; i < pieces; i++) {
        task.run(i);
      }
      return;
    }
    Job mine = new Job(task, pieces, threads());
    job = mine;
    wake();
    mine.work(0);
    await(mine);
    Throwable failure = mine.failure;
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
  }

  private static void await(Job mine) {
    for (int looks = 0; mine.done.get() < mine.pieces; looks++) {
      pause(looks);
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // yield() is a courtesy here: it is right without.
  private static void pause(int looks) {
    if (looks < LOOKS) {
      Thread.onSpinWait();
    } else {
      Thread.yield();
    }
  }

  private void wake() {
    for (int i = 0; i < workers.length; i++) {
      boolean sleeping;
      synchronized (parked) {
        sleeping = parked[i];
        parked[i] = false;
      }
      if (sleeping) {
        LockSupport.unpark(workers[i]);
      }
    }
  }

  private void serve(int index) {
    Job last = null;
    long idleSince = System.nanoTime();
    int looks = 0;
    while (!closed) {
      Job current = job;
      if (current != last) {
        last = current;
        current.work(index + 1);
        idleSince = System.nanoTime();
        looks = 0;
        continue;
      }
      pause(looks);
      if (++looks % LOOKS == 0 && System.nanoTime() - idleSince > SPIN_NANOS) {
        park(index, last);
        idleSince = System.nanoTime();
      }
    }
  }

  private void park(int index, Job last) {
    synchronized (parked) {
      if (job != last || closed) {
        return;
      }
      parked[index] = true;
    }
    while (true) {
      LockSupport.park(this);
      synchronized (parked) {
        if (!parked[index] || closed) {
          return;
        }
      }
    }
  }

  /** Ends the threads; a second call does nothing. */
  @Override
  public void close() {
    closed = true;
    for (Thread worker : workers) {
      LockSupport.unpark(worker);
    }
  }
}
