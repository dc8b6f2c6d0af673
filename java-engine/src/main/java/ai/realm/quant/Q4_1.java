package ai.realm.quant;

import ai.realm.gguf.TensorType;

// Block of 32, 20 bytes:
//   0  f16 d
//   2  f16 m
//   4  16 bytes: element j in the low nibble of byte j, element j + 16 in the high one
// x = d * q + m

/** 4 bits a weight, one scale and one minimum a block. */
final class Q4_1 extends CopiedBlocks {
  static final Q4_1 FORMAT = new Q4_1();

  private Q4_1() {
    super(TensorType.Q4_1);
  }

  @Override
  void decode(byte[] blocks, int count, float[] out, int at) {
    for (int b = 0; b < count; b++) {
      int block = b * 20;
      int x = at + b * 32;
      float d = half(blocks, block);
      float m = half(blocks, block + 2);
      for (int j = 0; j < 16; j++) {
        out[x + j] = d * (blocks[block + 4 + j] & 15) + m;
      }
      for (int j = 0; j < 16; j++) {
        out[x + 16 + j] = d * ((blocks[block + 4 + j] >> 4) & 15) + m;
      }
    }
  }
}
