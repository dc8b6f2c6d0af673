package ai.realm.kernels.vector;

import static ai.realm.kernels.vector.Lanes.COUNT;
import static ai.realm.kernels.vector.Lanes.F;

import jdk.incubator.vector.FloatVector;

/**
 * One token's activations as {@link RoundedProduct} takes them: integers {@code a} with a scale for
 * each 32 columns, {@code x = scale * a}, multiplied by nibbles in lanes of 16 bits.
 *
 * <p>A lane takes every other column of the 32, and what it sums is {@code (nibble - 8) * a}. The
 * scale makes the magnitudes of its 16 integers 4095 together at most, so that no sum exceeds 16
 * bits whatever the weights are; an integer has 10 bits or so then. As all else is computed modulo
 * 2^16, sums may pass these bounds on the way.
 *
 * <p>That also spares the masks. A lane of a word, {@code v}, holds the nibbles of four of its
 * columns, and nibble p is {@code (v >> 4p) - 16 * (v >> 4p + 4)}. The sum of {@code nibble * a} is
 * therefore that of {@code (v >> 4p) * (a[p] - 16 * a[p - 1])}, and these factors are what is kept.
 */
final class RoundedActivations {
  /** Columns with a scale of their own. */
  static final int BLOCK = 32;

  /**
   * Words of a block. The first 16 are the factors: word 4w + p has those of the columns 8w + 2p,
   * in its low half, and 8w + 2p + 1.
   */
  static final int WORDS = 24;

  /** A word with what the lanes start from: -8 times the sum of each one's integers. */
  static final int START = 16;

  /** What centred sums of a row lack: 8 times the sum of all integers. */
  static final int OFFSET = 17;

  /** The scale, as f32. */
  static final int SCALE = 18;

  /** The scale times the sum of all integers, as f32. */
  static final int SUM = 19;

  /** Two words, as {@link #START}, for the first 16 columns and for the others. */
  static final int HALF_STARTS = 20;

  /** Two words, -24 times the sum of these 16 integers: with nibbles centred, and bytes to be. */
  static final int HALF_OFFSETS = 22;

  /** A lane's 16 integers sum up to this at most, of which rounding may take half a unit each. */
  private static final float MOST = 4095 - 8;

  /** Below it the inverse of a scale may be infinite. */
  private static final float LEAST = 0x1p-110f;

  /** What rounds a float of up to 22 bits to an integer in its low bits. */
  private static final float ROUNDING = 0x1.8p23f;

  private static final int ROUNDING_BITS = Float.floatToRawIntBits(ROUNDING);

  private RoundedActivations() {}

  /** Words for so many columns. */
  static int words(int columns) {
    return columns / BLOCK * WORDS;
  }

  /**
   * Rounds the values {@code [first, last)}, whole blocks, to their words. Where they cannot be
   * rounded, being no finite numbers, too large or too small, the scale is none, and so is every
   * product with it.
   */
  static void round(float[] values, int first, int last, int[] words) {
    float[] lanes = new float[COUNT];
    int[] integers = new int[BLOCK];
    for (int k = first, at = words(first); k < last; k += BLOCK, at += WORDS) {
      float most = magnitudes(values, k, lanes);
      float scale = most == 0 || most >= LEAST ? most / MOST : Float.NaN;
      float inverse = most > 0 ? MOST / most : 0;
      for (int i = 0; i < BLOCK; i += COUNT) {
        FloatVector.fromArray(F, values, k + i)
            .mul(inverse)
            .add(ROUNDING)
            .reinterpretAsInts()
            .sub(ROUNDING_BITS)
            .intoArray(integers, i);
      }
      block(integers, scale, words, at);
    }
  }

  /** The greater of the two sums of the magnitudes of every other value. */
  private static float magnitudes(float[] values, int from, float[] lanes) {
    FloatVector sums = FloatVector.zero(F);
    for (int i = 0; i < BLOCK; i += COUNT) {
      sums = FloatVector.fromArray(F, values, from + i).abs().add(sums);
    }
    sums.intoArray(lanes, 0);
    float even = 0;
    float odd = 0;
    for (int i = 0; i < COUNT; i += 2) {
      even += lanes[i];
      odd += lanes[i + 1];
    }
    return Math.max(even, odd);
  }

  private static void block(int[] integers, float scale, int[] words, int at) {
    int start = 0;
    int sum = 0;
    for (int half = 0; half < 2; half++) {
      int even = 0;
      int odd = 0;
      for (int word = 0; word < 8; word++) {
        int i = 16 * half + 2 * word;
        boolean first = word % 4 == 0;
        int low = integers[i] - (first ? 0 : 16 * integers[i - 2]);
        int high = integers[i + 1] - (first ? 0 : 16 * integers[i - 1]);
        words[at + 8 * half + word] = pair(low, high);
        even += integers[i];
        odd += integers[i + 1];
      }
      words[at + HALF_STARTS + half] = pair(-8 * even, -8 * odd);
      words[at + HALF_OFFSETS + half] = -24 * (even + odd);
      start = pair(start - 8 * even, (start >> 16) - 8 * odd);
      sum += even + odd;
    }
    words[at + START] = start;
    words[at + OFFSET] = 8 * sum;
    words[at + SCALE] = Float.floatToRawIntBits(scale);
    words[at + SUM] = Float.floatToRawIntBits(scale * sum);
  }

  /** Two numbers in the halves of a word, modulo 2^16. */
  private static int pair(int low, int high) {
    return low & 0xFFFF | high << 16;
  }
}
