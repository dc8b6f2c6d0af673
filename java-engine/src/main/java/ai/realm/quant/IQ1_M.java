package ai.realm.quant;

import ai.realm.gguf.TensorType;

// Superblock of 256, 56 bytes; 16 sub-blocks of 16:
//   0  32 bytes: the low eight bits of what chooses a point of the grid, for 8 elements each
//  32  16 bytes, one a sub-block, its low nibble for the first 8 elements: the low three bits are
//      the high ones of that choice, and the fourth says that an eighth is subtracted instead of
//      added
//  48  four times u16: bits 3i to 3i + 2 of number w are s of sub-block 4w + i; bits 12 to 15 of
//      number w are bits 4w to 4w + 3 of d, an f16
// x = d * (2s + 1) * (POINT +- 1/8), with points of -1, 0 and 1

/** 1.75 bits a weight. */
final class IQ1_M extends GridBlocks {
  static final IQ1_M FORMAT = new IQ1_M();

  private IQ1_M() {
    super(TensorType.IQ1_M, IQ1_S.VALUES);
  }

  @Override
  public float d(byte[] blocks, int at) {
    int bits = 0;
    for (int w = 0; w < 4; w++) {
      bits |= unsignedShort(blocks, at + 48 + 2 * w) >> 12 << 4 * w;
    }
    return Float.float16ToFloat((short) bits) * 0.125f;
  }

  @Override
  public int scale(byte[] blocks, int at, int run) {
    return unsignedShort(blocks, at + 48 + 2 * (run / 4)) >> 3 * (run % 4) & 7;
  }

  @Override
  public long codes(byte[] blocks, int at, int g) {
    int bits = blocks[at + 32 + g / 2] >> 4 * (g % 2) & 15;
    int point = blocks[at + g] & 0xFF | (bits & 7) << 8;
    return Grid.IQ1.eight(point) | (bits >> 3) * 0x0404040404040404L;
  }
}
