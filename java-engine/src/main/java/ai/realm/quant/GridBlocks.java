package ai.realm.quant;

import ai.realm.gguf.TensorType;

/**
 * Superblocks of 256 weights whose values are chosen from a {@link Grid}, several at a time: {@code
 * x = d * (2s + 1) * VALUES[code]}, with a scale s for each 16 or 32 weights. A code is a weight's
 * bits of the grid and, above them, its sign; in IQ1 the sign of what is added.
 */
public abstract sealed class GridBlocks extends CopiedBlocks
    permits IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS, IQ3_S {
  private final byte[] values;
  private final int bytes;

  GridBlocks(TensorType type, byte[] values) {
    super(type);
    this.values = values;
    this.bytes = type.blockBytes();
  }

  /** What the codes stand for, times the scales. */
  public final byte[] values() {
    return values.clone();
  }

  /** The scale of the block at {@code at}, with the power of two that makes all values integers. */
  public abstract float d(byte[] blocks, int at);

  /** s of the 16 weights from 16 {@code run} on, 0 to 15. */
  public abstract int scale(byte[] blocks, int at, int run);

  /** The codes of the eight weights from 8 {@code g} on, a byte each, the first in the low byte. */
  public abstract long codes(byte[] blocks, int at, int g);

  @Override
  final void decode(byte[] blocks, int count, float[] out, int at) {
    for (int b = 0; b < count; b++) {
      float d = d(blocks, b * bytes);
      for (int g = 0; g < 32; g++) {
        float scale = d * (2 * scale(blocks, b * bytes, g / 2) + 1);
        long codes = codes(blocks, b * bytes, g);
        int x = at + b * 256 + 8 * g;
        for (int i = 0; i < 8; i++) {
          out[x + i] = scale * values[(int) (codes >>> 8 * i) & 15];
        }
      }
    }
  }

  /** Magnitudes and then, by the bit above those that choose one, the same below zero. */
  static byte[] signed(int... magnitudes) {
    byte[] values = new byte[2 * magnitudes.length];
    for (int i = 0; i < magnitudes.length; i++) {
      values[i] = (byte) magnitudes[i];
      values[magnitudes.length + i] = (byte) -magnitudes[i];
    }
    return values;
  }

  /** Eight bits, a byte each, the lowest first. */
  static long spread(int bits) {
    int low = (bits & 15) * 0x00204081 & 0x01010101;
    int high = (bits >>> 4 & 15) * 0x00204081 & 0x01010101;
    return low | (long) high << 32;
  }

  /** Eight signs, of which seven are stored: an even number of them are set. */
  static int evenSigns(int seven) {
    return seven | (Integer.bitCount(seven) & 1) << 7;
  }
}
