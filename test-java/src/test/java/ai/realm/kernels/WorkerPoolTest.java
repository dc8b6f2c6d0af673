package ai.realm.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The timeouts only turn a pool that hangs into a failure. */
@Timeout(120)
class WorkerPoolTest {
  /** A pool, and the threads that it started. */
  private record Started(WorkerPool pool, List<Thread> workers) implements AutoCloseable {
    static Started of(int threads) {
      Set<Thread> before = Thread.getAllStackTraces().keySet();
      WorkerPool pool = new WorkerPool(threads);
      List<Thread> workers = new ArrayList<>(Thread.getAllStackTraces().keySet());
      workers.removeIf(
          thread -> before.contains(thread) || !thread.getName().startsWith("realm-worker-"));
      assertEquals(threads - 1, workers.size());
      return new Started(pool, workers);
    }

    void awaitParked() {
      for (Thread worker : workers) {
        while (worker.getState() != Thread.State.WAITING) {
          Thread.onSpinWait();
        }
      }
    }

    /** A job that only ends if every thread of the pool takes a piece of it. */
    void runOnAll() {
      CyclicBarrier all = new CyclicBarrier(workers.size() + 1);
      pool.run(workers.size() + 1, piece -> pass(all));
    }

    @Override
    public void close() {
      pool.close();
    }
  }

  private static void pass(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new AssertionError(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void everyPieceOfEveryJobRunsOnce() {
    for (int threads : new int[] {1, 2, 5}) {
      try (WorkerPool pool = new WorkerPool(threads)) {
        for (int round = 0; round < 3000; round++) {
          int pieces = round % 40;
          AtomicIntegerArray counts = new AtomicIntegerArray(pieces);
          pool.run(pieces, counts::incrementAndGet);
          for (int i = 0; i < pieces; i++) {
            assertEquals(1, counts.get(i), "piece " + i + " of round " + round);
          }
        }
      }
    }
  }

  @Test
  void whatPiecesWriteIsSeenWhenTheJobIsDone() {
    try (WorkerPool pool = new WorkerPool(3)) {
      int[] values = new int[64];
      for (int round = 1; round < 3000; round++) {
        pool.run(values.length, i -> values[i]++);
        for (int value : values) {
          assertEquals(round, value);
        }
      }
    }
  }

  @Test
  void parkedWorkersAreWoken() {
    try (Started started = Started.of(4)) {
      for (int round = 0; round < 200; round++) {
        started.awaitParked();
        started.runOnAll();
      }
    }
  }

  @Test
  void workersThatAreAboutToParkSeeTheJob() {
    try (Started started = Started.of(3)) {
      long spin = 200_000; // Nanoseconds that a worker looks for a job.
      for (int round = 0; round < 1500; round++) {
        long until = System.nanoTime() + spin - 20_000 + round * 40L;
        while (System.nanoTime() < until) {
          Thread.onSpinWait();
        }
        started.runOnAll();
      }
    }
  }

  @Test
  void theJobEndsWithThePieceOfAWorkerThatWasHeldUp() {
    try (Started started = Started.of(2)) {
      int pieces = 50;
      for (int round = 0; round < 100; round++) {
        CountDownLatch claimed = new CountDownLatch(1);
        CountDownLatch others = new CountDownLatch(pieces - 1);
        AtomicInteger done = new AtomicInteger();
        started.pool.run(
            pieces,
            piece -> {
              if (started.workers.contains(Thread.currentThread()) && claimed.getCount() > 0) {
                claimed.countDown();
                await(others); // All that is left is done by the caller meanwhile.
              } else {
                await(claimed);
                others.countDown();
              }
              done.incrementAndGet();
            });
        assertEquals(pieces, done.get());
      }
    }
  }

  @Test
  void whatAPieceThrowsReachesTheCallerAndThePoolGoesOn() {
    try (WorkerPool pool = new WorkerPool(3)) {
      IllegalStateException failure = new IllegalStateException("piece 7");
      for (int round = 0; round < 100; round++) {
        IllegalStateException thrown =
            assertThrows(
                IllegalStateException.class,
                () ->
                    pool.run(
                        20,
                        i -> {
                          if (i == 7) {
                            throw failure;
                          }
                        }));
        assertSame(failure, thrown);
        AtomicIntegerArray counts = new AtomicIntegerArray(4);
        pool.run(4, counts::incrementAndGet);
        assertEquals(4, counts.get(0) + counts.get(1) + counts.get(2) + counts.get(3));
      }
    }
  }

  @Test
  void whatAWorkerThrowsReachesTheCaller() {
    try (Started started = Started.of(2)) {
      CyclicBarrier both = new CyclicBarrier(2);
      Error failure = new OutOfMemoryError("on a worker");
      Error thrown =
          assertThrows(
              OutOfMemoryError.class,
              () ->
                  started.pool.run(
                      2,
                      piece -> {
                        pass(both);
                        if (started.workers.contains(Thread.currentThread())) {
                          throw failure;
                        }
                      }));
      assertSame(failure, thrown);
      started.runOnAll();
    }
  }

  @Test
  void closingEndsTheThreadsWhetherTheySpinOrAreParked() throws InterruptedException {
    for (boolean parked : new boolean[] {true, false}) {
      Started started = Started.of(4);
      started.runOnAll();
      if (parked) {
        started.awaitParked();
      }
      started.close();
      for (Thread worker : started.workers) {
        worker.join(60_000);
        assertFalse(worker.isAlive(), worker.getName());
      }
    }
  }

  @Test
  void theThreadsHoldNoProcessUp() {
    try (Started started = Started.of(3)) {
      assertTrue(started.workers.stream().allMatch(Thread::isDaemon));
    }
  }

  @Test
  void aPoolOfNoThreadsIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new WorkerPool(0));
  }
}
