package ai.realm.constraint;

import java.util.Arrays;

/** A set of token ids, a bit for each of a vocabulary. */
public final class TokenSet {
  private final long[] bits;

  /** No token of a vocabulary of this size. */
  public TokenSet(int vocabulary) {
    bits = new long[(vocabulary + 63) / 64];
  }

  /** Takes a token in. */
  public void add(int id) {
    bits[id >> 6] |= 1L << id;
  }

  /** Takes a token out. */
  void remove(int id) {
    bits[id >> 6] &= ~(1L << id);
  }

  /** Takes in all of another set of the same vocabulary. */
  void addAll(TokenSet other) {
    for (int i = 0; i < bits.length; i++) {
      bits[i] |= other.bits[i];
    }
  }

  /** Whether it has a token. */
  public boolean contains(int id) {
    return (bits[id >> 6] >>> id & 1) != 0;
  }

  /** How many there are. */
  public int count() {
    return Arrays.stream(bits).mapToInt(Long::bitCount).sum();
  }

  /** Empties the set. */
  public void clear() {
    Arrays.fill(bits, 0);
  }

  /** The lowest id in the set, or -1. */
  public int first() {
    for (int i = 0; i < bits.length; i++) {
      if (bits[i] != 0) {
        return 64 * i + Long.numberOfTrailingZeros(bits[i]);
      }
    }
    return -1;
  }

  /** Sets the logits of all other tokens, from {@code logits[at]} on, to negative infinity. */
  public void mask(float[] logits, int at, int count) {
    for (int i = 0; i < bits.length; i++) {
      int from = at + 64 * i;
      int length = Math.min(64, count - 64 * i);
      if (length <= 0) {
        return;
      }
      long all = length == 64 ? -1 : (1L << length) - 1;
      long word = bits[i] & all;
      if (word == 0) {
        Arrays.fill(logits, from, from + length, Float.NEGATIVE_INFINITY);
        continue;
      }
      for (long banned = ~word & all; banned != 0; banned &= banned - 1) {
        logits[from + Long.numberOfTrailingZeros(banned)] = Float.NEGATIVE_INFINITY;
      }
    }
  }
}
