package ai.realm.quant;

import ai.realm.gguf.TensorType;

// Block of 32, 17 bytes:
//   0  u8 e
//   1  16 bytes: element j in the low nibble of byte j, element j + 16 in the high one
// x = 2^(e - 128) * VALUES[q]: values of E2M1, a sign, two bits of exponent and one of fraction,
// are
// doubled here, and the exponent's bias of 127 is one more

/** 4-bit floats with a power of two a block (Open Compute Project, MX formats 1.0). */
public final class MXFP4 extends CopiedBlocks {
  static final MXFP4 FORMAT = new MXFP4();

  private static final byte[] VALUES = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

  private MXFP4() {
    super(TensorType.MXFP4);
  }

  /** What the 16 nibbles stand for, times the scale. */
  public static byte[] values() {
    return VALUES.clone();
  }

  /**
   * The scale of a block with exponent {@code e}: 2^-128 to 2^127. The format's NaN is the last.
   */
  public static float scale(byte e) {
    return Math.scalb(1f, (e & 0xFF) - 128);
  }

  @Override
  void decode(byte[] blocks, int count, float[] out, int at) {
    for (int b = 0; b < count; b++) {
      int block = b * 17;
      nibbles(blocks, block + 1, VALUES, scale(blocks[block]), out, at + b * 32);
    }
  }
}
