package ai.realm.quant;

import ai.realm.gguf.TensorType;

// Superblock of 256, 74 bytes; 16 sub-blocks of 16:
//   0  f16 d
//   2  32 times u16, for 8 elements each: the low nine bits choose a point of the grid, the others
//      are the signs of the first seven elements; an even number of the eight are negative
//  66  8 bytes: s of sub-blocks 2b and 2b + 1 in the low and in the high nibble of byte b
// x = d / 8 * (2s + 1) * +-MAGNITUDES[point]

/** 2.31 bits a weight. */
final class IQ2_XS extends GridBlocks {
  static final IQ2_XS FORMAT = new IQ2_XS();

  private IQ2_XS() {
    super(TensorType.IQ2_XS, IQ2_XXS.VALUES);
  }

  @Override
  public float d(byte[] blocks, int at) {
    return half(blocks, at) * 0.125f;
  }

  @Override
  public int scale(byte[] blocks, int at, int run) {
    return blocks[at + 66 + run / 2] >> 4 * (run % 2) & 15;
  }

  @Override
  public long codes(byte[] blocks, int at, int g) {
    int bits = unsignedShort(blocks, at + 2 + 2 * g);
    return Grid.IQ2_XS.eight(bits & 511) | spread(evenSigns(bits >> 9)) << 2;
  }
}
