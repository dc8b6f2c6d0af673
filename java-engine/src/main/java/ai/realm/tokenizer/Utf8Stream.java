package ai.realm.tokenizer;

/**
 * Turns the bytes of tokens into text as they come: a piece never ends within a character. Bytes
 * that are no valid UTF-8 become U+FFFD, as many as the WHATWG Encoding Standard's decoder makes.
 * For one thread.
 */
public final class Utf8Stream {
  private static final char REPLACEMENT = '\uFFFD';

  // The character that has begun: what its bytes gave so far, how many are to come, and what the
  // next may be.
  private int codePoint;
  private int missing;
  private int lower = 0x80;
  private int upper = 0xBF;

  /** The text that is complete with {@code bytes}, maybe empty. */
  public String push(byte[] bytes) {
    StringBuilder text = new StringBuilder(bytes.length);
    for (byte signed : bytes) {
      int next = signed & 0xFF;
      if (missing > 0 && (next < lower || next > upper)) {
        text.append(REPLACEMENT);
        missing = 0;
      }
      if (missing == 0) {
        begin(next, text);
      } else {
        codePoint = codePoint << 6 | next & 0x3F;
        lower = 0x80;
        upper = 0xBF;
        if (--missing == 0) {
          text.appendCodePoint(codePoint);
        }
      }
    }
    return text.toString();
  }

  /**
   * Ends the text: U+FFFD if a character was left incomplete, else nothing. A new text may begin
   * then.
   */
  public String finish() {
    boolean incomplete = missing > 0;
    missing = 0;
    return incomplete ? String.valueOf(REPLACEMENT) : "";
  }

  private void begin(int first, StringBuilder text) {
    lower = 0x80;
    upper = 0xBF;
    if (first < 0x80) {
      text.append((char) first);
    } else if (first >= 0xC2 && first <= 0xDF) {
      missing = 1;
      codePoint = first & 0x1F;
    } else if (first >= 0xE0 && first <= 0xEF) {
      // No overlong forms, no surrogates.
      lower = first == 0xE0 ? 0xA0 : 0x80;
      upper = first == 0xED ? 0x9F : 0xBF;
      missing = 2;
      codePoint = first & 0xF;
    } else if (first >= 0xF0 && first <= 0xF4) {
      // No overlong forms, nothing beyond U+10FFFF.
      lower = first == 0xF0 ? 0x90 : 0x80;
      upper = first == 0xF4 ? 0x8F : 0xBF;
      missing = 3;
      codePoint = first & 0x7;
    } else {
      text.append(REPLACEMENT);
    }
  }
}
