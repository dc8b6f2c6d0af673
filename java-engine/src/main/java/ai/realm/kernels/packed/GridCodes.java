package ai.realm.kernels.packed;

import static ai.realm.kernels.packed.Layout.ROW_GROUP;

import ai.realm.quant.GridBlocks;
import ai.realm.quant.TQ1_0;

/**
 * Brings file blocks whose weights were chosen from grids, or have two or three bits, into their
 * layouts: a weight's code instead of the choice for several. Each method writes one row of a
 * block, from word {@code to} on, and returns whether its scale is finite.
 */
final class GridCodes {
  private GridCodes() {}

  /** To {@link Layout#IQ3_S} or {@link Layout#IQ3_XXS}: codes are nibbles. */
  static boolean iq3(GridBlocks format, byte[] file, int at, int[] words, int to) {
    for (int s = 0; s < 8; s++) {
      words[to + (1 + s / 4) * ROW_GROUP] |= (2 * format.scale(file, at, 2 * s) + 1) << 8 * (s % 4);
      for (int w = 0; w < 4; w++) {
        long codes = format.codes(file, at, 4 * s + w);
        words[to + (3 + 4 * s + w) * ROW_GROUP] = Packer.interleave(codes);
      }
    }
    return d(format, file, at, words, to);
  }

  /** To {@link Layout#IQ2}. */
  static boolean iq2(GridBlocks format, byte[] file, int at, int[] words, int to) {
    scales(format, file, at, words, to);
    long[] codes = new long[4];
    for (int s = 0; s < 8; s++) {
      for (int w = 0; w < 4; w++) {
        codes[w] = format.codes(file, at, 4 * s + w);
      }
      threeBits(codes, words, to + (3 + 3 * s) * ROW_GROUP);
    }
    return d(format, file, at, words, to);
  }

  /** {@code ai.realm.quant.Q3_K} tells how the file's blocks lie. */
  static boolean q3k(byte[] file, int at, int[] words, int to) {
    for (int s = 0; s < 16; s++) {
      int low = file[at + 96 + s % 8] >> 4 * (s / 8) & 15;
      int high = file[at + 104 + s % 4] >> 2 * (s / 4) & 3;
      words[to + (1 + s / 4) * ROW_GROUP] |= ((low | high << 4) - 32 & 0xFF) << 8 * (s % 4);
    }
    long[] codes = new long[4];
    for (int s = 0; s < 8; s++) {
      for (int w = 0; w < 4; w++) {
        long two = (long) Packer.LONG.get(file, at + 32 + 32 * (s / 4) + 8 * w) >>> 2 * (s % 4);
        long third = (long) Packer.LONG.get(file, at + 8 * w) >>> s;
        codes[w] = two & 0x0303030303030303L | (third & 0x0101010101010101L) << 2;
      }
      threeBits(codes, words, to + (5 + 3 * s) * ROW_GROUP);
    }
    return d(Packer.half(file, at + 108), words, to);
  }

  /** {@code ai.realm.quant.Q2_K} tells how the file's blocks lie. */
  static boolean q2k(byte[] file, int at, int[] words, int to) {
    int d = Packer.half(file, at + 80);
    int dmin = Packer.half(file, at + 82);
    words[to] = d | dmin << 16;
    for (int w = 0; w < 4; w++) {
      words[to + (1 + w) * ROW_GROUP] = (int) Packer.INT.get(file, at + 4 * w);
    }
    twoBits(file, at + 16, words, to + 5 * ROW_GROUP);
    return Packer.finite(d) && Packer.finite(dmin);
  }

  /** To {@link Layout#IQ1}. */
  static boolean iq1(GridBlocks format, byte[] file, int at, int[] words, int to) {
    scales(format, file, at, words, to);
    for (int g = 0; g < 32; g++) {
      long codes = format.codes(file, at, g);
      words[to + 3 * ROW_GROUP] |= (int) (codes >> 2 & 1) << g;
      words[to + (4 + g / 2) * ROW_GROUP] |= fours(codes) << 4 * (g % 2);
    }
    return d(format, file, at, words, to);
  }

  static boolean tq20(byte[] file, int at, int[] words, int to) {
    twoBits(file, at, words, to + ROW_GROUP);
    return d(Packer.half(file, at + 64), words, to);
  }

  static boolean tq10(byte[] file, int at, int[] words, int to) {
    for (int g = 0; g < 32; g++) {
      long trits = 0;
      for (int i = 0; i < 8; i++) {
        trits |= (long) TQ1_0.trit(file, at, 8 * g + i) << 8 * i;
      }
      words[to + (1 + g / 2) * ROW_GROUP] |= fours(trits) << 4 * (g % 2);
    }
    return d(Packer.half(file, at + 52), words, to);
  }

  private static boolean d(int f16, int[] words, int to) {
    words[to] = Float.floatToRawIntBits(Float.float16ToFloat((short) f16));
    return Packer.finite(f16);
  }

  private static boolean d(GridBlocks format, byte[] file, int at, int[] words, int to) {
    float d = format.d(file, at);
    words[to] = Float.floatToRawIntBits(d);
    return Float.isFinite(d);
  }

  private static void scales(GridBlocks format, byte[] file, int at, int[] words, int to) {
    for (int run = 0; run < 16; run++) {
      words[to + (1 + run / 8) * ROW_GROUP] |= format.scale(file, at, run) << 4 * (run % 8);
    }
  }

  /** 256 columns of two bits, as TQ2_0 and Q2_K have them in 64 bytes. */
  private static void twoBits(byte[] file, int at, int[] words, int to) {
    for (int g = 0; g < 32; g++) {
      long bytes = (long) Packer.LONG.get(file, at + 32 * (g / 16) + 8 * (g % 4));
      words[to + g / 2 * ROW_GROUP] |= fours(bytes >>> 2 * (g / 4 % 4)) << 4 * (g % 2);
    }
  }

  /** 32 codes of three bits, eight in each number, to three words. */
  private static void threeBits(long[] codes, int[] words, int to) {
    int last = sixes(codes[3]);
    for (int w = 0; w < 3; w++) {
      words[to + w * ROW_GROUP] = sixes(codes[w]) | (last >>> 2 * w & 0x03030303) << 6;
    }
  }

  /** Eight codes of three bits, a byte each, to six bits of each byte of a word. */
  private static int sixes(long codes) {
    int nibbles = Packer.interleave(codes);
    return nibbles & 0x07070707 | nibbles >>> 1 & 0x38383838;
  }

  /** The low two bits of eight bytes to four bits of each byte of a word. */
  private static int fours(long codes) {
    int nibbles = Packer.interleave(codes & 0x0303030303030303L);
    return nibbles & 0x03030303 | nibbles >>> 2 & 0x0C0C0C0C;
  }
}
