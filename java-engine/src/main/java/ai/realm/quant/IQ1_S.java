package ai.realm.quant;

import ai.realm.gguf.TensorType;

// Superblock of 256, 50 bytes; 8 sub-blocks of 32:
//   0  f16 d
//   2  32 bytes: the low eight bits of what chooses a point of the grid, for 8 elements each
//  34  a u16 a sub-block: bits 3l to 3l + 2 are the high three bits for its elements from 8l on,
//      bits 12 to 14 s, and bit 15 says that an eighth is subtracted instead of added
// x = d * (2s + 1) * (POINT +- 1/8), with points of -1, 0 and 1

/** 1.56 bits a weight. */
final class IQ1_S extends GridBlocks {
  /** Eight times as large, of both formats of IQ1: an eighth more, and then less. */
  static final byte[] VALUES = {-7, 1, 9, 0, -9, -1, 7, 0};

  static final IQ1_S FORMAT = new IQ1_S();

  private IQ1_S() {
    super(TensorType.IQ1_S, VALUES);
  }

  @Override
  public float d(byte[] blocks, int at) {
    return half(blocks, at) * 0.125f;
  }

  @Override
  public int scale(byte[] blocks, int at, int run) {
    return unsignedShort(blocks, at + 34 + 2 * (run / 2)) >> 12 & 7;
  }

  @Override
  public long codes(byte[] blocks, int at, int g) {
    int bits = unsignedShort(blocks, at + 34 + 2 * (g / 4));
    int point = blocks[at + 2 + g] & 0xFF | (bits >> 3 * (g % 4) & 7) << 8;
    return Grid.IQ1.eight(point) | (bits >> 15) * 0x0404040404040404L;
  }
}
