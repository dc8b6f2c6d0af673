package ai.realm.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Heads times a Hadamard matrix, which the test has by its definition: signs of common bits. */
class SpreadingTest {
  private static final int HEADS = 3;
  private static final int BEFORE = 5;

  private static float[] values(int count) {
    SplittableRandom random = new SplittableRandom(count);
    float[] x = new float[BEFORE + count + 1];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextDouble(-1, 1);
    }
    return x;
  }

  @ParameterizedTest
  @CsvSource({"64, 64", "128, 128", "96, 32", "80, 16", "6, 2", "576, 64"})
  void runsOfAHeadAreMultipliedByTheMatrix(int headDim, int run) {
    int count = HEADS * headDim;
    float[] x = values(count);
    float[] expected = x.clone();
    for (int at = BEFORE; at < BEFORE + count; at += run) {
      for (int row = 0; row < run; row++) {
        double sum = 0;
        for (int column = 0; column < run; column++) {
          sum += (Integer.bitCount(row & column) % 2 == 0 ? 1 : -1) * (double) x[at + column];
        }
        expected[at + row] = (float) (sum / Math.sqrt(run));
      }
    }
    float[] spread = x.clone();
    Spreading.spread(spread, BEFORE, count, headDim);
    assertArrayEquals(expected, spread, 1e-5f);
    assertEquals(x[BEFORE - 1], spread[BEFORE - 1]);
    assertEquals(x[BEFORE + count], spread[BEFORE + count]);
    Spreading.spread(spread, BEFORE, count, headDim);
    assertArrayEquals(x, spread, 1e-5f);
  }
}
