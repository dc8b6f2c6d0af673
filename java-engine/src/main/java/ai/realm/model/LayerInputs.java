package ai.realm.model;

import ai.realm.kernels.Kernels;
import ai.realm.model.Linears.Use;
import ai.realm.model.net.Block;
import ai.realm.model.net.Linear;
import ai.realm.model.net.Network;
import ai.realm.model.net.Norm;

/**
 * What tokens have in every layer, beside the stream: {@code inputs (n_rows, layers, size)} of the
 * workspace, filled before the first layer.
 */
final class LayerInputs {
  private final Kernels kernels;
  private final Linears linears;
  private final Rowwise rowwise;
  private final Norms norms;
  private final Workspace w;

  LayerInputs(Kernels kernels, Linears linears, Rowwise rowwise, Norms norms, Workspace w) {
    this.kernels = kernels;
    this.linears = linears;
    this.rowwise = rowwise;
    this.norms = norms;
    this.w = w;
  }

  /**
   * {@code inputs = (norm(scale * projection(x)) + tableScale * table[token]) / sqrt(2)} of all
   * rows of a batch.
   *
   * @param x their embeddings, {@code (n_rows, width)}
   */
  void fill(Network.LayerInputs inputs, float[] x, Batch batch) {
    Step all = Step.of(batch);
    take(x, all.count());
    linears.apply(all.runs(), w.h, new Use(inputs.projection(), w.inputs));
    int n = w.inputWidth();
    float half = (float) Math.sqrt(0.5);
    rowwise.each(
        all.count(),
        row -> {
          int part = all.partOf(row);
          Batch.Slice slice = batch.slices().get(part);
          int token = slice.tokens()[slice.from() + row - all.parts().get(part).row()];
          float[] own = new float[n];
          inputs.table().row(token, own, 0);
          int at = row * n;
          kernels.scale(w.inputs, at, inputs.scale(), n);
          norms.runs(inputs.norm(), w.inputs, at, n);
          kernels.addScaled(w.inputs, at, inputs.tableScale(), own, 0, n);
          kernels.scale(w.inputs, at, half, n);
        });
  }

  /** {@code delta = out(gelu(gate(x)) * input)} of the rows that are kept, and of one layer. */
  void delta(int layer, Block.WithInput b, float[] x, Step all, Step kept) {
    take(x, kept.count());
    delta(layer, b.gate(), b.out(), all, kept);
  }

  /** The same of the rows that are in {@code h}. */
  void delta(int layer, Linear gate, Linear out, Step all, Step kept) {
    if (kept.count() < all.count()) {
      kept.keep(all, w.inputs, w.inputWidth());
    }
    int size = gate.width();
    linears.apply(kept.runs(), w.h, new Use(gate, w.gate));
    float[] act = w.act.resize(kept.count(), size).values();
    rowwise.each(
        kept.count(),
        row -> {
          int input = row * w.inputWidth() + layer * size;
          kernels.geglu(w.gate, row * size, w.inputs, input, act, row * size, size);
        });
    linears.apply(kept.runs(), w.act, new Use(out, w.delta));
  }

  private void take(float[] x, int rows) {
    int width = w.width();
    norms.rows(Norm.NONE, x, 0, w.h.resize(rows, width).values(), 0, rows, width);
  }
}
