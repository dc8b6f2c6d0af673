package ai.realm.tokenizer;

import java.util.Arrays;

/**
 * A set of code points: classes, and ranges of literals, or all but those. White space beyond ASCII
 * is in a set by its class only, never by a literal or a range, which is how llama.cpp reads the
 * patterns of pre-tokenizers.
 */
final class CharacterSet {
  private final int classes;
  private final int[] ranges;
  private final boolean negated;
  // Most text is ASCII: one bit a code point.
  private final long[] ascii = new long[2];

  /**
   * A set.
   *
   * @param classes bits of {@link UnicodeClass}
   * @param ranges first and last code points of literal ranges
   * @param negated whether the set holds all others
   */
  CharacterSet(int classes, int[] ranges, boolean negated) {
    this.classes = classes;
    this.ranges = Arrays.copyOf(ranges, ranges.length);
    this.negated = negated;
    for (int c = 0; c < 128; c++) {
      if (test(c)) {
        ascii[c >> 6] |= 1L << c;
      }
    }
  }

  /** Whether {@code codePoint} is in the set. */
  boolean contains(int codePoint) {
    return codePoint < 128 ? (ascii[codePoint >> 6] >>> codePoint & 1) != 0 : test(codePoint);
  }

  private boolean test(int codePoint) {
    int own = UnicodeClass.of(codePoint);
    boolean in = (classes & own) != 0;
    if (!in && (codePoint < 128 || own != UnicodeClass.SPACE)) {
      for (int i = 0; i < ranges.length && !in; i += 2) {
        in = codePoint >= ranges[i] && codePoint <= ranges[i + 1];
      }
    }
    return in != negated;
  }
}
