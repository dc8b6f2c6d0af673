package ai.realm.model;

import ai.realm.kernels.Activations;
import ai.realm.model.Linears.Job;
import ai.realm.model.Linears.Use;
import ai.realm.model.net.Linear;
import ai.realm.model.net.Mixer.LatentAttention;
import ai.realm.model.net.Mixer.LatentAttention.Direct;
import ai.realm.model.net.Mixer.LatentAttention.LowRank;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What multi-head latent attention does around attention: its queries, the row that is cached, and
 * the matrices of each head, which are one job of the pool for all heads.
 */
final class LatentHeads {
  /** Steps of more rows give their memory back when they are done. */
  private static final int KEPT_ROWS = 256;

  private final Linears linears;
  private final Rowwise rowwise;
  private final Norms norms;

  private final Activations low = new Activations(1); // of low-rank queries, normed (n_rows, rank)
  private float[] lowRows = {}; // before the norm (n_rows, rank)
  private float[] queries = {}; // (n_rows, heads, still + turned)
  private float[] results = {}; // of the heads' matrices (heads, n_rows, n_out)

  /** Inputs of the heads' matrices, by heads and runs; kept from step to step. */
  private final List<Activations> inputs = new ArrayList<>();

  LatentHeads(Norms norms, Linears linears, Rowwise rowwise) {
    this.norms = norms;
    this.linears = linears;
    this.rowwise = rowwise;
  }

  /**
   * The queries of rows, turned, and the rows that are cached.
   *
   * @param h {@code (n_rows, width)}
   * @param k receives keys, {@code (n_rows, rank + turned)}: c, and r turned
   * @param v receives values, {@code (n_rows, rank + turned)}: c, and zeros
   */
  void project(LatentAttention a, Step step, Activations h, float[] k, float[] v) {
    int rows = step.count();
    int width = a.queries().last().width();
    queries = room(queries, rows, width);
    switch (a.queries()) {
      case Direct q -> linears.apply(step.runs(), h, new Use(q.last(), queries));
      case LowRank q -> {
        int rank = q.first().width();
        lowRows = room(lowRows, rows, rank);
        linears.apply(step.runs(), h, new Use(q.first(), lowRows));
        low.resize(rows, rank);
        norms.rows(q.norm(), lowRows, 0, low.values(), 0, rows, rank);
        linears.apply(step.runs(), low, new Use(q.last(), queries));
      }
    }
    linears.apply(step.runs(), h, new Use(a.latent(), k));
    int rank = a.rank();
    int cached = a.shape().headDim();
    step.parts().forEach(part -> a.rope().reach(part.length()));
    rowwise.each(
        rows,
        row -> {
          Step.Part part = step.parts().get(step.partOf(row));
          int position = part.position() + row - part.row();
          int at = row * cached;
          norms.one(a.norm(), k, at, k, at, rank);
          System.arraycopy(k, at, v, at, rank);
          Arrays.fill(v, at + rank, at + cached, 0);
          a.rope().keys(k, at + rank, 1, cached, position);
          int turned = row * width + a.still();
          a.rope().queries(queries, turned, a.shape().heads(), a.queryDim(), position);
        });
  }

  /**
   * Takes the matrices of keys into the queries.
   *
   * @param all the rows that {@link #project} had
   * @param kept of which these go on
   * @param q receives {@code (n_rows, heads, rank + turned)}
   */
  void absorb(LatentAttention a, Step all, Step kept, float[] q) {
    int width = a.queries().last().width();
    kept.keep(all, queries, width);
    int dim = a.queryDim();
    apply(a.keys(), kept, queries, dim);
    int rank = a.rank();
    rowwise.each(
        kept.count(),
        row -> {
          for (int head = 0; head < a.shape().heads(); head++) {
            int to = row * a.shape().queryWidth() + head * a.shape().headDim();
            int from = (head * kept.count() + row) * rank;
            System.arraycopy(results, from, q, to, rank);
            int turned = row * width + head * dim + a.still();
            System.arraycopy(queries, turned, q, to + rank, a.turned());
          }
        });
  }

  /**
   * Applies the matrices of values.
   *
   * @param o what was attended to, {@code (n_rows, heads, rank + turned)}; receives {@code (n_rows,
   *     heads, value_dim)}
   */
  void expand(LatentAttention a, Step kept, Activations o) {
    apply(a.values(), kept, o.values(), a.shape().headDim());
    int dim = a.valueDim();
    int heads = a.shape().heads();
    float[] out = o.resize(kept.count(), heads * dim).values();
    rowwise.each(
        kept.count(),
        row -> {
          for (int head = 0; head < heads; head++) {
            int from = (head * kept.count() + row) * dim;
            System.arraycopy(results, from, out, (row * heads + head) * dim, dim);
          }
        });
    if (kept.count() > KEPT_ROWS) {
      lowRows = new float[0];
      queries = new float[0];
      results = new float[0];
      inputs.clear();
    }
  }

  /**
   * {@code results[head] = linears[head](x[.., head])}, of as many of a head's values as its matrix
   * takes.
   *
   * @param x {@code (n_rows, heads, dim)}
   */
  private void apply(List<Linear> heads, Step step, float[] x, int dim) {
    int out = heads.getFirst().width();
    int in = heads.getFirst().weights().columns();
    int width = heads.size() * dim;
    results = room(results, heads.size() * step.count(), out);
    List<Job> jobs = new ArrayList<>();
    for (Step.Run run : step.runs()) {
      for (int head = 0; head < heads.size(); head++) {
        Activations input = input(jobs.size()).resize(run.count(), in);
        int at = (head * step.count() + run.row()) * out;
        jobs.add(new Job(run.rows(), heads.get(head), input, results, at));
      }
    }
    rowwise.each(
        jobs.size(),
        index -> {
          Step.Run run = step.runs().get(index / heads.size());
          int head = index % heads.size();
          float[] input = inputs.get(index).values();
          for (int i = 0; i < run.count(); i++) {
            System.arraycopy(x, (run.row() + i) * width + head * dim, input, i * in, in);
          }
        });
    linears.run(jobs);
  }

  private Activations input(int index) {
    while (inputs.size() <= index) {
      inputs.add(new Activations(1));
    }
    return inputs.get(index);
  }

  private static float[] room(float[] buffer, int rows, int width) {
    int needed = Math.multiplyExact(rows, width);
    return buffer.length < needed ? new float[needed] : buffer;
  }
}
