package ai.realm.model.net;

import ai.realm.kernels.Matrix;

/**
 * {@code y = W x + b}.
 *
 * @param name of the tensor of the weights in the file, as {@code blk.0.attn_q.weight}
 * @param weights {@code (n_out, n_in)}
 * @param bias {@code (n_out)}; none if its length is 0
 */
public record Linear(String name, Matrix weights, float[] bias) {
  private static final float[] NO_BIAS = {};

  /** Without a bias. */
  public Linear(String name, Matrix weights) {
    this(name, weights, NO_BIAS);
  }

  /** Values of its output. */
  public int width() {
    return weights.rows();
  }
}
