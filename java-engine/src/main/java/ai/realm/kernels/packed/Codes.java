package ai.realm.kernels.packed;

import ai.realm.quant.IQ4_XS;
import ai.realm.quant.MXFP4;

/**
 * Brings file blocks whose nibbles choose values into their layouts: the nibbles stay. Each method
 * writes one row of a block, from word {@code to} on, and returns whether its scale is finite.
 */
final class Codes {
  private static final int GROUP = Layout.ROW_GROUP;

  private Codes() {}

  static boolean iq4nl(byte[] file, int at, int[] words, int to) {
    float d = Float.float16ToFloat((short) Packer.SHORT.get(file, at));
    words[to] = Float.floatToRawIntBits(d);
    Packer.nibbles(file, at + 2, words, to + GROUP);
    return Float.isFinite(d);
  }

  static boolean iq4xs(byte[] file, int at, int[] words, int to) {
    float d = Float.float16ToFloat((short) Packer.SHORT.get(file, at));
    words[to] = Float.floatToRawIntBits(d);
    for (int s = 0; s < 8; s++) {
      words[to + (1 + s / 4) * GROUP] |= (IQ4_XS.scale(file, at, s) & 0xFF) << 8 * (s % 4);
      Packer.nibbles(file, at + 8 + 16 * s, words, to + (3 + 4 * s) * GROUP);
    }
    return Float.isFinite(d);
  }

  static boolean mxfp4(byte[] file, int at, int[] words, int to) {
    words[to] = Float.floatToRawIntBits(MXFP4.scale(file[at]));
    Packer.nibbles(file, at + 1, words, to + GROUP);
    return true;
  }
}
