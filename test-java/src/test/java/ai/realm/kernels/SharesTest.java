package ai.realm.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class SharesTest {
  private static int[] claims(Shares shares, int thread, int count) {
    int[] pieces = new int[count];
    Arrays.setAll(pieces, i -> shares.claim(thread));
    return pieces;
  }

  @Test
  void aThreadTakesTheNeighboursOfItsShareInOrder() {
    Shares shares = new Shares(10, 3);
    assertEquals("[3, 4, 5]", Arrays.toString(claims(shares, 1, 3)));
    assertEquals("[6, 7, 8, 9]", Arrays.toString(claims(shares, 2, 4)));
    assertEquals("[0, 1, 2]", Arrays.toString(claims(shares, 0, 3)));
    assertEquals(-1, shares.claim(0));
  }

  @Test
  void whoHasNoneLeftTakesTheLastOfTheNextThread() {
    Shares shares = new Shares(9, 3);
    assertEquals("[0, 1, 2, 5]", Arrays.toString(claims(shares, 0, 4)));
    assertEquals("[3, 4, 8]", Arrays.toString(claims(shares, 1, 3)));
    assertEquals("[6, 7, -1]", Arrays.toString(claims(shares, 2, 3)));
    assertEquals(-1, shares.claim(0));
    assertEquals(-1, shares.claim(1));
  }

  @Test
  void fewerPiecesThanThreadsAreAllTaken() {
    Shares shares = new Shares(2, 5);
    int[] pieces = claims(shares, 0, 3);
    Arrays.sort(pieces);
    assertEquals("[-1, 0, 1]", Arrays.toString(pieces));
  }

  @Test
  void threadsThatRobEachOtherGetEveryPieceOnce() throws InterruptedException {
    for (int round = 0; round < 200; round++) {
      int pieces = 1 + round * 7 % 500;
      Shares shares = new Shares(pieces, 4);
      AtomicIntegerArray taken = new AtomicIntegerArray(pieces);
      Thread[] threads = new Thread[4];
      for (int t = 0; t < threads.length; t++) {
        int thread = t;
        threads[t] =
            Thread.ofPlatform()
                .start(() -> {
                  for (int i = shares.claim(thread); i >= 0; i = shares.claim(thread)) {
                    taken.incrementAndGet(i);
                  }
                });
      }
      for (Thread thread : threads) {
        thread.join();
      }
      for (int i = 0; i < pieces; i++) {
        assertEquals(1, taken.get(i), "piece " + i + " of " + pieces);
      }
    }
  }
}
