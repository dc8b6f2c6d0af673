package ai.realm.tokenizer;

/** Code points and their UTF-8 bytes. */
final class Utf8 {
  private Utf8() {}

  /**
   * The code points of {@code text} from {@code start} to {@code end}; a lone surrogate becomes
   * U+FFFD.
   */
  static int[] codePoints(String text, int start, int end) {
    int[] out = new int[Character.codePointCount(text, start, end)];
    int at = start;
    for (int i = 0; i < out.length; i++) {
      int codePoint = text.codePointAt(at);
      if (at + 1 == end && Character.isSupplementaryCodePoint(codePoint)) {
        // The pair goes beyond the end.
        codePoint = text.charAt(at);
      }
      at += Character.charCount(codePoint);
      boolean alone = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
      out[i] = alone ? 0xFFFD : codePoint;
    }
    return out;
  }

  /**
   * Writes {@code codePoint} at {@code at} and gives the position after it; room for 4 bytes is
   * enough.
   */
  static int put(int codePoint, byte[] out, int at) {
    int next = at;
    if (codePoint < 0x80) {
      out[next++] = (byte) codePoint;
    } else if (codePoint < 0x800) {
      out[next++] = (byte) (0xC0 | codePoint >> 6);
      out[next++] = (byte) (0x80 | codePoint & 0x3F);
    } else if (codePoint < 0x10000) {
      out[next++] = (byte) (0xE0 | codePoint >> 12);
      out[next++] = (byte) (0x80 | codePoint >> 6 & 0x3F);
      out[next++] = (byte) (0x80 | codePoint & 0x3F);
    } else {
      out[next++] = (byte) (0xF0 | codePoint >> 18);
      out[next++] = (byte) (0x80 | codePoint >> 12 & 0x3F);
      out[next++] = (byte) (0x80 | codePoint >> 6 & 0x3F);
      out[next++] = (byte) (0x80 | codePoint & 0x3F);
    }
    return next;
  }

  /** Where the character that begins at {@code at} of valid UTF-8 ends. */
  static int after(byte[] utf8, int at) {
    int next = at + 1;
    while (next < utf8.length && (utf8[next] & 0xC0) == 0x80) {
      next++;
    }
    return next;
  }

  /** The UTF-8 bytes of {@code codePoints}. */
  static byte[] encode(int[] codePoints) {
    return encode(codePoints, 0, codePoints.length);
  }

  /** The UTF-8 bytes of {@code codePoints[start]} up to {@code codePoints[end]}. */
  static byte[] encode(int[] codePoints, int start, int end) {
    int length = 0;
    for (int i = start; i < end; i++) {
      int codePoint = codePoints[i];
      length += codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    }
    byte[] out = new byte[length];
    int at = 0;
    for (int i = start; i < end; i++) {
      at = put(codePoints[i], out, at);
    }
    return out;
  }
}
