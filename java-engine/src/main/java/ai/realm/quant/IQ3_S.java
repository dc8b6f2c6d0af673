package ai.realm.quant;

import ai.realm.gguf.TensorType;

// Superblock of 256, 110 bytes; 8 sub-blocks of 32:
//   0  f16 d
//   2  64 bytes: the low eight bits of what chooses a point of the grid, for 4 elements each
//  66  8 bytes: bit l of byte b is the ninth bit for the elements from 32b + 4l on
//  74  32 bytes: the signs of 8 elements each, the first in the lowest bit
// 106  4 bytes: s of sub-blocks 2b and 2b + 1 in the low and in the high nibble of byte b
// x = d * (2s + 1) * +-MAGNITUDES[point]

/** 3.44 bits a weight. */
final class IQ3_S extends GridBlocks {
  static final IQ3_S FORMAT = new IQ3_S();

  private IQ3_S() {
    super(TensorType.IQ3_S, signed(1, 3, 5, 7, 9, 11, 13, 15));
  }

  @Override
  public float d(byte[] blocks, int at) {
    return half(blocks, at);
  }

  @Override
  public int scale(byte[] blocks, int at, int run) {
    return blocks[at + 106 + run / 4] >> 4 * (run / 2 % 2) & 15;
  }

  @Override
  public long codes(byte[] blocks, int at, int g) {
    int ninth = blocks[at + 66 + g / 4] >> 2 * (g % 4);
    long low = Grid.IQ3_S.four(blocks[at + 2 + 2 * g] & 0xFF | (ninth & 1) << 8);
    long high = Grid.IQ3_S.four(blocks[at + 3 + 2 * g] & 0xFF | (ninth & 2) << 7);
    return low | high << 32 | spread(blocks[at + 74 + g]) << 3;
  }
}
