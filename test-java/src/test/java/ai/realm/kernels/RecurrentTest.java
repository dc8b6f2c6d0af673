package ai.realm.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.realm.kernels.scalar.ScalarKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What recurrent layers compute: every provider's against the scalar one, and that against known
 * values.
 */
@ParameterizedClass
@MethodSource("ai.realm.kernels.TestedKernels#withScalar")
class RecurrentTest {
  private static final RecurrentKernels SCALAR = new ScalarKernels();

  @Parameter(0)
  String provider;

  @Parameter(1)
  Kernels kernels;

  private static float[] random(Random random, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Test
  void aConvolutionIsThatOfItsFormula() {
    float[] x = {9, 1, 2, 3, 4, 5, 6}; // three rows of two channels
    float[] weights = {1, 10, 2, 20, 3, 30};
    float[] y = new float[3];
    kernels.convolve(x, 1, weights, new float[] {0.5f, 0}, y, 1);
    assertArrayEquals(new float[] {0, 0.5f + 1 + 6 + 15, 20 + 80 + 180}, y);
  }

  @Test
  void convolutionsEqualTheScalarOnes() {
    Random random = new Random(1);
    for (int channels : new int[] {1, 3, 8, 17, 64, 100, 577}) {
      for (int taps : new int[] {1, 2, 3, 4, 7}) {
        float[] x = random(random, taps * channels + 3);
        float[] weights = random(random, taps * channels);
        float[] bias = random(random, channels);
        float[] expected = new float[channels + 1];
        float[] actual = new float[channels + 1];
        SCALAR.convolve(x, 3, weights, bias, expected, 1);
        kernels.convolve(x, 3, weights, bias, actual, 1);
        assertArrayEquals(expected, actual, 1e-5f, taps + " taps, " + channels + " channels");
      }
    }
  }

  /** S = 0.5 S + 2 x b^T of S = ((1, 2), (3, 4)), and y = S c. */
  @Test
  void aStepThroughAStateSpaceIsThatOfItsFormula() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment before = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 0, 1, 2, 3, 4);
      MemorySegment after = arena.allocate(before.byteSize());
      float[] y = new float[3];
      float[] bc = {0, 5, 6, -1, 1};
      kernels.stateSpaceStep(
          before, after, 4, 0.5f, 2, new float[] {0, 1, 10}, 1, 2, bc, 1, 3, 2, y, 1);
      assertArrayEquals(
          new float[] {0, 10.5f, 13, 101.5f, 122}, after.toArray(ValueLayout.JAVA_FLOAT));
      assertArrayEquals(new float[] {0, 2.5f, 20.5f}, y);
      assertArrayEquals(new float[] {0, 1, 2, 3, 4}, before.toArray(ValueLayout.JAVA_FLOAT));
    }
  }

  @Test
  void manyStepsThroughAStateSpaceEqualTheScalarOnes() {
    Random random = new Random(2);
    for (int xs : new int[] {1, 5, 64}) {
      for (int bs : new int[] {1, 7, 16, 33, 128}) {
        try (Arena arena = Arena.ofConfined()) {
          MemorySegment expected = arena.allocate(4L * xs * bs + 4);
          MemorySegment actual = arena.allocate(4L * xs * bs + 4);
          for (int step = 0; step < 20; step++) {
            float decay = random.nextFloat();
            float dt = step == 7 ? 1e-30f : random.nextFloat();
            float[] x = random(random, xs);
            float[] bc = random(random, 2 * bs);
            float[] y = new float[xs];
            float[] z = new float[xs];
            SCALAR.stateSpaceStep(expected, expected, 4, decay, dt, x, 0, xs, bc, 0, bs, bs, y, 0);
            kernels.stateSpaceStep(actual, actual, 4, decay, dt, x, 0, xs, bc, 0, bs, bs, z, 0);
            assertArrayEquals(y, z, 1e-4f, xs + " by " + bs);
          }
          float[] state = expected.toArray(ValueLayout.JAVA_FLOAT);
          assertArrayEquals(state, actual.toArray(ValueLayout.JAVA_FLOAT), 1e-5f);
          assertEquals(0, state[0]);
        }
      }
    }
  }

  /** S = 0.5 S, S = S + 0.5 (v - S k) k^T of S = ((2, 4), (6, 8)), and y = S q. */
  @Test
  void aStepThroughADeltaNetIsThatOfItsFormula() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment before = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 0, 2, 4, 6, 8);
      MemorySegment after = arena.allocate(before.byteSize());
      float[] y = new float[3];
      float[] qk = {0, 1, 10, 1, -1};
      kernels.deltaStep(
          before, after, 4, 0.5f, 0.5f, new float[] {0, 3, 1}, 1, 2, qk, 1, 3, 2, y, 1);
      assertArrayEquals(new float[] {0, 3, 0, 4, 3}, after.toArray(ValueLayout.JAVA_FLOAT));
      assertArrayEquals(new float[] {0, 3, 34}, y);
      assertArrayEquals(new float[] {0, 2, 4, 6, 8}, before.toArray(ValueLayout.JAVA_FLOAT));
    }
  }

  @Test
  void manyStepsThroughADeltaNetEqualTheScalarOnes() {
    Random random = new Random(3);
    for (int vs : new int[] {1, 5, 64}) {
      for (int ks : new int[] {1, 7, 16, 33, 128}) {
        try (Arena arena = Arena.ofConfined()) {
          MemorySegment expected = arena.allocate(4L * vs * ks + 4);
          MemorySegment actual = arena.allocate(4L * vs * ks + 4);
          for (int step = 0; step < 20; step++) {
            float decay = step == 11 ? 1e-30f : random.nextFloat();
            float beta = step == 7 ? 0 : random.nextFloat();
            float[] v = random(random, vs);
            float[] qk = random(random, 2 * ks);
            for (int i = 0; i < qk.length; i++) {
              qk[i] /= (float) Math.sqrt(ks);
            }
            float[] y = new float[vs];
            float[] z = new float[vs];
            SCALAR.deltaStep(expected, expected, 4, decay, beta, v, 0, vs, qk, 0, ks, ks, y, 0);
            kernels.deltaStep(actual, actual, 4, decay, beta, v, 0, vs, qk, 0, ks, ks, z, 0);
            assertArrayEquals(y, z, 1e-5f, vs + " by " + ks);
          }
          float[] state = expected.toArray(ValueLayout.JAVA_FLOAT);
          assertArrayEquals(state, actual.toArray(ValueLayout.JAVA_FLOAT), 1e-5f);
          assertEquals(0, state[0]);
        }
      }
    }
  }
}
