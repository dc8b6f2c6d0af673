package ai.realm.model;

import ai.realm.kernels.Activations;
import ai.realm.kernels.Kernels;
import ai.realm.model.Linears.Use;
import ai.realm.model.net.Block;
import ai.realm.model.net.Linear;
import ai.realm.model.net.Network;
import java.util.List;

/**
 * AltUp (Baykal et al. 2023) as Gemma 3n has it: a token has several streams, {@code x (n_rows,
 * streams, width)}. A layer predicts all of them, runs on the first, and corrects all by what the
 * first one's prediction missed.
 */
final class AltUp {
  private final Forward forward;
  private final Kernels kernels;
  private final Linears linears;
  private final Rowwise rowwise;
  private final Norms norms;
  private final Workspace w;
  private final int width;
  private final int streams;

  private float[] predicted = {}; // (n_rows, streams, width)
  private float[] active = {}; // what the layer makes of the first stream (n_rows, width)
  private float[] by = {}; // coefficients (n_rows, streams * streams)
  private float[][] others = {}; // of each stream but the first (n_rows, width)
  private final Activations modalities;

  AltUp(Forward forward, Kernels kernels, Linears linears, Rowwise rowwise, Network.AltUp network) {
    this.forward = forward;
    this.kernels = kernels;
    this.linears = linears;
    this.rowwise = rowwise;
    this.norms = forward.norms();
    this.w = forward.workspace();
    this.width = network.width();
    this.streams = network.streams();
    this.modalities = new Activations(streams);
  }

  private void resize(int rows) {
    if (active.length < rows * width) {
      predicted = new float[Math.multiplyExact(rows, streams * width)];
      active = new float[rows * width];
      by = new float[rows * streams * streams];
      others = new float[streams - 1][rows * width];
    }
  }

  /**
   * {@code x[i] = project[i](x) * |x| / |project[i](x)|} of each row, behind the first stream,
   * which is the row itself.
   *
   * @param x {@code (n_rows, width)}, receives {@code (n_rows, streams, width)}
   */
  void spread(List<Linear> projections, float[] x, Step all) {
    resize(all.count());
    System.arraycopy(x, 0, w.h.resize(all.count(), width).values(), 0, all.count() * width);
    for (int i = 1; i < streams; i++) {
      linears.apply(all.runs(), w.h, new Use(projections.get(i - 1), others[i - 1]));
    }
    rowwise.each(
        all.count(),
        row -> {
          int from = row * width;
          System.arraycopy(w.h.values(), from, x, at(row, 0), width);
          for (int i = 1; i < streams; i++) {
            System.arraycopy(others[i - 1], from, x, at(row, i), width);
            bringTo(length(x, at(row, 0)), x, at(row, i));
          }
        });
  }

  /**
   * The mean of the streams, each of which is projected and brought to the first one's length.
   *
   * @param x {@code (n_rows, streams, width)}, receives {@code (n_rows, width)}
   */
  void merge(List<Linear> projections, float[] x, Step rows) {
    resize(rows.count());
    for (int i = 1; i < streams; i++) {
      takeStream(x, i, rows.count());
      linears.apply(rows.runs(), w.h, new Use(projections.get(i - 1), others[i - 1]));
    }
    rowwise.each(
        rows.count(),
        row -> {
          int to = row * width;
          System.arraycopy(x, at(row, 0), w.delta, to, width);
          for (int i = 1; i < streams; i++) {
            bringTo(length(x, at(row, 0)), others[i - 1], to);
            kernels.add(w.delta, to, others[i - 1], to, width);
          }
          kernels.scale(w.delta, to, 1f / streams, width);
        });
    System.arraycopy(w.delta, 0, x, 0, rows.count() * width);
  }

  /** Takes the rows of {@code all} through a block, as {@link Forward#block}. */
  void block(int layer, Block.AltUp b, float[] x, Step all, Step kept) {
    resize(all.count());
    predict(b, x, all);
    rowwise.each(
        all.count(),
        row -> norms.one(b.norm(), predicted, at(row, 0), w.h.values(), row * width, width));
    forward.mix(layer, b.mixer(), predicted, all, kept);
    if (kept.count() == 0) {
      return;
    }
    activate(b, kept);
    correct(b, x, kept);
    int rows = kept.count();
    rowwise.each(
        rows,
        row -> {
          float[] h = w.h.values();
          for (int i = 0; i < width; i++) {
            h[row * width + i] = x[at(row, 0) + i] * b.correctedScale()[i];
          }
        });
    forward.layerInputs().delta(layer, b.inputGate(), b.inputOut(), all, kept);
    rowwise.each(
        rows,
        row -> {
          int delta = row * width;
          norms.one(b.inputNorm(), w.delta, delta, w.delta, delta, width);
          for (int i = 1; i < streams; i++) {
            kernels.add(x, at(row, i), w.delta, delta, width);
          }
        });
  }

  /** {@code predicted[i] = x[i] + sum_j by[i][j] x[j]}, by = predict(modalities(x[0])). */
  private void predict(Block.AltUp b, float[] x, Step all) {
    takeStream(x, 0, all.count());
    coefficients(b, b.predict(), all);
    rowwise.each(
        all.count(),
        row -> {
          for (int i = 0; i < streams; i++) {
            System.arraycopy(x, at(row, i), predicted, at(row, i), width);
            for (int j = 0; j < streams; j++) {
              float factor = by[(row * streams + i) * streams + j];
              kernels.addScaled(predicted, at(row, i), factor, x, at(row, j), width);
            }
          }
        });
  }

  /**
   * {@code active = a + afterFeedForward(feedForward(ffnNorm(a)))}, where {@code a = (p +
   * afterMixer(delta) + laurel) / sqrt(2)} of the first stream's prediction p, and {@code laurel =
   * h + afterLaurel(laurelOut(laurelIn(h)))} of {@code h = norm(p)} (LAuReL, Menghani et al. 2024).
   */
  private void activate(Block.AltUp b, Step kept) {
    int rows = kept.count();
    float[] h = w.h.resize(rows, width).values();
    rowwise.each(
        rows,
        row -> {
          int to = row * width;
          norms.one(b.afterMixer(), w.delta, to, active, to, width);
          kernels.add(active, to, predicted, at(row, 0), width);
          norms.one(b.norm(), predicted, at(row, 0), h, to, width);
        });
    linears.apply(kept.runs(), w.h, new Use(b.laurelIn(), w.gate));
    int rank = b.laurelIn().width();
    System.arraycopy(w.gate, 0, w.act.resize(rows, rank).values(), 0, rows * rank);
    linears.apply(kept.runs(), w.act, new Use(b.laurelOut(), w.delta));
    float half = (float) Math.sqrt(0.5);
    rowwise.each(
        rows,
        row -> {
          int to = row * width;
          kernels.add(active, to, h, to, width);
          norms.one(b.afterLaurel(), w.delta, to, w.delta, to, width);
          kernels.add(active, to, w.delta, to, width);
          kernels.scale(active, to, half, width);
          norms.one(b.ffnNorm(), active, to, h, to, width);
        });
    forward.feedForwards().run(b.feedForward(), active, kept);
    rowwise.each(
        rows,
        row -> {
          int to = row * width;
          norms.one(b.afterFeedForward(), w.delta, to, w.delta, to, width);
          kernels.add(active, to, w.delta, to, width);
        });
  }

  /** {@code x[i] = p[i] + (1 + by[i]) (active - p[0])}, by = correct(modalities(active)). */
  private void correct(Block.AltUp b, float[] x, Step kept) {
    int rows = kept.count();
    System.arraycopy(active, 0, w.h.resize(rows, width).values(), 0, rows * width);
    coefficients(b, b.correct(), kept);
    rowwise.each(
        rows,
        row -> {
          int missed = row * width;
          kernels.addScaled(active, missed, -1, predicted, at(row, 0), width);
          for (int i = 0; i < streams; i++) {
            System.arraycopy(predicted, at(row, i), x, at(row, i), width);
            float factor = 1 + by[row * streams + i];
            kernels.addScaled(x, at(row, i), factor, active, missed, width);
          }
        });
  }

  /** {@code by = linear(tanh(router(routerNorm(h)) / width))} of the rows in {@code w.h}. */
  private void coefficients(Block.AltUp b, Linear linear, Step step) {
    int rows = step.count();
    rowwise.each(
        rows,
        row -> {
          int at = row * width;
          norms.one(b.routerNorm(), w.h.values(), at, w.h.values(), at, width);
        });
    float[] m = modalities.resize(rows).values();
    linears.apply(step.runs(), w.h, new Use(b.router(), w.gate));
    for (int i = 0; i < rows * streams; i++) {
      m[i] = (float) Math.tanh(w.gate[i] / width);
    }
    linears.apply(step.runs(), modalities, new Use(linear, by));
  }

  private void takeStream(float[] x, int stream, int rows) {
    float[] h = w.h.resize(rows, width).values();
    rowwise.each(rows, row -> System.arraycopy(x, at(row, stream), h, row * width, width));
  }

  private int at(int row, int stream) {
    return (row * streams + stream) * width;
  }

  private double length(float[] x, int at) {
    double squares = 0;
    for (int i = at; i < at + width; i++) {
      squares += (double) x[i] * x[i];
    }
    return Math.sqrt(squares);
  }

  private void bringTo(double length, float[] x, int at) {
    kernels.scale(x, at, (float) (length / length(x, at)), width);
  }
}
