package ai.realm.model.net;

import ai.realm.kernels.Matrix;

/**
 * {@code y = s W x + b}.
 *
 * @param name of the tensor of the weights in the file, as {@code blk.0.attn_q.weight}
 * @param weights {@code (n_out, n_in)}
 * @param scale s: of weights in NVFP4, whose own scales have few bits; else 1
 * @param bias {@code (n_out)}; none if its length is 0
 */
public record Linear(String name, Matrix weights, float scale, float[] bias) {
  private static final float[] NO_BIAS = {};

  /** {@code y = W x}. */
  public Linear(String name, Matrix weights) {
    this(name, weights, 1, NO_BIAS);
  }

  /** Values of its output. */
  public int width() {
    return weights.rows();
  }
}
