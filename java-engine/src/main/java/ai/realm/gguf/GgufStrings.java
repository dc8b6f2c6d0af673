package ai.realm.gguf;

import java.nio.charset.StandardCharsets;

/**
 * The strings of an array, as the UTF-8 that the file holds: a tokenizer reads a hundred thousand
 * of them, for most of which it never needs a {@link String}.
 */
public final class GgufStrings {
  private static final int LENGTH = 8;

  private final byte[] bytes;
  private final int[] starts;

  /**
   * Strings that stand as in the file, each after its length in 64 bits.
   *
   * @param bytes the strings with their lengths, which were checked
   * @param size the number of strings
   */
  GgufStrings(byte[] bytes, int size) {
    this.bytes = bytes;
    // One more than there are strings, so that each ends where the next one's length begins.
    this.starts = new int[size + 1];
    int at = LENGTH;
    for (int i = 0; i < size; i++) {
      starts[i] = at;
      int length =
          (bytes[at - 8] & 0xFF)
              | (bytes[at - 7] & 0xFF) << 8
              | (bytes[at - 6] & 0xFF) << 16
              | (bytes[at - 5] & 0xFF) << 24;
      at += length + LENGTH;
    }
    starts[size] = at;
  }

  /** The number of strings. */
  public int size() {
    return starts.length - 1;
  }

  /** The array that holds the bytes of all strings; not to be changed. */
  public byte[] bytes() {
    return bytes;
  }

  /** Where in {@link #bytes} the string {@code index} begins. */
  public int start(int index) {
    return starts[index];
  }

  /** One past the last byte of the string {@code index}. */
  public int end(int index) {
    return starts[index + 1] - LENGTH;
  }

  /** The string {@code index}; bytes that are no valid UTF-8 become U+FFFD. */
  public String get(int index) {
    return new String(bytes, start(index), end(index) - start(index), StandardCharsets.UTF_8);
  }
}
