package ai.realm.kernels.vector;

import static ai.realm.kernels.vector.RoundedActivations.BLOCK;
import static ai.realm.kernels.vector.RoundedActivations.HALF_OFFSETS;
import static ai.realm.kernels.vector.RoundedActivations.HALF_STARTS;
import static ai.realm.kernels.vector.RoundedActivations.OFFSET;
import static ai.realm.kernels.vector.RoundedActivations.SCALE;
import static ai.realm.kernels.vector.RoundedActivations.START;
import static ai.realm.kernels.vector.RoundedActivations.SUM;
import static ai.realm.kernels.vector.RoundedActivations.WORDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the products of 16 bits rely on: that none of their sums overflows. */
class RoundedActivationsTest {
  private static int[] round(float[] values) {
    int[] words = new int[RoundedActivations.words(values.length)];
    RoundedActivations.round(values, 0, values.length, words);
    return words;
  }

  private static float scale(int[] words, int block) {
    return Float.intBitsToFloat(words[block * WORDS + SCALE]);
  }

  /** The integers of a block, column by column, from the factors that are kept of them. */
  private static int[] integers(int[] words, int block) {
    int[] integers = new int[BLOCK];
    for (int i = 0; i < BLOCK; i++) {
      int word = words[block * WORDS + i / 2];
      int factor = i % 2 == 0 ? word : word >> 16;
      int before = i % 8 < 2 ? 0 : integers[i - 2];
      integers[i] = (short) (factor + 16 * before);
    }
    return integers;
  }

  private static int sum(int[] integers, int from, int end, int step) {
    int sum = 0;
    for (int i = from; i < end; i += step) {
      sum += integers[i];
    }
    return sum;
  }

  private static void assertPair(int low, int high, int word) {
    assertEquals((short) low, (short) word);
    assertEquals((short) high, (short) (word >> 16));
  }

  /** From values that are all as large to one that is far above all others. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 9, 27})
  void whatALaneSumsStaysBelowTheBoundAndTheErrorBelowHalfAUnit(int power) {
    Random random = new Random(power);
    float[] values = new float[100 * BLOCK];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (Math.pow(random.nextDouble(), power) * (random.nextBoolean() ? 1 : -1));
    }
    int[] words = round(values);
    for (int block = 0; block < 100; block++) {
      int[] a = integers(words, block);
      int[] magnitudes = Arrays.stream(a).map(Math::abs).toArray();
      int most = Math.max(sum(magnitudes, 0, BLOCK, 2), sum(magnitudes, 1, BLOCK, 2));
      assertTrue(most <= 4095 && most >= 4079, "magnitudes sum up to " + most);
      float scale = scale(words, block);
      for (int i = 0; i < BLOCK; i++) {
        assertEquals(values[block * BLOCK + i], scale * a[i], scale * 0.501);
      }
      int at = block * WORDS;
      assertPair(-8 * sum(a, 0, 32, 2), -8 * sum(a, 1, 32, 2), words[at + START]);
      assertPair(-8 * sum(a, 0, 16, 2), -8 * sum(a, 1, 16, 2), words[at + HALF_STARTS]);
      assertPair(-8 * sum(a, 16, 32, 2), -8 * sum(a, 17, 32, 2), words[at + HALF_STARTS + 1]);
      assertEquals(8 * sum(a, 0, 32, 1), words[at + OFFSET]);
      assertEquals(-24 * sum(a, 0, 16, 1), words[at + HALF_OFFSETS]);
      assertEquals(-24 * sum(a, 16, 32, 1), words[at + HALF_OFFSETS + 1]);
      assertEquals(scale * sum(a, 0, 32, 1), Float.intBitsToFloat(words[at + SUM]));
    }
  }

  @Test
  void zerosAreZeros() {
    int[] words = round(new float[BLOCK]);
    assertEquals(0, scale(words, 0));
    assertTrue(Arrays.stream(integers(words, 0)).allMatch(a -> a == 0));
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.MAX_VALUE, 0x1p-120f, 0x1p-140f})
  void whatCannotBeRoundedSpoilsItsBlockAlone(float value) {
    float[] values = new float[3 * BLOCK];
    Arrays.fill(values, BLOCK, 2 * BLOCK, value);
    int[] words = round(values);
    assertTrue(!Float.isFinite(scale(words, 1)), "the scale is " + scale(words, 1));
    assertEquals(0, scale(words, 0));
    assertEquals(0, scale(words, 2));
  }
}
