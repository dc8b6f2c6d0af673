package ai.realm.quant;

import ai.realm.gguf.TensorType;

// Superblock of 256, 176 bytes; 8 sub-blocks of 32:
//   0  f16 d
//   2  f16 dmin
//   4  12 bytes of scales and minimums: see SubScales
//  16  32 bytes: bit s of byte l is the fifth bit of element l of sub-block s
//  48  128 bytes of the low four bits: sub-block s in the nibbles s % 2 of the 32 bytes from
//      32 (s / 2) on
// x = (d * scale) * q - dmin * minimum

/** 5 bits a weight, 6-bit scales and minimums. */
final class Q5_K extends CopiedBlocks {
  static final Q5_K FORMAT = new Q5_K();

  private Q5_K() {
    super(TensorType.Q5_K);
  }

  @Override
  void decode(byte[] blocks, int count, float[] out, int at) {
    for (int b = 0; b < count; b++) {
      int block = b * 176;
      float d = half(blocks, block);
      float dmin = half(blocks, block + 2);
      int fifth = block + 16;
      for (int s = 0; s < 8; s++) {
        float scale = d * SubScales.scale(blocks, block + 4, s);
        float min = dmin * SubScales.min(blocks, block + 4, s);
        int q = block + 48 + 32 * (s >> 1);
        int shift = 4 * (s & 1);
        int x = at + b * 256 + 32 * s;
        for (int l = 0; l < 32; l++) {
          int value = ((blocks[q + l] >> shift) & 15) | (((blocks[fifth + l] >> s) & 1) << 4);
          out[x + l] = scale * value - min;
        }
      }
    }
  }
}
