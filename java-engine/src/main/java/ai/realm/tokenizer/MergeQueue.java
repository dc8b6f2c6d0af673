package ai.realm.tokenizer;

import java.util.Arrays;

/**
 * The merges that are possible now, the best first: a binary heap of keys. A key's upper half is
 * the merge's priority (less is better), its lower half the position of the merge's left symbol, so
 * that of equal priorities the leftmost goes first.
 */
final class MergeQueue {
  private long[] heap = new long[64];
  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  void add(int priority, int left) {
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, size * 2);
    }
    long key = ((long) priority << 32) | left;
    int at = size++;
    while (at > 0) {
      int parent = (at - 1) >>> 1;
      if (heap[parent] <= key) {
        break;
      }
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = key;
  }

  /** Takes the best key out; {@link #priority} and {@link #left} read it. */
  long poll() {
    long best = heap[0];
    long key = heap[--size];
    int at = 0;
    while (true) {
      int child = 2 * at + 1;
      if (child >= size) {
        break;
      }
      if (child + 1 < size && heap[child + 1] < heap[child]) {
        child++;
      }
      if (heap[child] >= key) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = key;
    return best;
  }

  static int priority(long key) {
    return (int) (key >> 32);
  }

  static int left(long key) {
    return (int) key;
  }
}
