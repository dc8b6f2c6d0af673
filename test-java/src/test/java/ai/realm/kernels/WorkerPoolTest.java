package ai.realm.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class WorkerPoolTest {
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
  void aPoolOfNoThreadsIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new WorkerPool(0));
  }
}
