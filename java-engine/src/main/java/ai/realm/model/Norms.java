package ai.realm.model;

import ai.realm.kernels.Kernels;
import ai.realm.model.net.Norm;

/** Runs norms, {@code out = norm(x)}, where {@code out} may be {@code x}. */
record Norms(Kernels kernels, Rowwise rowwise) {
  /** {@code out = norm(x)} of {@code n} values. */
  @SuppressWarnings("ReferenceEquality") // An array is asked whether it is the same one.
  void one(Norm norm, float[] x, int at, float[] out, int outAt, int n) {
    switch (norm) {
      case Norm.Rms rms -> kernels.rmsNorm(x, at, rms.weight(), rms.epsilon(), out, outAt, n);
      case Norm.Layer layer ->
          kernels.layerNorm(x, at, layer.weight(), layer.bias(), layer.epsilon(), out, outAt, n);
      case Norm.None _ -> {
        if (x != out) {
          System.arraycopy(x, at, out, outAt, n);
        }
      }
    }
  }

  /**
   * {@code out = norm(x)} of rows by themselves.
   *
   * @param x {@code (n_rows, width)} from index {@code at} on
   * @param out receives {@code (n_rows, width)} from index {@code outAt} on
   */
  void rows(Norm norm, float[] x, int at, float[] out, int outAt, int rows, int width) {
    rowwise.each(rows, row -> one(norm, x, at + row * width, out, outAt + row * width, width));
  }

  /** {@code x = norm(x)} of each run of the weight's length: of every head, or of the whole row. */
  void runs(Norm norm, float[] x, int at, int n) {
    int run =
        switch (norm) {
          case Norm.Rms rms -> rms.weight().length;
          case Norm.Layer layer -> layer.weight().length;
          case Norm.None _ -> n;
        };
    for (int i = at; i < at + n; i += run) {
      one(norm, x, i, x, i, run);
    }
  }
}
