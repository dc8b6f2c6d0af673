package ai.realm.quant;

import ai.realm.gguf.TensorType;

// Superblock of 256, 66 bytes; 8 sub-blocks of 32:
//   0  f16 d
//   2  8 bytes a sub-block: four bytes choose a point of the grid for 8 elements each, the first
//      first; then a u32: bits 7l to 7l + 6 are the signs of the first seven of 8 elements, of
//      which an even number are negative, and the top four bits s
// x = d / 8 * (2s + 1) * +-MAGNITUDES[point]

/** 2.06 bits a weight. */
final class IQ2_XXS extends GridBlocks {
  /** Of all three formats of IQ2; a fourth choice does not occur. */
  static final byte[] VALUES = signed(8, 25, 43, 0);

  static final IQ2_XXS FORMAT = new IQ2_XXS();

  private IQ2_XXS() {
    super(TensorType.IQ2_XXS, VALUES);
  }

  @Override
  public float d(byte[] blocks, int at) {
    return half(blocks, at) * 0.125f;
  }

  @Override
  public int scale(byte[] blocks, int at, int run) {
    return word(blocks, at + 6 + 8 * (run / 2)) >>> 28;
  }

  @Override
  public long codes(byte[] blocks, int at, int g) {
    int sub = at + 2 + 8 * (g / 4);
    int signs = evenSigns(word(blocks, sub + 4) >>> 7 * (g % 4) & 127);
    return Grid.IQ2_XXS.eight(blocks[sub + g % 4] & 0xFF) | spread(signs) << 2;
  }
}
