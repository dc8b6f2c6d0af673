package ai.realm.quant;

import ai.realm.gguf.TensorType;

// Superblock of 256, 144 bytes; 8 sub-blocks of 32:
//   0  f16 d
//   2  f16 dmin
//   4  12 bytes of scales and minimums: see SubScales
//  16  128 bytes: sub-block s in the nibbles s % 2 of the 32 bytes from 32 (s / 2) on
// x = (d * scale) * q - dmin * minimum

/** 4 bits a weight, 6-bit scales and minimums. */
final class Q4_K extends CopiedBlocks {
  static final Q4_K FORMAT = new Q4_K();

  private Q4_K() {
    super(TensorType.Q4_K);
  }

  @Override
  void decode(byte[] blocks, int count, float[] out, int at) {
    for (int b = 0; b < count; b++) {
      int block = b * 144;
      float d = half(blocks, block);
      float dmin = half(blocks, block + 2);
      for (int s = 0; s < 8; s++) {
        float scale = d * SubScales.scale(blocks, block + 4, s);
        float min = dmin * SubScales.min(blocks, block + 4, s);
        int q = block + 16 + 32 * (s >> 1);
        int shift = 4 * (s & 1);
        int x = at + b * 256 + 32 * s;
        for (int l = 0; l < 32; l++) {
          out[x + l] = scale * ((blocks[q + l] >> shift) & 15) - min;
        }
      }
    }
  }
}
