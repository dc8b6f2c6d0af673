package ai.realm.quant;

import ai.realm.gguf.TensorType;

// Block of 32, 22 bytes:
//   0  f16 d
//   2  u32: bit j is the fifth bit of element j
//   6  16 bytes: the low four bits of element j in the low nibble of byte j, those of element
//      j + 16 in the high one
// x = d * (q - 16)

/** 5 bits a weight, one scale a block. */
final class Q5_0 extends CopiedBlocks {
  static final Q5_0 FORMAT = new Q5_0();

  private Q5_0() {
    super(TensorType.Q5_0);
  }

  @Override
  void decode(byte[] blocks, int count, float[] out, int at) {
    for (int b = 0; b < count; b++) {
      int block = b * 22;
      int x = at + b * 32;
      float d = half(blocks, block);
      int fifth = word(blocks, block + 2);
      for (int j = 0; j < 16; j++) {
        int q = (blocks[block + 6 + j] & 15) | (((fifth >> j) & 1) << 4);
        out[x + j] = d * (q - 16);
      }
      for (int j = 0; j < 16; j++) {
        int q = ((blocks[block + 6 + j] >> 4) & 15) | (((fifth >> (j + 16)) & 1) << 4);
        out[x + 16 + j] = d * (q - 16);
      }
    }
  }
}
