package ai.realm.quant;

import ai.realm.gguf.TensorType;

// Superblock of 256, 98 bytes; 8 sub-blocks of 32:
//   0  f16 d
//   2  64 bytes choose a point of the grid for 4 elements each
//  66  a u32 a sub-block: bits 7l to 7l + 6 are the signs of the first seven of 8 elements, of
//      which an even number are negative, and the top four bits s
// x = d / 4 * (2s + 1) * +-MAGNITUDES[point]

/** 3.06 bits a weight. */
final class IQ3_XXS extends GridBlocks {
  static final IQ3_XXS FORMAT = new IQ3_XXS();

  private IQ3_XXS() {
    super(TensorType.IQ3_XXS, signed(4, 12, 20, 28, 36, 44, 52, 62));
  }

  @Override
  public float d(byte[] blocks, int at) {
    return half(blocks, at) * 0.25f;
  }

  @Override
  public int scale(byte[] blocks, int at, int run) {
    return word(blocks, at + 66 + 4 * (run / 2)) >>> 28;
  }

  @Override
  public long codes(byte[] blocks, int at, int g) {
    int signs = evenSigns(word(blocks, at + 66 + 4 * (g / 4)) >>> 7 * (g % 4) & 127);
    long low = Grid.IQ3_XXS.four(blocks[at + 2 + 2 * g] & 0xFF);
    long high = Grid.IQ3_XXS.four(blocks[at + 3 + 2 * g] & 0xFF);
    return low | high << 32 | spread(signs) << 3;
  }
}
