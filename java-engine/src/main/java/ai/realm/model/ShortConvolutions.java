package ai.realm.model;

import ai.realm.kernels.Activations;
import ai.realm.kernels.Kernels;
import ai.realm.model.Linears.Use;
import ai.realm.model.net.Mixer.ShortConvolution;

/** Runs gated short convolutions. */
final class ShortConvolutions {
  private final Linears linears;
  private final Rowwise rowwise;
  private final Convolutions convolutions;
  private final Activations gated = new Activations(1); // (n_rows, width)

  private float[] in = {}; // b, c and x (n_rows, 3, width)
  private float[] convolved = {}; // (n_rows, width)

  ShortConvolutions(Kernels kernels, Linears linears, Rowwise rowwise) {
    this.linears = linears;
    this.rowwise = rowwise;
    this.convolutions = new Convolutions(kernels, rowwise);
  }

  /**
   * {@code delta = out(c * convolution(b * x))} of the rows that are kept.
   *
   * @param h {@code (n_rows, width)}
   */
  void run(int layer, ShortConvolution f, Step all, Step kept, Activations h, float[] delta) {
    int width = f.convolution().channels();
    in = Workspace.resized(in, all.count(), 3 * width);
    convolved = Workspace.resized(convolved, all.count(), width);
    linears.apply(all.runs(), h, new Use(f.in(), in));
    convolutions.run(
        f.convolution(),
        all,
        Convolutions.stretches(layer, all),
        (row, to, at) -> multiply(in, 3 * row * width, in, (3 * row + 2) * width, to, at, width),
        convolved);
    if (kept.count() == 0) {
      return;
    }
    kept.keep(all, in, 3 * width);
    kept.keep(all, convolved, width);
    float[] out = gated.resize(kept.count(), width).values();
    rowwise.each(
        kept.count(),
        row -> {
          int c = (3 * row + 1) * width;
          multiply(in, c, convolved, row * width, out, row * width, width);
        });
    linears.apply(kept.runs(), gated, new Use(f.out(), delta));
  }

  private static void multiply(float[] x, int at, float[] y, int yAt, float[] out, int to, int n) {
    for (int i = 0; i < n; i++) {
      out[to + i] = x[at + i] * y[yAt + i];
    }
  }
}
