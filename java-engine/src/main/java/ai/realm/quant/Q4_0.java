package ai.realm.quant;

import ai.realm.gguf.TensorType;

// Block of 32, 18 bytes:
//   0  f16 d
//   2  16 bytes: element j in the low nibble of byte j, element j + 16 in the high one
// x = d * (q - 8)

/** 4 bits a weight, one scale a block. */
final class Q4_0 extends CopiedBlocks {
  static final Q4_0 FORMAT = new Q4_0();

  private Q4_0() {
    super(TensorType.Q4_0);
  }

  @Override
  void decode(byte[] blocks, int count, float[] out, int at) {
    for (int b = 0; b < count; b++) {
      int block = b * 18;
      int x = at + b * 32;
      float d = half(blocks, block);
      for (int j = 0; j < 16; j++) {
        out[x + j] = d * ((blocks[block + 2 + j] & 15) - 8);
      }
      for (int j = 0; j < 16; j++) {
        out[x + 16 + j] = d * (((blocks[block + 2 + j] >> 4) & 15) - 8);
      }
    }
  }
}
