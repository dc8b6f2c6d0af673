package ai.realm.tokenizer;

/**
 * The symbols of one word as a linked list, and the merging of them; used for one word after
 * another.
 */
final class BytePairMerger {
  private final MergeTable merges;
  private final MergeQueue queue = new MergeQueue();
  private int[] symbols = new int[64];
  private int[] previous = new int[64];
  private int[] next = new int[64];
  // The rank of the merge with the next symbol, or -1; a queued merge of another rank is out of
  // date.
  private int[] ranks = new int[64];
  private int size;

  BytePairMerger(MergeTable merges) {
    this.merges = merges;
  }

  /** Begins a word of {@code length} symbols. */
  void begin(int length) {
    if (length > symbols.length) {
      int capacity = Math.max(length, symbols.length * 2);
      symbols = new int[capacity];
      previous = new int[capacity];
      next = new int[capacity];
      ranks = new int[capacity];
    }
    size = length;
  }

  /** Sets a symbol of the word. */
  void symbol(int position, int symbol) {
    symbols[position] = symbol;
  }

  /** The symbol at a position that {@link #next} gave, or at 0. */
  int symbol(int position) {
    return symbols[position];
  }

  /** The position of the symbol after the one at {@code position}, or -1. */
  int next(int position) {
    return next[position];
  }

  /** Applies the merge of the least rank, the leftmost of equal ones, until none is left. */
  void merge() {
    for (int i = 0; i < size; i++) {
      previous[i] = i - 1;
      next[i] = i + 1 < size ? i + 1 : -1;
    }
    for (int i = 0; i < size; i++) {
      queueMerge(i);
    }
    while (!queue.isEmpty()) {
      long key = queue.poll();
      int left = MergeQueue.left(key);
      int rank = MergeQueue.priority(key);
      if (ranks[left] != rank) {
        continue;
      }
      int right = next[left];
      ranks[right] = -1;
      symbols[left] = merges.product(rank);
      next[left] = next[right];
      if (next[left] >= 0) {
        previous[next[left]] = left;
      }
      if (previous[left] >= 0) {
        queueMerge(previous[left]);
      }
      queueMerge(left);
    }
  }

  private void queueMerge(int left) {
    int right = next[left];
    ranks[left] = right < 0 ? -1 : merges.rank(symbols[left], symbols[right]);
    if (ranks[left] >= 0) {
      queue.add(ranks[left], left);
    }
  }
}
