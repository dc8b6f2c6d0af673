package ai.realm.quant;

import ai.realm.gguf.TensorType;

// Superblock of 256, 292 bytes:
//   0  f32 d
//   4  256 signed bytes q
// 260  16 i16: sums of 16 q each, which only dot products use
// x = d * q

/** 8 bits a weight, an f32 scale: ggml's format of activations beside the other K formats. */
final class Q8_K extends CopiedBlocks {
  static final Q8_K FORMAT = new Q8_K();

  private Q8_K() {
    super(TensorType.Q8_K);
  }

  @Override
  void decode(byte[] blocks, int count, float[] out, int at) {
    for (int b = 0; b < count; b++) {
      int block = b * 292;
      int x = at + b * 256;
      float d = Float.intBitsToFloat(word(blocks, block));
      for (int j = 0; j < 256; j++) {
        out[x + j] = d * blocks[block + 4 + j];
      }
    }
  }
}
