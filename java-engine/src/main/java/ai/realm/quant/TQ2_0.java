package ai.realm.quant;

import ai.realm.gguf.TensorType;

// Superblock of 256, 66 bytes:
//   0  64 bytes of q, in two halves of 32: byte l of half h holds the elements 128 h + 32 k + l, k
//      from 0 to 3, in bits 2 k and 2 k + 1
//  64  f16 d
// x = d * (q - 1)

/** Ternary weights in 2 bits each. */
final class TQ2_0 extends CopiedBlocks {
  static final TQ2_0 FORMAT = new TQ2_0();

  private TQ2_0() {
    super(TensorType.TQ2_0);
  }

  @Override
  void decode(byte[] blocks, int count, float[] out, int at) {
    for (int b = 0; b < count; b++) {
      int block = b * 66;
      float d = half(blocks, block + 64);
      for (int i = 0; i < 256; i++) {
        int q = blocks[block + 32 * (i / 128) + i % 32] >> 2 * (i / 32 % 4) & 3;
        out[at + b * 256 + i] = d * (q - 1);
      }
    }
  }
}
