package ai.realm.tokenizer;

import java.util.Arrays;

/**
 * The 256 characters in which byte-level BPE vocabularies write bytes: a printable Latin-1
 * character stands for its own byte, and U+0100 onwards for the others in order (GPT-2's {@code
 * bytes_to_unicode}).
 */
final class ByteAlphabet {
  private static final int FIRST_OTHER = 0x100;
  private static final char[] CHARACTERS = new char[256];
  // By character up to the last; -1 where a character stands for no byte.
  private static final short[] BYTES;

  static {
    int other = FIRST_OTHER;
    for (int b = 0; b < 256; b++) {
      boolean printable = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xFF && b != 0xAD);
      CHARACTERS[b] = (char) (printable ? b : other++);
    }
    BYTES = new short[other];
    Arrays.fill(BYTES, (short) -1);
    for (int b = 0; b < 256; b++) {
      BYTES[CHARACTERS[b]] = (short) b;
    }
  }

  private ByteAlphabet() {}

  /** The character that stands for {@code b}, 0 to 255. */
  static char character(int b) {
    return CHARACTERS[b];
  }

  /** The byte that {@code character} stands for, or -1. */
  static int byteOf(int character) {
    return character < BYTES.length ? BYTES[character] : -1;
  }
}
