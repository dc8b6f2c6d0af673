package ai.realm.quant;

import ai.realm.gguf.TensorType;

// Block of 64, 36 bytes; 4 sub-blocks of 16:
//   0  4 bytes: the scale of each sub-block, UE4M3
//   4  8 bytes a sub-block: element j in the low nibble of byte j, element j + 8 in the high one
// x = scale / 2 * VALUES[q], with the doubled values of MXFP4

/** 4-bit floats with an 8-bit float for each 16 (NVIDIA's NVFP4). */
public final class NVFP4 extends CopiedBlocks {
  static final NVFP4 FORMAT = new NVFP4();

  private NVFP4() {
    super(TensorType.NVFP4);
  }

  /**
   * Half of a UE4M3: four bits of exponent with a bias of 7, three of fraction, and one that says
   * nothing. The format's NaN, 127, is 0, as in ggml. An f16 holds any of them exactly.
   */
  public static float scale(byte bits) {
    if (bits == 127) {
      return 0;
    }
    int exponent = bits >> 3 & 15;
    int fraction = bits & 7;
    return exponent == 0
        ? Math.scalb((float) fraction, -10)
        : Math.scalb(8f + fraction, exponent - 11);
  }

  @Override
  void decode(byte[] blocks, int count, float[] out, int at) {
    byte[] values = MXFP4.values();
    for (int b = 0; b < count; b++) {
      for (int s = 0; s < 4; s++) {
        int q = b * 36 + 4 + 8 * s;
        int x = at + b * 64 + 16 * s;
        float scale = scale(blocks[b * 36 + s]);
        for (int j = 0; j < 8; j++) {
          out[x + j] = scale * values[blocks[q + j] & 15];
          out[x + 8 + j] = scale * values[blocks[q + j] >> 4 & 15];
        }
      }
    }
  }
}
