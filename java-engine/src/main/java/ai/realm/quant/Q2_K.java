package ai.realm.quant;

import ai.realm.gguf.TensorType;

// Superblock of 256, 84 bytes; 16 sub-blocks of 16:
//   0  16 bytes: sub-block s has its scale in the low nibble of byte s, its minimum in the high one
//  16  64 bytes of q, in two halves of 32: byte l of half h holds the elements
//      128 h + 32 k + l, k from 0 to 3, in bits 2 k and 2 k + 1
//  80  f16 d
//  82  f16 dmin
// x = (d * scale) * q - dmin * minimum

/** 2 bits a weight, 4-bit scales and minimums. */
final class Q2_K extends CopiedBlocks {
  static final Q2_K FORMAT = new Q2_K();

  private Q2_K() {
    super(TensorType.Q2_K);
  }

  @Override
  void decode(byte[] blocks, int count, float[] out, int at) {
    for (int b = 0; b < count; b++) {
      int block = b * 84;
      float d = half(blocks, block + 80);
      float dmin = half(blocks, block + 82);
      for (int s = 0; s < 16; s++) {
        float scale = d * (blocks[block + s] & 15);
        float min = dmin * ((blocks[block + s] >> 4) & 15);
        int q = block + 16 + 32 * (s >> 3) + 16 * (s & 1);
        int shift = 2 * ((s >> 1) & 3);
        int x = at + b * 256 + 16 * s;
        for (int l = 0; l < 16; l++) {
          out[x + l] = scale * ((blocks[q + l] >> shift) & 3) - min;
        }
      }
    }
  }
}
