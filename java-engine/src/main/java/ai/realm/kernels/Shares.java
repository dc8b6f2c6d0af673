package ai.realm.kernels;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The pieces of a job, a run of neighbours for each thread. A thread takes its own from the front:
 * what it reads lies in a row in memory, and comes ahead of its need. One that has none left takes
 * the last of another's, farthest from where that one is.
 */
final class Shares {
  /**
   * Longs between two threads' shares: they lie in cache lines, and pairs of lines, of their own.
   */
  private static final int STRIDE = 16;

  private final int threads;

  /** Of each thread the next of its pieces, in the high half, and the end of them, in the low. */
  private final AtomicLongArray shares;

  Shares(int pieces, int threads) {
    this.threads = threads;
    shares = new AtomicLongArray(threads * STRIDE);
    for (int t = 0; t < threads; t++) {
      long next = (long) pieces * t / threads;
      long end = (long) pieces * (t + 1) / threads;
      shares.setPlain(t * STRIDE, next << 32 | end);
    }
  }

  /** A piece for the thread {@code thread} to do, which no other gets; -1 if all are taken. */
  int claim(int thread) {
    int at = thread * STRIDE;
    for (long share = shares.get(at); next(share) < end(share); share = shares.get(at)) {
      if (shares.compareAndSet(at, share, share + (1L << 32))) {
        return next(share);
      }
    }
    for (int i = 1; i < threads; i++) {
      int other = (thread + i) % threads * STRIDE;
      for (long share = shares.get(other); next(share) < end(share); share = shares.get(other)) {
        if (shares.compareAndSet(other, share, share - 1)) {
          return end(share) - 1;
        }
      }
    }
    return -1;
  }

  private static int next(long share) {
    return (int) (share >>> 32);
  }

  private static int end(long share) {
    return (int) share;
  }
}
