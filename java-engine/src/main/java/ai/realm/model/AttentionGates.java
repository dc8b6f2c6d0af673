package ai.realm.model;

import ai.realm.kernels.Activations;
import ai.realm.kernels.AttentionShape;
import ai.realm.kernels.Kernels;
import ai.realm.model.Linears.Use;
import ai.realm.model.net.Mixer.GatedAttention;

/**
 * The gates of attention, which stand beside the queries until there is something to let through.
 */
final class AttentionGates {
  private final Kernels kernels;
  private final Linears linears;
  private final Rowwise rowwise;

  private float[] both = {}; // queries and gates (n_rows, heads, 2, head_dim)
  private float[] gates = {}; // (n_rows, heads, head_dim)

  AttentionGates(Kernels kernels, Linears linears, Rowwise rowwise) {
    this.kernels = kernels;
    this.linears = linears;
    this.rowwise = rowwise;
  }

  /**
   * The queries, keys and values of rows, and their gates, which stay here.
   *
   * @param q receives {@code (n_rows, heads, head_dim)}
   * @param k receives {@code (n_rows, kv_heads, head_dim)}
   * @param v receives {@code (n_rows, kv_heads, head_dim)}
   */
  void project(GatedAttention a, Step all, Activations h, float[] q, float[] k, float[] v) {
    AttentionShape shape = a.shape();
    both = Workspace.resized(both, all.count(), a.queries().width());
    gates = Workspace.resized(gates, all.count(), shape.queryWidth());
    linears.apply(all.runs(), h, new Use(a.queries(), both), new Use(a.k(), k), new Use(a.v(), v));
    int dim = shape.headDim();
    rowwise.each(
        all.count(),
        row -> {
          int end = (row + 1) * shape.queryWidth();
          for (int at = row * shape.queryWidth(); at < end; at += dim) {
            System.arraycopy(both, 2 * at, q, at, dim);
            System.arraycopy(both, 2 * at + dim, gates, at, dim);
          }
        });
  }

  /** {@code o *= sigmoid(gate)} of the rows that are kept, {@code (n_rows, heads, head_dim)}. */
  void apply(GatedAttention a, Step all, Step kept, float[] o) {
    int width = a.shape().queryWidth();
    kept.keep(all, gates, width);
    rowwise.each(
        kept.count(), row -> kernels.sigmoidGate(o, row * width, gates, row * width, width));
  }
}
