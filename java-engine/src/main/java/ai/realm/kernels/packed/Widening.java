package ai.realm.kernels.packed;

/**
 * Brings file blocks whose weights have 3 or 5 bits into layouts with more, exactly. {@code
 * ai.realm.quant} tells how the file's blocks lie. Each method writes one row of a block, from word
 * {@code to} on, and returns whether its scales are finite.
 */
final class Widening {
  private static final int GROUP = Layout.ROW_GROUP;

  private Widening() {}

  /** To {@link Layout#Q6_K}: there 32 is taken from the weights, in the file 4. */
  static boolean q3k(byte[] file, int at, int[] words, int to) {
    float d = half(file, at + 108);
    words[to] = Float.floatToRawIntBits(d);
    for (int s = 0; s < 16; s++) {
      int low = file[at + 96 + (s & 7)] >> 4 * (s >> 3) & 15;
      int high = file[at + 104 + (s & 3)] >> 2 * (s >> 2) & 3;
      putByte(words, to + (1 + 13 * (s / 4)) * GROUP, s % 4, (low | high << 4) - 32);
    }
    for (int s = 0; s < 8; s++) { // 32 columns each
      for (int w = 0; w < 4; w++) {
        long two = (long) Packer.LONG.get(file, at + 32 + 32 * (s / 4) + 8 * w) >>> 2 * (s & 3);
        long third = (long) Packer.LONG.get(file, at + 8 * w) >>> s;
        long q = (two & 0x0303030303030303L) + ((third & 0x0101010101010101L) << 2);
        q += 0x1C1C1C1C1C1C1C1CL; // 28 each
        Packer.putSixBits(words, to, 4 * s + w, q, q >>> 4);
      }
    }
    return Float.isFinite(d);
  }

  private static float half(byte[] file, int at) {
    return Float.float16ToFloat((short) Packer.SHORT.get(file, at));
  }

  private static void putByte(int[] words, int to, int i, int value) {
    words[to + i / 4 * GROUP] |= (value & 0xff) << 8 * (i % 4);
  }
}
