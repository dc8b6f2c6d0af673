package ai.realm.quant;

import ai.realm.gguf.TensorType;

// Superblock of 256, 210 bytes; 16 sub-blocks of 16. Element 128 h + 32 k + l, for half h and
// quarter k of it, has
//   0  128 bytes: its low four bits in nibble k / 2 of byte 64 h + 32 (k % 2) + l
// 128   64 bytes: its high two bits in bits 2 k and 2 k + 1 of byte 32 h + l
// 192   16 signed bytes: the scales of the sub-blocks
// 208  f16 d
// x = (d * scale) * (q - 32)

/** 6 bits a weight, 8-bit scales. */
final class Q6_K extends CopiedBlocks {
  static final Q6_K FORMAT = new Q6_K();

  private Q6_K() {
    super(TensorType.Q6_K);
  }

  @Override
  void decode(byte[] blocks, int count, float[] out, int at) {
    for (int b = 0; b < count; b++) {
      int block = b * 210;
      float d = half(blocks, block + 208);
      for (int s = 0; s < 16; s++) {
        int h = s >> 3;
        int k = (s >> 1) & 3;
        int i = s & 1;
        float scale = d * blocks[block + 192 + s];
        int low = block + 64 * h + 32 * (k & 1) + 16 * i;
        int lowShift = 4 * (k >> 1);
        int high = block + 128 + 32 * h + 16 * i;
        int highShift = 2 * k;
        int x = at + b * 256 + 16 * s;
        for (int l = 0; l < 16; l++) {
          int value =
              ((blocks[low + l] >> lowShift) & 15) | (((blocks[high + l] >> highShift) & 3) << 4);
          out[x + l] = scale * (value - 32);
        }
      }
    }
  }
}
