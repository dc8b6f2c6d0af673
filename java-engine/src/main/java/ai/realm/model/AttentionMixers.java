package ai.realm.model;

import ai.realm.kernels.AttentionShape;
import ai.realm.kernels.Kernels;
import ai.realm.kernels.KvLayer;
import ai.realm.kernels.WorkerPool;
import ai.realm.model.Linears.Use;
import ai.realm.model.cache.Sequence;
import ai.realm.model.net.Linear;
import ai.realm.model.net.Mixer.Attending;
import ai.realm.model.net.Mixer.ChunkedAttention;
import ai.realm.model.net.Mixer.GatedAttention;
import ai.realm.model.net.Mixer.LatentAttention;
import ai.realm.model.net.Mixer.NormedAttention;
import ai.realm.model.net.Mixer.SelfAttention;
import ai.realm.model.net.Mixer.SharedAttention;
import ai.realm.model.net.Norm;
import ai.realm.model.net.Positions;
import java.util.ArrayList;
import java.util.List;

/**
 * The mixers that attend: from {@code h} come queries, keys and values; these are cached, and of
 * the rows that are kept {@code delta} is what comes out.
 */
final class AttentionMixers {
  private final Linears linears;
  private final Rowwise rowwise;
  private final Norms norms;
  private final Attention attention;
  private final AttentionGates gates;
  private final LatentHeads latentHeads;
  private final Workspace w;

  AttentionMixers(
      Kernels kernels,
      WorkerPool pool,
      Linears linears,
      Rowwise rowwise,
      Norms norms,
      Workspace w) {
    this.linears = linears;
    this.rowwise = rowwise;
    this.norms = norms;
    this.attention = new Attention(kernels.attention(), pool);
    this.gates = new AttentionGates(kernels, linears, rowwise);
    this.latentHeads = new LatentHeads(norms, linears, rowwise);
    this.w = w;
  }

  /**
   * {@code delta = mixer(h)} of the rows that are kept, once the keys and values of all are cached.
   *
   * @param x the stream, of which the rows of {@code kept} come to the start
   */
  void run(int layer, Attending mixer, float[] x, Step all, Step kept) {
    switch (mixer) {
      case SelfAttention a -> attend(layer, a, AttentionShape.ALL, x, all, kept);
      case ChunkedAttention(SelfAttention a, int chunk) -> attend(layer, a, chunk, x, all, kept);
      case NormedAttention a -> attend(layer, a, x, all, kept);
      case GatedAttention a -> attend(layer, a, x, all, kept);
      case SharedAttention a -> attend(a, x, all, kept);
      case LatentAttention a -> attend(layer, a, x, all, kept);
    }
  }

  /**
   * {@code delta = out(attend(position(q(h)), position(k(h)), v(h)))} of the rows that are kept.
   */
  private void attend(int layer, SelfAttention a, int chunk, float[] x, Step all, Step kept) {
    linears.apply(all.runs(), w.h, new Use(a.q(), w.q), new Use(a.k(), w.k), new Use(a.v(), w.v));
    List<KvLayer> layers = layers(layer, all);
    placeQueries(a.qNorm(), a.positions(), a.shape(), all, layers);
    placeKeys(a.kNorm(), a.positions(), a.shape(), all, layers);
    attend(a.shape(), chunk, a.out(), layers, x, all, kept);
  }

  /** The same with {@code vNorm(v)}, where v may be k before its norm. */
  private void attend(int layer, NormedAttention a, float[] x, Step all, Step kept) {
    int kvWidth = a.shape().kvWidth();
    if (a.v().isPresent()) {
      Use v = new Use(a.v().get(), w.v);
      linears.apply(all.runs(), w.h, new Use(a.q(), w.q), new Use(a.k(), w.k), v);
    } else {
      linears.apply(all.runs(), w.h, new Use(a.q(), w.q), new Use(a.k(), w.k));
      System.arraycopy(w.k, 0, w.v, 0, all.count() * kvWidth);
    }
    rowwise.each(all.count(), row -> norms.runs(a.vNorm(), w.v, row * kvWidth, kvWidth));
    List<KvLayer> layers = layers(layer, all);
    placeQueries(a.qNorm(), a.positions(), a.shape(), all, layers);
    placeKeys(a.kNorm(), a.positions(), a.shape(), all, layers);
    attend(a.shape(), AttentionShape.ALL, a.out(), layers, x, all, kept);
  }

  /** The same with what is attended to behind a gate. */
  private void attend(int layer, GatedAttention a, float[] x, Step all, Step kept) {
    gates.project(a, all, w.h, w.q, w.k, w.v);
    List<KvLayer> layers = layers(layer, all);
    placeQueries(a.qNorm(), a.positions(), a.shape(), all, layers);
    placeKeys(a.kNorm(), a.positions(), a.shape(), all, layers);
    if (kept.count() == 0) {
      return;
    }
    heads(a.shape(), AttentionShape.ALL, layers, x, all, kept);
    gates.apply(a, all, kept, w.o.values());
    linears.apply(kept.runs(), w.o, new Use(a.out(), w.delta));
  }

  /** The same with another layer's keys and values, which are cached already. */
  private void attend(SharedAttention a, float[] x, Step all, Step kept) {
    linears.apply(all.runs(), w.h, new Use(a.q(), w.q));
    List<KvLayer> layers = layers(a.layer(), all);
    placeQueries(a.qNorm(), a.positions(), a.shape(), all, layers);
    attend(a.shape(), AttentionShape.ALL, a.out(), layers, x, all, kept);
  }

  /** What each part's sequence has cached of a layer. */
  private static List<KvLayer> layers(int layer, Step all) {
    List<KvLayer> layers =
        new ArrayList<>(all.parts().size()); // No stream: it costs more than it does.
    for (Step.Part part : all.parts()) {
      layers.add(part.sequence().layer(layer, part.length()));
    }
    return layers;
  }

  /** Norms the queries, and brings them to their positions. */
  private void placeQueries(
      Norm norm, Positions positions, AttentionShape shape, Step all, List<KvLayer> layers) {
    int queryWidth = shape.queryWidth();
    boolean spread = Spreading.applies(layers);
    all.parts().forEach(part -> positions.reach(part.length()));
    rowwise.each(
        all.count(),
        row -> {
          int at = row * queryWidth;
          norms.runs(norm, w.q, at, queryWidth);
          positions.queries(w.q, at, shape.heads(), shape.headDim(), all.position(row));
          if (spread) {
            Spreading.spread(w.q, at, queryWidth, shape.headDim());
          }
        });
  }

  /** The same of the keys, and caches them with their values. */
  private void placeKeys(
      Norm norm, Positions positions, AttentionShape shape, Step all, List<KvLayer> layers) {
    int kvWidth = shape.kvWidth();
    rowwise.each(
        all.count(),
        row -> {
          norms.runs(norm, w.k, row * kvWidth, kvWidth);
          positions.keys(w.k, row * kvWidth, shape.kvHeads(), shape.headDim(), all.position(row));
          cache(shape, all, layers, row);
        });
  }

  /** Caches the key and the values of a row. */
  private void cache(AttentionShape shape, Step all, List<KvLayer> layers, int row) {
    int kvWidth = shape.kvWidth();
    int at = row * kvWidth;
    if (Spreading.applies(layers)) {
      Spreading.spread(w.k, at, kvWidth, shape.headDim());
      Spreading.spread(w.v, at, kvWidth, shape.headDim());
    }
    Sequence.write(shape, layers.get(all.partOf(row)), all.position(row), w.k, w.v, at);
  }

  /** {@code delta = out(attend(q, k, v))} of the rows that are kept. */
  private void attend(
      AttentionShape shape,
      int chunk,
      Linear out,
      List<KvLayer> layers,
      float[] x,
      Step all,
      Step kept) {
    if (kept.count() == 0) {
      return;
    }
    heads(shape, chunk, layers, x, all, kept);
    linears.apply(kept.runs(), w.o, new Use(out, w.delta));
  }

  /** {@code o = attend(q, k, v)} of the rows that are kept. */
  private void heads(
      AttentionShape shape, int chunk, List<KvLayer> layers, float[] x, Step all, Step kept) {
    if (kept.count() < all.count()) {
      kept.keep(all, x, w.streamWidth());
      kept.keep(all, w.q, shape.queryWidth());
    }
    w.o.resize(kept.count(), shape.queryWidth());
    attention.inChunks(shape, chunk, kept, layers, w.q, w.o.values());
    spreadRows(shape, w.o.values(), kept, layers);
  }

  /**
   * Spreads queries, or gathers what was attended to, where values are spread: both are the same.
   *
   * @param rows {@code (n_rows, heads, head_dim)}
   */
  private void spreadRows(AttentionShape shape, float[] rows, Step kept, List<KvLayer> layers) {
    int queryWidth = shape.queryWidth();
    if (Spreading.applies(layers)) {
      rowwise.each(
          kept.count(),
          row -> Spreading.spread(rows, row * queryWidth, queryWidth, shape.headDim()));
    }
  }

  /** {@code delta = out(attend(q, c, c))} of heads whose keys and values are one latent row. */
  private void attend(int layer, LatentAttention a, float[] x, Step all, Step kept) {
    AttentionShape shape = a.shape();
    latentHeads.project(a, all, w.h, w.k, w.v);
    List<KvLayer> layers = layers(layer, all);
    rowwise.each(all.count(), row -> cache(shape, all, layers, row));
    if (kept.count() == 0) {
      return;
    }
    kept.keep(all, x, w.streamWidth());
    latentHeads.absorb(a, all, kept, w.q);
    spreadRows(shape, w.q, kept, layers);
    w.o.resize(kept.count(), shape.queryWidth());
    attention.apply(shape, kept, layers, w.q, w.o.values());
    spreadRows(shape, w.o.values(), kept, layers);
    latentHeads.expand(a, kept, w.o);
    linears.apply(kept.runs(), w.o, new Use(a.out(), w.delta));
  }
}
