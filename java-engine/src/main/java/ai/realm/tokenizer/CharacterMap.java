package ai.realm.tokenizer;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.gguf.GgufMetadata;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Texts and what replaces them, as SentencePiece compiles its normalizers: a trie in a double array
 * (Yata's Darts-clone), and the replacements, each with a zero byte behind it.
 *
 * <pre>
 * u32 bytes of the units | units, u32 each | replacements
 * unit of a node:   bits 0-7 the byte that leads to it, 8 whether a text ends here,
 *                   9 whether the offset is in 256s, 10-30 the offset to its children
 * unit of a value:  bit 31 set, bits 0-30 where the replacement begins
 * </pre>
 */
final class CharacterMap {
  private static final String KEY = "tokenizer.ggml.precompiled_charsmap";
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int IS_VALUE = 1 << 31;

  private final int[] units;
  private final byte[] replacements;

  /**
   * What stands at a position of a text.
   *
   * @param bytes holds what replaces it, from {@code start} up to {@code end}
   * @param length bytes of the text that are replaced
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared, and only read.
  record Match(byte[] bytes, int start, int end, int length) {}

  private CharacterMap(int[] units, byte[] replacements) {
    this.units = units;
    this.replacements = replacements;
  }

  /**
   * The map under {@code tokenizer.ggml.precompiled_charsmap}; empty if there is none.
   *
   * @throws EngineException {@code MODEL_INVALID} if its parts do not fit
   */
  static CharacterMap read(GgufMetadata metadata) {
    byte[] bytes = metadata.bytes(KEY);
    if (bytes == null) {
      return new CharacterMap(new int[0], new byte[0]);
    }
    MemorySegment file = MemorySegment.ofArray(bytes);
    long size = bytes.length < 4 ? -1 : Integer.toUnsignedLong(file.get(INT, 0));
    boolean fits = size >= 4 && size % 4 == 0 && size + 4 < bytes.length;
    if (!fits || bytes[bytes.length - 1] != 0) {
      throw damaged("has a length that does not fit its parts");
    }
    int[] units = new int[(int) size / 4];
    MemorySegment.copy(file, INT, 4, units, 0, units.length);
    byte[] replacements = new byte[bytes.length - 4 - (int) size];
    System.arraycopy(bytes, 4 + (int) size, replacements, 0, replacements.length);
    return new CharacterMap(units, replacements);
  }

  /**
   * The longest text of the map that stands at {@code at}; the character there if there is none.
   */
  Match longest(byte[] text, int at) {
    int length = 0;
    int replacement = 0;
    int node = units.length == 0 ? -1 : offset(units[0]);
    for (int i = at; i < text.length && node >= 0 && text[i] != 0; i++) {
      node ^= text[i] & 0xFF;
      int unit = unit(node);
      if ((unit & (IS_VALUE | 0xFF)) != (text[i] & 0xFF)) {
        break;
      }
      node ^= offset(unit);
      if ((unit >>> 8 & 1) != 0) {
        length = i + 1 - at;
        replacement = unit(node) & ~IS_VALUE;
      }
    }
    if (length == 0) {
      int next = Utf8.after(text, at);
      return new Match(text, at, next, next - at);
    }
    if (replacement >= replacements.length) {
      throw damaged("points beyond its end");
    }
    int end = replacement;
    while (replacements[end] != 0) {
      end++;
    }
    return new Match(replacements, replacement, end, length);
  }

  private int unit(int node) {
    if (node < 0 || node >= units.length) {
      throw damaged("points beyond its end");
    }
    return units[node];
  }

  private static int offset(int unit) {
    return unit >>> 10 << ((unit & 1 << 9) >>> 6);
  }

  private static EngineException damaged(String how) {
    return new EngineException(
        ErrorCode.MODEL_INVALID,
        KEY + " " + how + "; take the model from another source, or convert it again");
  }
}
