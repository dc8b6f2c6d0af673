package ai.realm.bridge.calls;

/**
 * Has the heap collected once work has left enough in it. The serial collector, which suits a heap
 * that lies beside a program of Node's, collects its old part only when that cannot grow any more,
 * and what is read of a model outlives the young part while it is read: one model after another
 * would leave its vocabulary behind, up to the heap's bound.
 */
final class HeapGrowth {
  /** What may be left by work that goes on to hold what it has made. */
  private static final long OF_HOLDING = 64L << 20;

  /** What may be left by work that has given back what it held: more than the young part holds. */
  private static final long OF_RELEASE = 16L << 20;

  /** The least that was in use at the end of some work since the last collection. */
  private long floor = Long.MAX_VALUE;

  /** Work has ended that may hold what it has made. */
  void afterHolding() {
    collectAbove(OF_HOLDING);
  }

  /** Work has ended that has released something, or has failed. */
  void afterRelease() {
    collectAbove(OF_RELEASE);
  }

  private synchronized void collectAbove(long growth) {
    floor = Math.min(floor, used());
    if (used() - floor > growth) {
      System.gc();
      floor = used();
    }
  }

  private static long used() {
    Runtime heap = Runtime.getRuntime();
    return heap.totalMemory() - heap.freeMemory();
  }
}
