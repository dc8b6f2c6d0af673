package ai.realm.tokenizer;

import java.util.Arrays;

/**
 * A set of code points: classes, and ranges of literals, or all but those; or what several such
 * sets have in common. White space beyond ASCII is in a set by its class only, never by a literal
 * or a range, which is how llama.cpp reads the patterns of pre-tokenizers.
 */
final class CharacterSet {

  /**
   * One set of brackets.
   *
   * @param classes bits of {@link UnicodeClass}
   * @param ranges first and last code points of literal ranges
   * @param negated whether it holds all others
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared, and nobody else has the array.
  private record Part(int classes, int[] ranges, boolean negated) {
    boolean contains(int codePoint, int own) {
      boolean in = (classes & own) != 0;
      if (!in && (codePoint < 128 || own != UnicodeClass.SPACE)) {
        for (int i = 0; i < ranges.length && !in; i += 2) {
          in = codePoint >= ranges[i] && codePoint <= ranges[i + 1];
        }
      }
      return in != negated;
    }
  }

  private final Part[] parts;
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
    this(new Part[] {new Part(classes, Arrays.copyOf(ranges, ranges.length), negated)});
  }

  private CharacterSet(Part[] parts) {
    this.parts = parts;
    for (int c = 0; c < 128; c++) {
      if (test(c)) {
        ascii[c >> 6] |= 1L << c;
      }
    }
  }

  /** What is in both sets. */
  CharacterSet and(CharacterSet other) {
    Part[] both = Arrays.copyOf(parts, parts.length + other.parts.length);
    System.arraycopy(other.parts, 0, both, parts.length, other.parts.length);
    return new CharacterSet(both);
  }

  /** Whether {@code codePoint} is in the set. */
  boolean contains(int codePoint) {
    return codePoint < 128 ? (ascii[codePoint >> 6] >>> codePoint & 1) != 0 : test(codePoint);
  }

  private boolean test(int codePoint) {
    int own = UnicodeClass.of(codePoint);
    for (Part part : parts) {
      if (!part.contains(codePoint, own)) {
        return false;
      }
    }
    return true;
  }
}
