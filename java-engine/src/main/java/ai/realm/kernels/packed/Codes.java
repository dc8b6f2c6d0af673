package ai.realm.kernels.packed;

import ai.realm.quant.IQ4_XS;
import ai.realm.quant.NVFP4;

/**
 * Brings file blocks whose nibbles choose values into their layouts: the nibbles stay. Each method
 * writes one row of a block, from word {@code to} on, and returns whether the layout holds its
 * scale. Where scales are narrower than a word it takes the block, and the row's number {@code n}
 * in it.
 */
final class Codes {
  private static final int GROUP = Layout.ROW_GROUP;

  private Codes() {}

  static boolean iq4nl(byte[] file, int at, int[] words, int block, int n) {
    int d = Packer.half(file, at);
    words[block + n / 2] |= d << 16 * (n % 2);
    Packer.nibbles(file, at + 2, words, block + GROUP / 2 + n);
    return Packer.finite(d);
  }

  /** Kernels take the least exponent for a scale of 0, and the greatest for an infinite one. */
  static boolean mxfp4(byte[] file, int at, int[] words, int block, int n) {
    words[block + n / 4] |= (file[at] & 0xFF) << 8 * (n % 4);
    Packer.nibbles(file, at + 1, words, block + GROUP / 4 + n);
    long all = (long) Packer.LONG.get(file, at + 1) | (long) Packer.LONG.get(file, at + 9);
    boolean zeros = (all & 0x7777777777777777L) == 0;
    return file[at] == 0 ? zeros : (file[at] & 0xFF) < 0xFF;
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
  static boolean nvfp4(byte[] file, int at, int[] words, int block, int n) {
    int to = block;
    for (int b = 0; b < 2; b++, to += Layout.NVFP4.blockBytes() / Integer.BYTES) {
      words[to + n / 4] |= scale(file[at + 2 * b]) << 8 * (n % 4);
      words[to + GROUP / 4 + n / 4] |= scale(file[at + 2 * b + 1]) << 8 * (n % 4);
      for (int w = 0; w < 4; w++) {
        long nibbles = (long) Packer.LONG.get(file, at + 4 + 16 * b + 8 * (w / 2)) >>> 4 * (w % 2);
        words[to + GROUP / 2 + w * GROUP + n] = Packer.interleave(nibbles);
      }
    }
    return true;
  }

  /** A scale of NVFP4 without the bit that says nothing, and 0 for the one that is 0 there. */
  private static int scale(byte ofNvfp4) {
    return NVFP4.scale(ofNvfp4) == 0 ? 0 : ofNvfp4 & 127;
  }
}
