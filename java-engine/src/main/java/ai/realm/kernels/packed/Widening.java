package ai.realm.kernels.packed;

import ai.realm.quant.SubScales;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Brings file blocks whose weights have 3 or 5 bits into layouts with more, exactly. {@code
 * ai.realm.quant} tells how the file's blocks lie. Each method writes one row of a block, from word
 * {@code to} on, and returns whether its scales are finite.
 */
final class Widening {
  private static final int GROUP = Layout.GROUP;
  private static final int OFFSET_BYTES_WORDS = Layout.OFFSET_BYTES.blockBytes() / Integer.BYTES;
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private Widening() {}

  /** To {@link Layout#BYTES}: 5 bits less 16. */
  static boolean q50(byte[] file, int at, int[] words, int to) {
    float d = half(file, at);
    words[to] = Float.floatToRawIntBits(d);
    int fifth = (int) INT.get(file, at + 2);
    for (int i = 0; i < 32; i++) {
      putByte(words, to + GROUP, i, fiveBits(file, at + 6, fifth, i) - 16);
    }
    return Float.isFinite(d);
  }

  /** To {@link Layout#OFFSET_BYTES}. */
  static boolean q51(byte[] file, int at, int[] words, int to) {
    float d = half(file, at);
    float m = half(file, at + 2);
    words[to] = Float.floatToRawIntBits(d);
    words[to + GROUP] = Float.floatToRawIntBits(m);
    int fifth = (int) INT.get(file, at + 4);
    for (int i = 0; i < 32; i++) {
      putByte(words, to + 2 * GROUP, i, fiveBits(file, at + 8, fifth, i));
    }
    return Float.isFinite(d) && Float.isFinite(m);
  }

  /** To eight blocks of {@link Layout#OFFSET_BYTES}. */
  static boolean q5k(byte[] file, int at, int[] words, int to) {
    float d = half(file, at);
    float dmin = half(file, at + 2);
    for (int s = 0; s < 8; s++) {
      int block = to + s * OFFSET_BYTES_WORDS;
      words[block] = Float.floatToRawIntBits(d * SubScales.scale(file, at + 4, s));
      words[block + GROUP] = Float.floatToRawIntBits(-dmin * SubScales.min(file, at + 4, s));
      int low = at + 48 + 32 * (s >> 1);
      int shift = 4 * (s & 1);
      for (int i = 0; i < 32; i++) {
        int q = file[low + i] >> shift & 15 | (file[at + 16 + i] >> s & 1) << 4;
        putByte(words, block + 2 * GROUP, i, q);
      }
    }
    return Float.isFinite(d) && Float.isFinite(dmin);
  }

  /** To {@link Layout#Q6_K}: there 32 is taken from the weights, in the file 4. */
  static boolean q3k(byte[] file, int at, int[] words, int to) {
    float d = half(file, at + 108);
    words[to] = Float.floatToRawIntBits(d);
    for (int s = 0; s < 16; s++) {
      int low = file[at + 96 + (s & 7)] >> 4 * (s >> 3) & 15;
      int high = file[at + 104 + (s & 3)] >> 2 * (s >> 2) & 3;
      putByte(words, to + GROUP, s, (low | high << 4) - 32);
    }
    for (int span = 0; span < 8; span++) { // 32 columns each
      int nibbles = to + (5 + 6 * span) * GROUP;
      int tops = nibbles + 4 * GROUP;
      for (int i = 0; i < 32; i++) {
        int two = file[at + 32 + 32 * (span >> 2) + i] >> 2 * (span & 3) & 3;
        int third = file[at + i] >> span & 1;
        int q = (two | third << 2) + 28;
        words[nibbles + i / 8 * GROUP] |= (q & 15) << nibbleShift(i % 8);
        words[tops + i / 16 * GROUP] |= (q >> 4) << 2 * (i % 16);
      }
    }
    return Float.isFinite(d);
  }

  private static float half(byte[] file, int at) {
    return Float.float16ToFloat((short) SHORT.get(file, at));
  }

  /** Element {@code i} of 32 whose low four bits are in 16 bytes, the later half in the nibbles. */
  private static int fiveBits(byte[] file, int at, int fifth, int i) {
    return file[at + i % 16] >> 4 * (i / 16) & 15 | (fifth >> i & 1) << 4;
  }

  /** Where column {@code i} of a word of eight nibbles lies; see {@link Layout#NIBBLES}. */
  private static int nibbleShift(int i) {
    return 4 * (i / 2) + 16 * (i & 1);
  }

  private static void putByte(int[] words, int to, int i, int value) {
    words[to + i / 4 * GROUP] |= (value & 0xff) << 8 * (i % 4);
  }
}
