package ai.realm.kernels.vector;

import static ai.realm.kernels.vector.Lanes.COUNT;
import static ai.realm.kernels.vector.Lanes.F;
import static ai.realm.kernels.vector.Lanes.LE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** What recurrent layers compute token by token; see {@link ai.realm.kernels.RecurrentKernels}. */
final class Recurrent {
  private Recurrent() {}

  /** {@code y[c] = bias[c] + sum_i weights[i][c] * x[i][c]}. */
  static void convolve(float[] x, int at, float[] weights, float[] bias, float[] y, int yAt) {
    int channels = bias.length;
    int c = 0;
    for (; c + COUNT <= channels; c += COUNT) {
      FloatVector sum = FloatVector.fromArray(F, bias, c);
      for (int i = c; i < weights.length; i += channels) {
        sum = FloatVector.fromArray(F, weights, i).fma(FloatVector.fromArray(F, x, at + i), sum);
      }
      sum.intoArray(y, yAt + c);
    }
    for (; c < channels; c++) {
      float sum = bias[c];
      for (int i = c; i < weights.length; i += channels) {
        sum += weights[i] * x[at + i];
      }
      y[yAt + c] = sum;
    }
  }

  /**
   * {@code S = decay * S + (dt * x) b^T} and {@code y = S c}.
   *
   * @param scratch room for a vector
   */
  static void stateSpaceStep(
      MemorySegment before,
      MemorySegment after,
      long offset,
      float decay,
      float dt,
      float[] x,
      int xAt,
      int xs,
      float[] bc,
      int bAt,
      int cAt,
      int bs,
      float[] y,
      int yAt,
      float[] scratch) {
    long at = offset;
    for (int p = 0; p < xs; p++) {
      float in = dt * x[xAt + p];
      FloatVector sums = FloatVector.zero(F);
      int n = 0;
      for (; n + COUNT <= bs; n += COUNT, at += (long) COUNT * Float.BYTES) {
        FloatVector state =
            FloatVector.fromMemorySegment(F, before, at, LE)
                .mul(decay)
                .add(FloatVector.fromArray(F, bc, bAt + n).mul(in));
        state.intoMemorySegment(after, at, LE);
        sums = state.fma(FloatVector.fromArray(F, bc, cAt + n), sums);
      }
      sums.intoArray(scratch, 0);
      float sum = Lanes.sum(scratch);
      for (; n < bs; n++, at += Float.BYTES) {
        float state = decay * before.get(JAVA_FLOAT, at) + in * bc[bAt + n];
        after.set(JAVA_FLOAT, at, state);
        sum += state * bc[cAt + n];
      }
      y[yAt + p] = sum;
    }
  }

  /**
   * {@code S = decay * S}, {@code S = S + beta * (v - S k) k^T} and {@code y = S q}.
   *
   * @param scratch room for a vector
   */
  static void deltaStep(
      MemorySegment before,
      MemorySegment after,
      long offset,
      float decay,
      float beta,
      float[] v,
      int vAt,
      int vs,
      float[] qk,
      int qAt,
      int kAt,
      int ks,
      float[] y,
      int yAt,
      float[] scratch) {
    int whole = ks - ks % COUNT;
    for (int p = 0; p < vs; p++) {
      long row = offset + (long) Float.BYTES * p * ks;
      FloatVector sums = FloatVector.zero(F);
      for (int n = 0; n < whole; n += COUNT) {
        sums =
            FloatVector.fromMemorySegment(F, before, row + (long) Float.BYTES * n, LE)
                .fma(FloatVector.fromArray(F, qk, kAt + n), sums);
      }
      sums.intoArray(scratch, 0);
      float known = Lanes.sum(scratch);
      for (int n = whole; n < ks; n++) {
        known += before.get(JAVA_FLOAT, row + (long) Float.BYTES * n) * qk[kAt + n];
      }
      float delta = beta * (v[vAt + p] - decay * known);
      sums = FloatVector.zero(F);
      for (int n = 0; n < whole; n += COUNT) {
        long at = row + (long) Float.BYTES * n;
        FloatVector state =
            FloatVector.fromMemorySegment(F, before, at, LE)
                .mul(decay)
                .add(FloatVector.fromArray(F, qk, kAt + n).mul(delta));
        state.intoMemorySegment(after, at, LE);
        sums = state.fma(FloatVector.fromArray(F, qk, qAt + n), sums);
      }
      sums.intoArray(scratch, 0);
      float sum = Lanes.sum(scratch);
      for (int n = whole; n < ks; n++) {
        long at = row + (long) Float.BYTES * n;
        float state = decay * before.get(JAVA_FLOAT, at) + delta * qk[kAt + n];
        after.set(JAVA_FLOAT, at, state);
        sum += state * qk[qAt + n];
      }
      y[yAt + p] = sum;
    }
  }
}
