package ai.realm.quant;

import ai.realm.gguf.TensorType;

// Block of 32, 18 bytes:
//   0  f16 d
//   2  16 bytes: element j in the low nibble of byte j, element j + 16 in the high one
// x = d * VALUES[q]

/** 4 bits a weight that choose one of 16 values, closer to each other near zero. */
public final class IQ4_NL extends CopiedBlocks {
  static final IQ4_NL FORMAT = new IQ4_NL();

  /** What the nibbles stand for: ggml's {@code kvalues_iq4nl}. */
  private static final byte[] VALUES = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };

  private IQ4_NL() {
    super(TensorType.IQ4_NL);
  }

  /** What the 16 nibbles stand for, in this format and in IQ4_XS, times the scale. */
  public static byte[] values() {
    return VALUES.clone();
  }

  @Override
  void decode(byte[] blocks, int count, float[] out, int at) {
    for (int b = 0; b < count; b++) {
      int block = b * 18;
      nibbles(blocks, block + 2, VALUES, half(blocks, block), out, at + b * 32);
    }
  }
}
