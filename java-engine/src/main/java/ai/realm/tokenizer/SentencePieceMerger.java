package ai.realm.tokenizer;

/** The symbols of one text as a linked list, and the merging of them by score. */
final class SentencePieceMerger {
  private final Vocabulary vocabulary;
  private final float[] scores;
  private final byte[] utf8;
  private final MergeQueue queue = new MergeQueue();
  // By position: a symbol is utf8[starts[i]] up to ends[i].
  private final int[] starts;
  private final int[] ends;
  private final int[] previous;
  private final int[] next;
  // The token that the symbol makes with the next one, or -1.
  private final int[] merged;
  private long work;

  /** One symbol for each of the {@code characters} of {@code utf8}. */
  SentencePieceMerger(Vocabulary vocabulary, float[] scores, byte[] utf8, int characters) {
    this.vocabulary = vocabulary;
    this.scores = scores;
    this.utf8 = utf8;
    starts = new int[characters];
    ends = new int[characters];
    previous = new int[characters];
    next = new int[characters];
    merged = new int[characters];
    int at = 0;
    for (int i = 0; i < characters; i++) {
      starts[i] = at;
      do {
        at++;
      } while (at < utf8.length && (utf8[at] & 0xC0) == 0x80);
      ends[i] = at;
      previous[i] = i - 1;
      next[i] = i + 1 < characters ? i + 1 : -1;
    }
  }

  /** How many bytes and places of the queue were looked at so far. */
  long work() {
    return work;
  }

  /** The first byte of the symbol at a position. */
  int start(int position) {
    return starts[position];
  }

  /** One past the last byte of the symbol at a position. */
  int end(int position) {
    return ends[position];
  }

  /** The position of the symbol after the one at {@code position}, or -1. */
  int next(int position) {
    return next[position];
  }

  /**
   * Joins the neighbours whose token has the highest score, the leftmost of equal ones, until none
   * are a token.
   */
  void merge() {
    for (int i = 0; i < next.length; i++) {
      queueMerge(i);
    }
    while (!queue.isEmpty()) {
      work++;
      long key = queue.poll();
      int left = MergeQueue.left(key);
      // Out of date if the symbol has merged since, or with another neighbour.
      if (merged[left] < 0 || priority(merged[left]) != MergeQueue.priority(key)) {
        continue;
      }
      int right = next[left];
      merged[right] = -1;
      ends[left] = ends[right];
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
    boolean possible = right >= 0 && ends[right] - starts[left] <= vocabulary.longest();
    work += possible ? ends[right] - starts[left] : 1;
    merged[left] = possible ? vocabulary.find(utf8, starts[left], ends[right]) : -1;
    if (merged[left] >= 0) {
      queue.add(priority(merged[left]), left);
    }
  }

  /** An integer that is less the higher the token's score is. */
  private int priority(int token) {
    // Adding zero makes -0 the same as 0; the bits of negative floats ascend as the floats descend.
    int bits = Float.floatToIntBits(scores[token] + 0f);
    return ~(bits < 0 ? bits ^ 0x7FFFFFFF : bits);
  }
}
