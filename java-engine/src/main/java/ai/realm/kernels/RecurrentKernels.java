package ai.realm.kernels;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;

/**
 * What recurrent layers compute token by token. The methods here are the truth, each formula as it
 * is written, with sums in f64; providers override those that are hot. As of {@link Kernels}: every
 * method works on the calling thread alone and touches only what its arguments name.
 */
public interface RecurrentKernels {

  /**
   * A causal convolution of each channel by itself, for one token: {@code y[c] = bias[c] + sum_i
   * weights[i][c] * x[i][c]}.
   *
   * @param x {@code (taps, channels)} from {@code at} on: the channels of the tokens before, and
   *     last those of this one
   * @param weights {@code (taps, channels)}
   * @param bias {@code (channels)}
   * @param y receives {@code (channels)} from {@code yAt} on
   */
  default void convolve(float[] x, int at, float[] weights, float[] bias, float[] y, int yAt) {
    int channels = bias.length;
    for (int c = 0; c < channels; c++) {
      double sum = bias[c];
      for (int i = c; i < weights.length; i += channels) {
        sum += (double) weights[i] * x[at + i];
      }
      y[yAt + c] = (float) sum;
    }
  }

  /**
   * A token's way through the state of one head of Mamba-2 (Dao and Gu 2024): {@code S = decay * S
   * + (dt * x) b^T} and {@code y = S c}, where S is {@code (n_x, n_b)}.
   *
   * @param before holds S, f32, from byte {@code offset} on
   * @param after receives it there; may be {@code before}
   * @param x {@code (n_x)} from {@code xAt} on
   * @param bc {@code (n_b)} from {@code bAt} on, and as much from {@code cAt} on
   * @param y receives {@code (n_x)} from {@code yAt} on
   */
  default void stateSpaceStep(
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
      int yAt) {
    for (int p = 0; p < xs; p++) {
      double sum = 0;
      for (int n = 0; n < bs; n++) {
        long at = offset + (long) Float.BYTES * (p * bs + n);
        double state =
            (double) decay * before.get(JAVA_FLOAT, at) + (double) dt * x[xAt + p] * bc[bAt + n];
        after.set(JAVA_FLOAT, at, (float) state);
        sum += state * bc[cAt + n];
      }
      y[yAt + p] = (float) sum;
    }
  }

  /**
   * A token's way through the state of one head of a gated delta net (Yang et al. 2024): {@code S =
   * decay * S}, {@code S = S + beta * (v - S k) k^T} and {@code y = S q}, where S is {@code (n_v,
   * n_k)}.
   *
   * @param before holds S, f32, from byte {@code offset} on
   * @param after receives it there; may be {@code before}
   * @param beta how much of a value is new, from 0 to 1
   * @param v {@code (n_v)} from {@code vAt} on
   * @param qk {@code (n_k)} from {@code qAt} on, and as much from {@code kAt} on
   * @param y receives {@code (n_v)} from {@code yAt} on
   */
  default void deltaStep(
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
      int yAt) {
    for (int p = 0; p < vs; p++) {
      long row = offset + (long) Float.BYTES * p * ks;
      double known = 0;
      for (int n = 0; n < ks; n++) {
        float state = before.get(JAVA_FLOAT, row + (long) Float.BYTES * n);
        known += (double) decay * state * qk[kAt + n];
      }
      double delta = beta * (v[vAt + p] - known);
      double sum = 0;
      for (int n = 0; n < ks; n++) {
        long at = row + (long) Float.BYTES * n;
        double state = (double) decay * before.get(JAVA_FLOAT, at) + delta * qk[kAt + n];
        after.set(JAVA_FLOAT, at, (float) state);
        sum += state * qk[qAt + n];
      }
      y[yAt + p] = (float) sum;
    }
  }
}
