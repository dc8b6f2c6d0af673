package ai.realm.quant;

import ai.realm.gguf.TensorType;

// Block of 32, 34 bytes:
//   0  f16 d
//   2  32 signed bytes q
// x = d * q

/** 8 bits a weight, one scale a block. */
final class Q8_0 extends CopiedBlocks {
  static final Q8_0 FORMAT = new Q8_0();

  private Q8_0() {
    super(TensorType.Q8_0);
  }

  @Override
  void decode(byte[] blocks, int count, float[] out, int at) {
    for (int b = 0; b < count; b++) {
      int block = b * 34;
      int x = at + b * 32;
      float d = half(blocks, block);
      for (int j = 0; j < 32; j++) {
        out[x + j] = d * blocks[block + 2 + j];
      }
    }
  }
}
