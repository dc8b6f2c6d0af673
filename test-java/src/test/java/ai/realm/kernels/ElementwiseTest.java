package ai.realm.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.realm.kernels.scalar.ScalarKernels;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What runs along a row: every provider's against the scalar one, and that against known values.
 */
@ParameterizedClass
@MethodSource("ai.realm.kernels.TestedKernels#withScalar")
class ElementwiseTest {
  private static final ElementwiseKernels SCALAR = new ScalarKernels();

  @Parameter(0)
  String provider;

  @Parameter(1)
  Kernels kernels;

  @Test
  void layerNormsEqualTheScalarOnes() {
    Random random = new Random(2);
    for (int n : new int[] {1, 3, 15, 16, 17, 64, 100, 577}) {
      float[] x = new float[n + 2];
      float[] weight = new float[n];
      float[] bias = new float[n];
      for (int i = 0; i < n; i++) {
        x[i + 2] = (float) random.nextGaussian() * 10 + 30;
        weight[i] = (float) random.nextGaussian();
        bias[i] = (float) random.nextGaussian();
      }
      float[] expected = new float[n + 1];
      float[] actual = new float[n + 1];
      SCALAR.layerNorm(x, 2, weight, bias, 1e-5f, expected, 1, n);
      kernels.layerNorm(x, 2, weight, bias, 1e-5f, actual, 1, n);
      for (int i = 0; i <= n; i++) {
        assertEquals(expected[i], actual[i], 2e-5, n + " values, value " + i);
      }
    }
  }

  /** The mean is 2, the variance 2. */
  @Test
  void aLayerNormIsThatOfItsFormula() {
    float[] x = {0, 1, 2, 3, 4};
    float[] out = new float[5];
    kernels.layerNorm(
        x, 0, new float[] {1, 1, 2, 1, 1}, new float[] {0, 0, 5, 0, 1}, 0.5f, out, 0, 5);
    double root = Math.sqrt(2.5);
    double[] expected = {-2 / root, -1 / root, 5, 1 / root, 2 / root + 1};
    for (int i = 0; i < 5; i++) {
      assertEquals(expected[i], out[i], 1e-6);
    }
  }

  /** The values are of mpmath, with 30 digits. */
  @Test
  void geluHasTheValuesOfItsFormulas() {
    float[] x = {-3, -1, 0, 0.5f, 1, 4, 10, -20};
    double[] tanh = {-0.00363739208, -0.158808009, 0, 0.345714010, 0.841191991, 3.99992975, 10, 0};
    double[] erf = {-0.00404969410, -0.158655254, 0, 0.345731231, 0.841344746, 3.99987332, 10, 0};
    float[] out = new float[x.length];
    kernels.gelu(x, 0, out, 0, x.length);
    for (int i = 0; i < x.length; i++) {
      assertEquals(tanh[i], out[i], 1e-6, "gelu " + x[i]);
    }
    kernels.geluErf(x, 0, out, 0, x.length);
    for (int i = 0; i < x.length; i++) {
      assertEquals(erf[i], out[i], 1e-6, "geluErf " + x[i]);
    }
  }

  @Test
  void gatesEqualTheScalarOnesFromEndToEnd() {
    float[] gate = new float[20003];
    float[] up = new float[gate.length];
    for (int i = 0; i < gate.length; i++) {
      gate[i] = (i - 10000) * 0.02f;
      up[i] = 1;
    }
    gate[20001] = 3e38f;
    gate[20002] = -3e38f;
    float[] expected = new float[gate.length];
    float[] actual = new float[gate.length];
    SCALAR.geglu(gate, 0, up, 0, expected, 0, gate.length);
    kernels.geglu(gate, 0, up, 0, actual, 0, gate.length);
    for (int i = 0; i < gate.length; i++) {
      // Of 1 + tanh(u) little is left below -3: there the formula itself rounds.
      double bound = 1e-6 * Math.abs(expected[i]) + 1e-6 * Math.exp(Math.min(0, gate[i]));
      assertEquals(expected[i], actual[i], bound, "gate " + gate[i]);
    }
  }

  /** g sigmoid(1.702 g) (u + 1); the values are of Python's math. */
  @Test
  void aClampedGateHasTheValuesOfItsFormula() {
    float[] gate = {0, 1, -1, 7, 9, -30, 2, 2, 2};
    float[] up = {1, 0, 1, 0.5f, 0.5f, 3, -1, 70, -70};
    double[] expected = {
      0,
      0.845795766,
      -0.308408468,
      10.4999297,
      10.4999297,
      -8.0187191e-21,
      0,
      15.485269,
      -11.6139517,
    };
    float[] out = new float[gate.length];
    kernels.clampedSwiglu(gate, 0, up, 0, out, 0, gate.length);
    for (int i = 0; i < gate.length; i++) {
      assertEquals(expected[i], out[i], 2e-6 * Math.abs(expected[i]), "gate " + gate[i]);
    }
  }

  @Test
  void clampedGatesEqualTheScalarOnesFromEndToEnd() {
    float[] gate = new float[20003];
    float[] up = new float[gate.length];
    for (int i = 0; i < gate.length; i++) {
      gate[i] = (i - 15000) * 0.004f;
      up[i] = (i % 101 - 50) * 0.2f;
    }
    gate[20001] = 3e38f;
    gate[20002] = -3e38f;
    up[20000] = 3e38f;
    up[19999] = -3e38f;
    float[] expected = new float[gate.length];
    float[] actual = new float[gate.length];
    SCALAR.clampedSwiglu(gate, 0, up, 0, expected, 0, gate.length);
    kernels.clampedSwiglu(gate, 0, up, 0, actual, 0, gate.length);
    for (int i = 0; i < gate.length; i++) {
      // The exponent rounds: of e^x as much as x has beyond its 24 bits.
      double bound = 1e-5 * Math.abs(expected[i]) + 1e-30;
      assertEquals(expected[i], actual[i], bound, "gate " + gate[i] + ", up " + up[i]);
    }
  }

  /** The mean is 2 and the deviation of a sample sqrt(20). */
  @Test
  void whatLiesFarAboveTheOthersIsLeft() {
    float[] x = {9, 0, 0, 10, 0, 0, 9};
    kernels.sparsify(x, 1, 5);
    float left = (float) (8 - 1.6448533535 * Math.sqrt(20));
    assertArrayEquals(new float[] {9, 0, 0, left, 0, 0, 9}, x, 1e-6f);
  }

  @Test
  void geluIsWhatAnOpenGateGives() {
    float[] x = new float[10007];
    float[] open = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = (i - 5000) * 0.004f;
      open[i] = 1;
    }
    float[] expected = new float[x.length];
    float[] actual = new float[x.length + 3];
    kernels.geglu(x, 0, open, 0, expected, 0, x.length);
    kernels.gelu(x, 0, actual, 3, x.length);
    for (int i = 0; i < x.length; i++) {
      assertEquals(expected[i], actual[3 + i], 1e-7 + 1e-6 * Math.abs(expected[i]), "gelu " + x[i]);
    }
  }

  @Test
  void capsEqualTheScalarOnes() {
    for (float cap : new float[] {1, 30, 50}) {
      float[] expected = new float[4001];
      for (int i = 0; i < expected.length; i++) {
        expected[i] = (i - 2000) * 0.2f;
      }
      expected[0] = -3e38f;
      expected[4000] = 3e38f;
      float[] actual = expected.clone();
      SCALAR.softcap(expected, 1, cap, 4000);
      kernels.softcap(actual, 1, cap, 4000);
      for (int i = 0; i < expected.length; i++) {
        assertEquals(expected[i], actual[i], 4e-7 * cap, "value " + i + ", cap " + cap);
      }
    }
  }
}
