package ai.realm.quant;

import ai.realm.gguf.TensorType;

// Superblock of 256, 136 bytes; 8 sub-blocks of 32:
//   0  f16 d
//   2  u16: bits 2s and 2s + 1 are the high two of sub-block s's scale
//   4  4 bytes: nibble s is the low four bits of that scale
//   8  128 bytes, 16 a sub-block: element j in the low nibble of byte j, element j + 16 in the high
//      one
// x = d * (scale - 32) * VALUES[q], with the values of IQ4_NL

/** IQ4_NL with 6-bit scales. */
public final class IQ4_XS extends CopiedBlocks {
  static final IQ4_XS FORMAT = new IQ4_XS();

  private IQ4_XS() {
    super(TensorType.IQ4_XS);
  }

  /** The scale of sub-block {@code s}, -32 to 31, of the block at {@code at}. */
  public static int scale(byte[] blocks, int at, int s) {
    int low = blocks[at + 4 + s / 2] >> 4 * (s % 2) & 15;
    int high = blocks[at + 2 + s / 4] >> 2 * (s % 4) & 3;
    return (low | high << 4) - 32;
  }

  @Override
  void decode(byte[] blocks, int count, float[] out, int at) {
    byte[] values = IQ4_NL.values();
    for (int b = 0; b < count; b++) {
      int block = b * 136;
      float d = half(blocks, block);
      for (int s = 0; s < 8; s++) {
        float scale = d * scale(blocks, block, s);
        nibbles(blocks, block + 8 + 16 * s, values, scale, out, at + b * 256 + 32 * s);
      }
    }
  }
}
