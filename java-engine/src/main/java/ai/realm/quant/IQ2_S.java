package ai.realm.quant;

import ai.realm.gguf.TensorType;

// Superblock of 256, 82 bytes; 16 sub-blocks of 16:
//   0  f16 d
//   2  32 bytes: the low eight bits of what chooses a point of the grid, for 8 elements each
//  34  32 bytes: the signs of 8 elements each, the first in the lowest bit
//  66  8 bytes: bits 2l and 2l + 1 of byte b are the high two bits for the elements from 32b + 8l
// on
//  74  8 bytes: s of sub-blocks 2b and 2b + 1 in the low and in the high nibble of byte b
// x = d / 8 * (2s + 1) * +-MAGNITUDES[point]

/** 2.56 bits a weight. */
final class IQ2_S extends GridBlocks {
  static final IQ2_S FORMAT = new IQ2_S();

  private IQ2_S() {
    super(TensorType.IQ2_S, IQ2_XXS.VALUES);
  }

  @Override
  public float d(byte[] blocks, int at) {
    return half(blocks, at) * 0.125f;
  }

  @Override
  public int scale(byte[] blocks, int at, int run) {
    return blocks[at + 74 + run / 2] >> 4 * (run % 2) & 15;
  }

  @Override
  public long codes(byte[] blocks, int at, int g) {
    int high = blocks[at + 66 + g / 4] >> 2 * (g % 4) & 3;
    int point = blocks[at + 2 + g] & 0xFF | high << 8;
    return Grid.IQ2_S.eight(point) | spread(blocks[at + 34 + g]) << 2;
  }
}
