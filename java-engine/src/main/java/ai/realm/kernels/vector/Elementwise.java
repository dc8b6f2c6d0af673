package ai.realm.kernels.vector;

import static ai.realm.kernels.vector.Lanes.COUNT;
import static ai.realm.kernels.vector.Lanes.F;
import static jdk.incubator.vector.VectorOperators.MAX;

import ai.realm.kernels.Activations;
import jdk.incubator.vector.FloatVector;

/**
 * What runs along one row of values; {@link Exponential} has the loops with {@code e^x}. A method
 * is called on a vector of the same step, never on one that a loop carries: of that the compiler
 * does not know the type before it has seen many calls, and calls on it would have their vectors in
 * memory.
 */
final class Elementwise {
  private Elementwise() {}

  /** Fills {@code x.sums()}. */
  static void sums(Activations x) {
    float[] values = x.values();
    float[] sums = x.sums();
    for (int t = 0, run = 0; t < x.tokens(); t++) {
      run = sums(values, t * x.columns(), (t + 1) * x.columns(), sums, run);
    }
  }

  /**
   * Those of the values {@code [first, last)}, from {@code run} on; returns where the next ones go.
   */
  private static int sums(float[] values, int first, int last, float[] sums, int firstRun) {
    int run = firstRun;
    for (int i = first; i < last; run++) {
      int end = Math.min(i + Activations.SUM_RUN, last);
      float s0 = 0;
      float s1 = 0;
      float s2 = 0;
      float s3 = 0;
      for (; i + 4 <= end; i += 4) {
        s0 += values[i];
        s1 += values[i + 1];
        s2 += values[i + 2];
        s3 += values[i + 3];
      }
      for (; i < end; i++) {
        s0 += values[i];
      }
      sums[run] = s0 + s1 + (s2 + s3);
    }
    return run;
  }

  /**
   * Root mean square norm; see {@link ai.realm.kernels.ElementwiseKernels#rmsNorm}.
   *
   * @param scratch room for a vector
   */
  static void rmsNorm(
      float[] x,
      int at,
      float[] weight,
      float epsilon,
      float[] out,
      int outAt,
      int n,
      float[] scratch) {
    FloatVector squares = FloatVector.zero(F);
    int i = 0;
    for (; i + COUNT <= n; i += COUNT) {
      FloatVector v = FloatVector.fromArray(F, x, at + i);
      squares = v.fma(v, squares);
    }
    squares.intoArray(scratch, 0);
    float sum = Lanes.sum(scratch);
    for (; i < n; i++) {
      sum += x[at + i] * x[at + i];
    }
    float scale = (float) (1 / Math.sqrt(sum / n + epsilon));
    for (i = 0; i + COUNT <= n; i += COUNT) {
      FloatVector.fromArray(F, x, at + i)
          .mul(scale)
          .mul(FloatVector.fromArray(F, weight, i))
          .intoArray(out, outAt + i);
    }
    for (; i < n; i++) {
      out[outAt + i] = x[at + i] * scale * weight[i];
    }
  }

  /**
   * Layer norm; see {@link ai.realm.kernels.ElementwiseKernels#layerNorm}.
   *
   * @param scratch room for a vector
   */
  static void layerNorm(
      float[] x,
      int at,
      float[] weight,
      float[] bias,
      float epsilon,
      float[] out,
      int outAt,
      int n,
      float[] scratch) {
    FloatVector total = FloatVector.zero(F);
    int i = 0;
    for (; i + COUNT <= n; i += COUNT) {
      total = FloatVector.fromArray(F, x, at + i).add(total);
    }
    total.intoArray(scratch, 0);
    float sum = Lanes.sum(scratch);
    for (; i < n; i++) {
      sum += x[at + i];
    }
    float mean = sum / n;
    FloatVector squares = FloatVector.zero(F);
    for (i = 0; i + COUNT <= n; i += COUNT) {
      FloatVector v = FloatVector.fromArray(F, x, at + i).sub(mean);
      squares = v.fma(v, squares);
    }
    squares.intoArray(scratch, 0);
    sum = Lanes.sum(scratch);
    for (; i < n; i++) {
      sum += (x[at + i] - mean) * (x[at + i] - mean);
    }
    float scale = (float) (1 / Math.sqrt(sum / n + epsilon));
    for (i = 0; i + COUNT <= n; i += COUNT) {
      FloatVector.fromArray(F, x, at + i)
          .sub(mean)
          .mul(scale)
          .fma(FloatVector.fromArray(F, weight, i), FloatVector.fromArray(F, bias, i))
          .intoArray(out, outAt + i);
    }
    for (; i < n; i++) {
      out[outAt + i] = (x[at + i] - mean) * scale * weight[i] + bias[i];
    }
  }

  /** {@code x[at + i] += y[yAt + i]}. */
  static void add(float[] x, int at, float[] y, int yAt, int n) {
    int i = 0;
    for (; i + COUNT <= n; i += COUNT) {
      FloatVector.fromArray(F, x, at + i)
          .add(FloatVector.fromArray(F, y, yAt + i))
          .intoArray(x, at + i);
    }
    for (; i < n; i++) {
      x[at + i] += y[yAt + i];
    }
  }

  /**
   * The largest of {@code n} values.
   *
   * @param scratch room for a vector
   */
  static float maximum(float[] x, int at, int n, float[] scratch) {
    FloatVector m = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
    int i = 0;
    for (; i + COUNT <= n; i += COUNT) {
      m = FloatVector.fromArray(F, x, at + i).lanewise(MAX, m);
    }
    m.intoArray(scratch, 0);
    float max = Float.NEGATIVE_INFINITY;
    for (int lane = 0; lane < COUNT; lane++) {
      max = Math.max(max, scratch[lane]);
    }
    for (; i < n; i++) {
      max = Math.max(max, x[at + i]);
    }
    return max;
  }

  /** {@code out[to + i] = x[at + i] * by}; {@code out} may be {@code x}. */
  static void scale(float[] x, int at, float by, float[] out, int to, int n) {
    int i = 0;
    for (; i + COUNT <= n; i += COUNT) {
      FloatVector.fromArray(F, x, at + i).mul(by).intoArray(out, to + i);
    }
    for (; i < n; i++) {
      out[to + i] = x[at + i] * by;
    }
  }
}
