package ai.realm.model;

import ai.realm.kernels.Activations;
import ai.realm.kernels.Kernels;
import ai.realm.kernels.WorkerPool;
import ai.realm.model.Linears.Use;
import ai.realm.model.cache.Stretch;
import ai.realm.model.net.Mixer.DeltaNet;
import ai.realm.model.net.Norm;
import java.util.List;

/**
 * Runs gated delta nets: each head of each sequence goes through its rows one by one, whatever part
 * a row plays, so that no cut changes a bit. Heads are divided among the threads.
 */
final class DeltaNets {
  private final Kernels kernels;
  private final WorkerPool pool;
  private final Linears linears;
  private final Rowwise rowwise;
  private final Convolutions convolutions;
  private final Activations gated = new Activations(1); // (n_rows, inner)

  private float[] in = {}; // q, k and v before the convolution (n_rows, channels)
  private float[] qkv = {}; // and behind it (n_rows, channels)
  private float[] gates = {}; // (n_rows, inner)
  private float[] alphas = {}; // (n_rows, heads)
  private float[] betas = {}; // (n_rows, heads)
  private float[] rates = {}; // of both, where they come from one matrix (n_rows, 2 * heads)
  private float[] y = {}; // (n_rows, inner)

  DeltaNets(Kernels kernels, WorkerPool pool, Linears linears, Rowwise rowwise) {
    this.kernels = kernels;
    this.pool = pool;
    this.linears = linears;
    this.rowwise = rowwise;
    this.convolutions = new Convolutions(kernels, rowwise);
  }

  /**
   * {@code delta = out(norm(y) * silu(gate(h)))} of the rows that are kept.
   *
   * @param h {@code (n_rows, width)}
   */
  void run(int layer, DeltaNet f, Step all, Step kept, Activations h, float[] delta) {
    int channels = f.convolution().channels();
    int inner = f.inner();
    project(f, all, h);
    List<List<Stretch>> stretches = Convolutions.stretches(layer, all);
    qkv = Workspace.resized(qkv, all.count(), channels);
    convolutions.run(
        f.convolution(),
        all,
        stretches,
        (row, to, at) -> System.arraycopy(in, row * channels, to, at, channels),
        qkv);
    rowwise.each(all.count(), row -> activate(f, row * channels));
    y = Workspace.resized(y, all.count(), inner);
    pool.run(
        all.parts().size() * f.heads(),
        piece -> {
          int part = piece / f.heads();
          scan(f, piece % f.heads(), all.parts().get(part).row(), stretches.get(part));
        });
    if (kept.count() == 0) {
      return;
    }
    kept.keep(all, gates, inner);
    kept.keep(all, y, inner);
    float[] out = gated.resize(kept.count(), inner).values();
    rowwise.each(kept.count(), row -> gate(f, row * inner, out));
    linears.apply(kept.runs(), gated, new Use(f.out(), delta));
  }

  /** What a row takes of the stream. */
  private void project(DeltaNet f, Step all, Activations h) {
    int rows = all.count();
    in = Workspace.resized(in, rows, f.convolution().channels());
    gates = Workspace.resized(gates, rows, f.inner());
    alphas = Workspace.resized(alphas, rows, f.heads());
    betas = Workspace.resized(betas, rows, f.heads());
    Use qkvs = new Use(f.qkv(), in);
    Use gate = new Use(f.gate(), gates);
    switch (f.rates()) {
      case DeltaNet.Apart(var beta, var alpha) ->
          linears.apply(all.runs(), h, qkvs, gate, new Use(beta, betas), new Use(alpha, alphas));
      case DeltaNet.ByKeyHead(var both) -> {
        rates = Workspace.resized(rates, rows, 2 * f.heads());
        linears.apply(all.runs(), h, qkvs, gate, new Use(both, rates));
        int run = f.heads() / f.keys();
        for (int at = 0; at < rows * f.heads(); at += run) {
          System.arraycopy(rates, 2 * at, betas, at, run);
          System.arraycopy(rates, 2 * at + run, alphas, at, run);
        }
      }
    }
  }

  /** {@code silu}, and the norms of the heads of q and of k, of one row. */
  private void activate(DeltaNet f, int at) {
    int dim = f.keyDim();
    int keys = at + f.keys() * dim;
    kernels.silu(qkv, at, qkv, at, f.convolution().channels());
    for (int head = 0; head < f.keys(); head++) {
      norm(f.qNorm(), qkv, at + head * dim);
      norm(f.kNorm(), qkv, keys + head * dim);
    }
  }

  private void norm(Norm.Rms norm, float[] x, int at) {
    kernels.rmsNorm(x, at, norm.weight(), norm.epsilon(), x, at, norm.weight().length);
  }

  /** The rows of one head of one sequence, the first of them at {@code first}. */
  private void scan(DeltaNet f, int head, int first, List<Stretch> stretches) {
    int keyDim = f.keyDim();
    int valueDim = f.valueDim();
    int channels = f.convolution().channels();
    int q = f.keyHeads()[head] * keyDim;
    int k = q + f.keys() * keyDim;
    int v = 2 * f.keys() * keyDim + head * valueDim;
    int values = f.convolution().stateValues();
    long offset = Float.BYTES * (values + (long) head * valueDim * keyDim);
    for (Stretch stretch : stretches) {
      for (int i = 0; i < stretch.count(); i++) {
        int row = first + stretch.row() + i;
        int at = row * channels;
        int rate = row * f.heads() + head;
        double dt = softplus(alphas[rate] + f.dtBias()[head]);
        kernels.deltaStep(
            i == 0 ? stretch.before() : stretch.after(),
            stretch.after(),
            offset,
            (float) Math.exp(dt * f.a()[head]),
            (float) (1 / (1 + Math.exp(-betas[rate]))),
            qkv,
            at + v,
            valueDim,
            qkv,
            at + q,
            at + k,
            keyDim,
            y,
            row * f.inner() + head * valueDim);
      }
    }
  }

  /** {@code ln(1 + e^x)}. */
  private static double softplus(double x) {
    return x > 20 ? x : Math.log1p(Math.exp(x));
  }

  /** {@code out = norm(y) * silu(gate)} of one row. */
  private void gate(DeltaNet f, int at, float[] out) {
    for (int head = 0; head < f.heads(); head++) {
      norm(f.norm(), y, at + head * f.valueDim());
    }
    kernels.swiglu(gates, at, y, at, out, at, f.inner());
  }
}
