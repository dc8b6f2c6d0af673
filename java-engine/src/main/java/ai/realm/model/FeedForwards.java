package ai.realm.model;

import ai.realm.kernels.Activations;
import ai.realm.kernels.Kernels;
import ai.realm.model.Linears.Use;
import ai.realm.model.net.FeedForward;
import ai.realm.model.net.FeedForward.BesideExperts;
import ai.realm.model.net.FeedForward.ClampedGated;
import ai.realm.model.net.FeedForward.Dense;
import ai.realm.model.net.FeedForward.Experts;
import ai.realm.model.net.FeedForward.Gated;
import ai.realm.model.net.FeedForward.GatedUnit;
import ai.realm.model.net.FeedForward.Plain;
import ai.realm.model.net.FeedForward.SparseGated;
import ai.realm.model.net.FeedForward.WithGatedShared;
import ai.realm.model.net.FeedForward.WithShared;
import ai.realm.model.net.Linear;
import java.util.Arrays;

/**
 * The feed-forward parts of blocks: of the rows in {@code h}, normed already, {@code delta} is what
 * comes out.
 */
final class FeedForwards {
  private final Kernels kernels;
  private final Linears linears;
  private final Rowwise rowwise;
  private final Norms norms;
  private final Mixture mixture;
  private final Workspace w;
  private final int width;

  FeedForwards(Kernels kernels, Linears linears, Rowwise rowwise, Norms norms, Workspace w) {
    this.kernels = kernels;
    this.linears = linears;
    this.rowwise = rowwise;
    this.norms = norms;
    this.mixture = new Mixture(kernels, linears, rowwise);
    this.w = w;
    this.width = w.width();
  }

  /**
   * {@code delta = feedForward(h)} of all rows of a step.
   *
   * @param x the stream that {@code h} was made of, {@code (n_rows, width)}
   */
  void run(FeedForward feedForward, float[] x, Step step) {
    if (step.count() == 0) {
      return;
    }
    switch (feedForward) {
      case Dense f -> dense(f, step);
      case Experts f -> {
        Arrays.fill(w.delta, 0, step.count() * width, 0);
        mixture.add(f, step, w.h, w.h, w.delta);
      }
      case BesideExperts f -> {
        dense(f.dense(), step);
        mixture(f, x, step);
      }
      case WithShared f -> {
        dense(f.shared(), step);
        mixture.add(f.routed(), step, w.h, w.h, w.delta);
      }
      case WithGatedShared f -> {
        dense(f.shared(), step);
        scaleBySigmoid(f.gate(), step);
        mixture.add(f.routed(), step, w.h, w.h, w.delta);
      }
      case FeedForward.None _ -> {}
    }
  }

  /** {@code delta = afterDense(delta) + afterExperts(experts(expertNorm(x)))}. */
  private void mixture(BesideExperts f, float[] x, Step step) {
    int rows = step.count();
    Activations routed = w.act.resize(rows, width);
    norms.rows(f.routerNorm(), x, 0, routed.values(), 0, rows, width);
    norms.rows(f.expertNorm(), x, 0, w.h.resize(rows, width).values(), 0, rows, width);
    Arrays.fill(w.beside, 0, rows * width, 0);
    mixture.add(f.experts(), step, routed, w.h, w.beside);
    rowwise.each(
        rows,
        row -> {
          int at = row * width;
          norms.one(f.afterDense(), w.delta, at, w.delta, at, width);
          norms.one(f.afterExperts(), w.beside, at, w.beside, at, width);
          kernels.add(w.delta, at, w.beside, at, width);
        });
  }

  /** {@code delta *= sigmoid(gate(h))}, a factor a row. */
  private void scaleBySigmoid(Linear gate, Step step) {
    linears.apply(step.runs(), w.h, new Use(gate, w.gate));
    rowwise.each(
        step.count(),
        row -> {
          float by = (float) (1 / (1 + Math.exp(-w.gate[row])));
          kernels.scale(w.delta, row * width, by, width);
        });
  }

  /** {@code delta = down(activation(gate(h)) * up(h))}, or without a gate. */
  private void dense(Dense f, Step step) {
    int inner = f.inner();
    switch (f) {
      case GatedUnit g ->
          linears.apply(step.runs(), w.h, new Use(g.gate(), w.gate), new Use(g.up(), w.up));
      case Plain p -> linears.apply(step.runs(), w.h, new Use(p.up(), w.up));
    }
    float[] act = w.act.resize(step.count(), inner).values();
    rowwise.each(
        step.count(), row -> activate(kernels, f, w.gate, w.up, row * inner, act, row * inner));
    linears.apply(step.runs(), w.act, new Use(f.down(), w.delta));
  }

  /** {@code act = activation(gate) * up} of one row, or {@code activation(up)} without a gate. */
  static void activate(
      Kernels kernels, Dense f, float[] gate, float[] up, int at, float[] act, int actAt) {
    int n = f.inner();
    switch (f) {
      case Gated g -> {
        switch (g.activation()) {
          case SILU -> kernels.swiglu(gate, at, up, at, act, actAt, n);
          case GELU -> kernels.geglu(gate, at, up, at, act, actAt, n);
          case GELU_ERF -> kernels.gegluErf(gate, at, up, at, act, actAt, n);
          case RELU_SQUARED -> kernels.gatedReluSquared(gate, at, up, at, act, actAt, n);
        }
      }
      case ClampedGated g -> kernels.clampedSwiglu(gate, at, up, at, act, actAt, n);
      case SparseGated g -> {
        kernels.sparsify(gate, at, n);
        kernels.geglu(gate, at, up, at, act, actAt, n);
      }
      case Plain p -> {
        switch (p.activation()) {
          case SILU -> kernels.silu(up, at, act, actAt, n);
          case GELU -> kernels.gelu(up, at, act, actAt, n);
          case GELU_ERF -> kernels.geluErf(up, at, act, actAt, n);
          case RELU_SQUARED -> kernels.reluSquared(up, at, act, actAt, n);
        }
      }
    }
  }
}
