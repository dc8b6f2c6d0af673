package ai.realm.quant;

import ai.realm.gguf.TensorType;

// Superblock of 256, 54 bytes:
//   0  48 bytes of five trits each: byte l of the first 32 holds the elements 32 k + l, and byte l
//      of the other 16 the elements 160 + 16 k + l, k from 0 to 4
//  48  4 bytes of four trits each: byte l holds the elements 240 + 4 k + l
//  52  f16 d
// x = d * (trit - 1)

/** Ternary weights, five a byte. */
public final class TQ1_0 extends CopiedBlocks {
  static final TQ1_0 FORMAT = new TQ1_0();

  private static final int[] POWERS = {1, 3, 9, 27, 81};

  private TQ1_0() {
    super(TensorType.TQ1_0);
  }

  /**
   * Trit {@code k} of a byte, 0 to 2. A byte is the fraction of 256 that its trits, the digits
   * behind the point to base 3, come to, rounded up: times 3^k, modulo 256, it begins with trit k.
   */
  static int trit(byte trits, int k) {
    return (trits * POWERS[k] & 0xFF) * 3 >> 8;
  }

  /** Trit of element {@code i} of the block at {@code at}. */
  public static int trit(byte[] blocks, int at, int i) {
    if (i < 160) {
      return trit(blocks[at + i % 32], i / 32);
    }
    return i < 240
        ? trit(blocks[at + 32 + i % 16], (i - 160) / 16)
        : trit(blocks[at + 48 + i % 4], (i - 240) / 4);
  }

  @Override
  void decode(byte[] blocks, int count, float[] out, int at) {
    for (int b = 0; b < count; b++) {
      int block = b * 54;
      float d = half(blocks, block + 52);
      for (int i = 0; i < 256; i++) {
        out[at + b * 256 + i] = d * (trit(blocks, block, i) - 1);
      }
    }
  }
}
