package ai.realm.quant;

import ai.realm.gguf.TensorType;

// Superblock of 256, 110 bytes; 16 sub-blocks of 16:
//   0  32 bytes: bit k of byte l is the third bit of element 32 k + l
//  32  64 bytes of the low two bits, in two halves of 32: byte l of half h holds the elements
//      128 h + 32 k + l, k from 0 to 3, in bits 2 k and 2 k + 1
//  96  12 bytes of 6-bit scales: the low four bits of sub-block s in nibble s / 8 of byte s % 8,
//      the high two in bits 2 (s / 4) and on of byte 8 + s % 4
// 108  f16 d
// x = (d * (scale - 32)) * (q - 4)

/** 3 bits a weight, 6-bit scales. */
final class Q3_K extends CopiedBlocks {
  static final Q3_K FORMAT = new Q3_K();

  private Q3_K() {
    super(TensorType.Q3_K);
  }

  @Override
  void decode(byte[] blocks, int count, float[] out, int at) {
    for (int b = 0; b < count; b++) {
      int block = b * 110;
      float d = half(blocks, block + 108);
      for (int s = 0; s < 16; s++) {
        int low = (blocks[block + 96 + (s & 7)] >> (4 * (s >> 3))) & 15;
        int high = (blocks[block + 104 + (s & 3)] >> (2 * (s >> 2))) & 3;
        float scale = d * ((low | (high << 4)) - 32);
        int q = block + 32 + 32 * (s >> 3) + 16 * (s & 1);
        int shift = 2 * ((s >> 1) & 3);
        int third = block + 16 * (s & 1);
        int bit = s >> 1;
        int x = at + b * 256 + 16 * s;
        for (int l = 0; l < 16; l++) {
          int value = ((blocks[q + l] >> shift) & 3) | (((blocks[third + l] >> bit) & 1) << 2);
          out[x + l] = scale * (value - 4);
        }
      }
    }
  }
}
