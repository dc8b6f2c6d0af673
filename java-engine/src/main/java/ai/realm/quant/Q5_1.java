package ai.realm.quant;

import ai.realm.gguf.TensorType;

// Block of 32, 24 bytes:
//   0  f16 d
//   2  f16 m
//   4  u32: bit j is the fifth bit of element j
//   8  16 bytes: the low four bits of element j in the low nibble of byte j, those of element
//      j + 16 in the high one
// x = d * q + m

/** 5 bits a weight, one scale and one minimum a block. */
final class Q5_1 extends CopiedBlocks {
  static final Q5_1 FORMAT = new Q5_1();

  private Q5_1() {
    super(TensorType.Q5_1);
  }

  @Override
  void decode(byte[] blocks, int count, float[] out, int at) {
    for (int b = 0; b < count; b++) {
      int block = b * 24;
      int x = at + b * 32;
      float d = half(blocks, block);
      float m = half(blocks, block + 2);
      int fifth = word(blocks, block + 4);
      for (int j = 0; j < 16; j++) {
        int q = (blocks[block + 8 + j] & 15) | (((fifth >> j) & 1) << 4);
        out[x + j] = d * q + m;
      }
      for (int j = 0; j < 16; j++) {
        int q = ((blocks[block + 8 + j] >> 4) & 15) | (((fifth >> (j + 16)) & 1) << 4);
        out[x + 16 + j] = d * q + m;
      }
    }
  }
}
