package ai.realm.kernels.packed;

import ai.realm.quant.IQ4_XS;
import ai.realm.quant.MXFP4;
import ai.realm.quant.NVFP4;

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

  /** To two blocks. */
  static boolean nvfp4(byte[] file, int at, int[] words, int to) {
    for (int b = 0; b < 2; b++) {
      int block = to + b * Layout.NVFP4.blockBytes() / Integer.BYTES;
      words[block] = scale(file[at + 2 * b]) | scale(file[at + 2 * b + 1]) << 16;
      for (int w = 0; w < 4; w++) {
        long nibbles = (long) Packer.LONG.get(file, at + 4 + 16 * b + 8 * (w / 2)) >>> 4 * (w % 2);
        words[block + (1 + w) * GROUP] = Packer.interleave(nibbles);
      }
    }
    return true;
  }

  private static int scale(byte ofNvfp4) {
    return Float.floatToFloat16(NVFP4.scale(ofNvfp4)) & 0xFFFF;
  }

  static boolean mxfp4(byte[] file, int at, int[] words, int to) {
    words[to] = Float.floatToRawIntBits(MXFP4.scale(file[at]));
    Packer.nibbles(file, at + 1, words, to + GROUP);
    return true;
  }
}
