package ai.realm.tokenizer;

import java.util.Arrays;

/** Integers that are collected one by one. */
final class IntList {
  private int[] values;
  private int size;

  IntList(int capacity) {
    values = new int[Math.max(capacity, 4)];
  }

  void add(int value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, size + (size >> 1));
    }
    values[size++] = value;
  }

  int get(int index) {
    return values[index];
  }

  int size() {
    return size;
  }

  /** Drops all but the first {@code newSize}. */
  void truncate(int newSize) {
    size = newSize;
  }

  int[] toArray() {
    return Arrays.copyOf(values, size);
  }

  /** The values in ascending order. */
  int[] toSortedArray() {
    int[] sorted = toArray();
    for (int i = 1; i < size; i++) {
      if (sorted[i] < sorted[i - 1]) {
        Arrays.sort(sorted);
        break;
      }
    }
    return sorted;
  }
}
