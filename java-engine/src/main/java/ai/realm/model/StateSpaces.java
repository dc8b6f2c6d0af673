package ai.realm.model;

import ai.realm.kernels.Activations;
import ai.realm.kernels.Kernels;
import ai.realm.kernels.WorkerPool;
import ai.realm.model.Linears.Use;
import ai.realm.model.cache.Stretch;
import ai.realm.model.net.Mixer.Mamba2;
import ai.realm.model.net.Norm;
import java.util.List;

/**
 * Runs Mamba-2 layers: each head of each sequence goes through its rows one by one, whatever part a
 * row plays, so that no cut changes a bit. Heads are divided among the threads.
 */
final class StateSpaces {
  private final Kernels kernels;
  private final WorkerPool pool;
  private final Linears linears;
  private final Rowwise rowwise;
  private final Convolutions convolutions;
  private final Activations normed = new Activations(1); // (n_rows, inner)

  private float[] in = {}; // z, u and dt (n_rows, 2 * inner + 2 * groups * state + heads)
  private float[] xbc = {}; // x, B and C (n_rows, inner + 2 * groups * state)
  private float[] y = {}; // (n_rows, inner)

  StateSpaces(Kernels kernels, WorkerPool pool, Linears linears, Rowwise rowwise) {
    this.kernels = kernels;
    this.pool = pool;
    this.linears = linears;
    this.rowwise = rowwise;
    this.convolutions = new Convolutions(kernels, rowwise);
  }

  /**
   * {@code delta = out(norm(y * silu(z)))} of the rows that are kept.
   *
   * @param h {@code (n_rows, width)}
   */
  void run(int layer, Mamba2 f, Step all, Step kept, Activations h, float[] delta) {
    int channels = f.convolution().channels();
    int inner = f.inner();
    int inWidth = f.in().width();
    in = Workspace.resized(in, all.count(), inWidth);
    xbc = Workspace.resized(xbc, all.count(), channels);
    y = Workspace.resized(y, all.count(), inner);
    linears.apply(all.runs(), h, new Use(f.in(), in));
    List<List<Stretch>> stretches = Convolutions.stretches(layer, all);
    convolutions.run(
        f.convolution(),
        all,
        stretches,
        (row, to, at) -> System.arraycopy(in, row * inWidth + inner, to, at, channels),
        xbc);
    rowwise.each(
        all.count(), row -> kernels.silu(xbc, row * channels, xbc, row * channels, channels));
    pool.run(
        all.parts().size() * f.heads(),
        piece -> {
          int part = piece / f.heads();
          scan(f, piece % f.heads(), all.parts().get(part).row(), stretches.get(part));
        });
    if (kept.count() == 0) {
      return;
    }
    kept.keep(all, in, inWidth);
    kept.keep(all, y, inner);
    float[] out = normed.resize(kept.count(), inner).values();
    rowwise.each(kept.count(), row -> gate(f, row, out));
    linears.apply(kept.runs(), normed, new Use(f.out(), delta));
  }

  /** The rows of one head of one sequence, the first of them at {@code first}. */
  private void scan(Mamba2 f, int head, int first, List<Stretch> stretches) {
    int inner = f.inner();
    int dim = inner / f.heads();
    int channels = f.convolution().channels();
    int b = inner + head / (f.heads() / f.groups()) * f.state();
    int c = b + f.groups() * f.state();
    long offset = Float.BYTES * (f.convolution().stateValues() + (long) head * dim * f.state());
    for (Stretch stretch : stretches) {
      for (int i = 0; i < stretch.count(); i++) {
        int row = first + stretch.row() + i;
        int x = row * channels;
        int at = row * inner + head * dim;
        float dt = softplus(in[(row + 1) * f.in().width() - f.heads() + head] + f.dtBias()[head]);
        kernels.stateSpaceStep(
            i == 0 ? stretch.before() : stretch.after(),
            stretch.after(),
            offset,
            (float) Math.exp(dt * f.a()[head]),
            dt,
            xbc,
            x + head * dim,
            dim,
            xbc,
            x + b,
            x + c,
            f.state(),
            y,
            at);
        kernels.addScaled(y, at, f.d()[head], xbc, x + head * dim, dim);
      }
    }
  }

  /** {@code ln(1 + e^x)}. */
  private static float softplus(float x) {
    return (float) (x > 20 ? x : Math.log1p(Math.exp(x)));
  }

  /** {@code out = norm(y * silu(z))} of one row. */
  private void gate(Mamba2 f, int row, float[] out) {
    int inner = f.inner();
    int run = inner / f.groups();
    kernels.swiglu(in, row * f.in().width(), y, row * inner, out, row * inner, inner);
    for (int g = 0; g < f.groups(); g++) {
      int at = row * inner + g * run;
      switch (f.norms().get(g)) {
        case Norm.Rms rms -> kernels.rmsNorm(out, at, rms.weight(), rms.epsilon(), out, at, run);
        case Norm.Layer layer ->
            kernels.layerNorm(out, at, layer.weight(), layer.bias(), layer.epsilon(), out, at, run);
        case Norm.None _ -> {}
      }
    }
  }
}
