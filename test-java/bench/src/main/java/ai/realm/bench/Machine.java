package ai.realm.bench;

import ai.realm.kernels.WorkerPool;

/** How the benchmarks use the machine. */
final class Machine {
  /** Bytes that operations go through in turn: more than any cache keeps. */
  static final long BEYOND_CACHES = 1L << 28;

  /** Threads that compute, as many as the engine takes by default. */
  static final int THREADS = Runtime.getRuntime().availableProcessors();

  private Machine() {}

  /** A pool of all threads. */
  static WorkerPool newPool() {
    return new WorkerPool(THREADS);
  }

  /** How many things of {@code bytes} each lie beyond the caches. */
  static int copies(long bytes) {
    return (int) Math.ceilDiv(BEYOND_CACHES, bytes);
  }
}
