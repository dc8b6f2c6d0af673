package ai.realm.sampling;

/** The latest tokens of a sequence, prompt and output alike: those that the penalties look at. */
final class RecentTokens {
  /** As many as llama.cpp looks at by default. */
  static final int WINDOW = 64;

  /** A ring: the oldest id is overwritten by the newest. */
  private final int[] ring = new int[WINDOW];

  private int size;
  private int next;

  RecentTokens() {}

  /** The same ones. */
  RecentTokens(RecentTokens other) {
    System.arraycopy(other.ring, 0, ring, 0, WINDOW);
    size = other.size;
    next = other.next;
  }

  /** Adds the newest token. */
  void add(int id) {
    ring[next] = id;
    next = (next + 1) % WINDOW;
    size = Math.min(size + 1, WINDOW);
  }

  /** How many are held: at most {@link #WINDOW}. */
  int size() {
    return size;
  }

  /** One of those held, in no order that means anything. */
  int at(int index) {
    return ring[index];
  }

  /**
   * How often the token at {@code index} occurs, if this is its first place among those held; else
   * 0. Summed over all places this counts each different token once.
   */
  int countAtFirst(int index) {
    int id = ring[index];
    for (int i = 0; i < index; i++) {
      if (ring[i] == id) {
        return 0;
      }
    }
    int count = 1;
    for (int i = index + 1; i < size; i++) {
      if (ring[i] == id) {
        count++;
      }
    }
    return count;
  }
}
