package ai.realm.model;

import ai.realm.kernels.Activations;
import ai.realm.kernels.AttentionShape;
import ai.realm.kernels.Kernels;
import ai.realm.kernels.KvLayer;
import ai.realm.kernels.WorkerPool;
import ai.realm.model.Linears.Use;
import ai.realm.model.cache.Sequence;
import ai.realm.model.net.Block;
import ai.realm.model.net.Classifier;
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
import ai.realm.model.net.Mixer;
import ai.realm.model.net.Mixer.ChunkedAttention;
import ai.realm.model.net.Mixer.DeltaNet;
import ai.realm.model.net.Mixer.GatedAttention;
import ai.realm.model.net.Mixer.LatentAttention;
import ai.realm.model.net.Mixer.Mamba2;
import ai.realm.model.net.Mixer.NormedAttention;
import ai.realm.model.net.Mixer.SelfAttention;
import ai.realm.model.net.Mixer.SharedAttention;
import ai.realm.model.net.Mixer.ShortConvolution;
import ai.realm.model.net.Network;
import ai.realm.model.net.Norm;
import ai.realm.model.net.Positions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The forward pass through the blocks, the same for every architecture: {@code x} is the residual
 * stream, a row a token; {@code h} what goes into a part of a block, {@code delta} what comes out.
 * For one thread at a time, which has the pool's help.
 */
final class Forward {
  private final Kernels kernels;
  private final Rowwise rowwise;
  private final Linears linears;
  private final Attention attention;
  private final LatentHeads latentHeads;
  private final ShortConvolutions shortConvolutions;
  private final StateSpaces stateSpaces;
  private final DeltaNets deltaNets;
  private final AttentionGates attentionGates;
  private final Mixture mixture;
  private final LayerInputs layerInputs;

  /** Where a token has several streams. */
  private final Optional<AltUp> altUp;

  /** What guesses tokens, where the file has it. */
  private final Optional<HeadPass> head;

  private final Workspace w;
  private final int width;

  Forward(Network network, Kernels kernels, WorkerPool pool) {
    this.kernels = kernels;
    this.rowwise = new Rowwise(pool);
    this.linears = new Linears(kernels, pool, rowwise);
    this.attention = new Attention(kernels.attention(), pool);
    this.latentHeads = new LatentHeads(this, linears, rowwise);
    this.shortConvolutions = new ShortConvolutions(kernels, linears, rowwise);
    this.stateSpaces = new StateSpaces(kernels, pool, linears, rowwise);
    this.deltaNets = new DeltaNets(kernels, pool, linears, rowwise);
    this.attentionGates = new AttentionGates(kernels, linears, rowwise);
    this.mixture = new Mixture(kernels, linears, rowwise);
    this.w = new Workspace(network);
    this.layerInputs = new LayerInputs(this, kernels, linears, rowwise);
    this.altUp =
        network instanceof Network.AltUp streams
            ? Optional.of(new AltUp(this, kernels, linears, rowwise, streams))
            : Optional.empty();
    this.head =
        network instanceof Network.Generating trunk
            ? trunk.head().map(of -> new HeadPass(this, kernels, linears, rowwise, of, trunk))
            : Optional.empty();
    this.width = network.width();
  }

  /** The inputs that tokens have in every layer. */
  LayerInputs layerInputs() {
    return layerInputs;
  }

  /** The streams of a token, where it has several. */
  Optional<AltUp> altUp() {
    return altUp;
  }

  /** What guesses tokens, where the file has it. */
  Optional<HeadPass> head() {
    return head;
  }

  /** The buffers, to be sized before a pass and released behind it. */
  Workspace workspace() {
    return w;
  }

  /**
   * Takes the rows of {@code all} through a block. All have their keys and values cached, but only
   * those of {@code kept}, which are the last of their sequences, come out, at the start of {@code
   * x}: behind the last block nothing asks for the others.
   */
  void block(int layer, Block block, float[] x, Step all, Step kept) {
    for (Step.Part part : all.parts()) {
      part.sequence().hold(layer, part.position());
    }
    if (all.count() > 0) {
      through(layer, block, x, all, kept);
    }
    for (Step.Part part : all.parts()) {
      part.sequence().hold(layer, part.length());
    }
  }

  private void through(int layer, Block block, float[] x, Step all, Step kept) {
    switch (block) {
      case Block.PreNorm b -> {
        norm(b.norm(), x, w.h.resize(all.count(), width), all.count());
        mix(layer, b.mixer(), x, all, kept);
        add(x, b.residual(), b.afterMixer(), kept.count());
        norm(b.ffnNorm(), x, w.h.resize(kept.count(), width), kept.count());
        feed(b.feedForward(), x, kept);
        add(x, b.residual(), b.afterFeedForward(), kept.count());
      }
      case Block.PostNorm b -> {
        norm(Norm.NONE, x, w.h.resize(all.count(), width), all.count());
        mix(layer, b.mixer(), x, all, kept);
        add(x, 1, Norm.NONE, kept.count());
        normInPlace(b.norm(), x, kept.count());
        norm(Norm.NONE, x, w.h.resize(kept.count(), width), kept.count());
        feed(b.feedForward(), x, kept);
        add(x, 1, Norm.NONE, kept.count());
        normInPlace(b.outputNorm(), x, kept.count());
      }
      case Block.TwicePostNorm b -> {
        norm(Norm.NONE, x, w.h.resize(all.count(), width), all.count());
        mix(layer, b.mixer(), x, all, kept);
        rowwise.each(kept.count(), row -> kernels.add(w.delta, row * width, x, row * width, width));
        add(x, 1, b.norm(), kept.count());
        normInPlace(b.secondNorm(), x, kept.count());
        norm(Norm.NONE, x, w.h.resize(kept.count(), width), kept.count());
        feed(b.feedForward(), x, kept);
        add(x, 1, Norm.NONE, kept.count());
        normInPlace(b.outputNorm(), x, kept.count());
      }
      case Block.AltUp b -> altUp.orElseThrow().block(layer, b, x, all, kept);
      case Block.Scaled b -> {
        through(layer, b.block(), x, all, kept);
        rowwise.each(kept.count(), row -> kernels.scale(x, row * width, b.by(), width));
      }
      case Block.WithInput b -> {
        through(layer, b.block(), x, all, kept);
        layerInputs.delta(layer, b, x, all, kept);
        add(x, 1, b.norm(), kept.count());
      }
      case Block.Parallel b -> {
        norm(b.norm(), x, w.h.resize(all.count(), width), all.count());
        mix(layer, b.mixer(), x, all, kept);
        // Of the rows that are kept, before x changes.
        norm(b.norm(), x, w.h.resize(kept.count(), width), kept.count());
        add(x, 1, Norm.NONE, kept.count());
        feed(b.feedForward(), x, kept);
        add(x, 1, Norm.NONE, kept.count());
      }
      case Block.MixerAlone b -> {
        norm(b.norm(), x, w.h.resize(all.count(), width), all.count());
        mix(layer, b.mixer(), x, all, kept);
        add(x, 1, Norm.NONE, kept.count());
      }
      case Block.FeedForwardAlone b -> {
        kept.keep(all, x, width);
        norm(b.norm(), x, w.h.resize(kept.count(), width), kept.count());
        feed(b.feedForward(), x, kept);
        add(x, 1, Norm.NONE, kept.count());
      }
    }
  }

  void mix(int layer, Mixer mixer, float[] x, Step all, Step kept) {
    switch (mixer) {
      case SelfAttention a -> attend(layer, a, AttentionShape.ALL, x, all, kept);
      case ChunkedAttention(SelfAttention a, int chunk) -> attend(layer, a, chunk, x, all, kept);
      case LatentAttention a -> attend(layer, a, x, all, kept);
      case NormedAttention a -> attend(layer, a, x, all, kept);
      case GatedAttention a -> attend(layer, a, x, all, kept);
      case SharedAttention a -> attend(a, x, all, kept);
      case Mixer.None _ -> kept.keep(all, x, width);
      case ShortConvolution f -> {
        shortConvolutions.run(layer, f, all, kept, w.h, w.delta);
        kept.keep(all, x, width);
      }
      case Mamba2 f -> {
        stateSpaces.run(layer, f, all, kept, w.h, w.delta);
        kept.keep(all, x, width);
      }
      case DeltaNet f -> {
        deltaNets.run(layer, f, all, kept, w.h, w.delta);
        kept.keep(all, x, width);
      }
    }
  }

  void feed(FeedForward feedForward, float[] x, Step step) {
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
    norm(f.routerNorm(), x, routed, rows);
    norm(f.expertNorm(), x, w.h.resize(rows, width), rows);
    Arrays.fill(w.beside, 0, rows * width, 0);
    mixture.add(f.experts(), step, routed, w.h, w.beside);
    rowwise.each(
        rows,
        row -> {
          int at = row * width;
          norm(f.afterDense(), w.delta, at, w.delta, at, width);
          norm(f.afterExperts(), w.beside, at, w.beside, at, width);
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
    rowwise.each(all.count(), row -> normRuns(a.vNorm(), w.v, row * kvWidth, kvWidth));
    List<KvLayer> layers = layers(layer, all);
    placeQueries(a.qNorm(), a.positions(), a.shape(), all, layers);
    placeKeys(a.kNorm(), a.positions(), a.shape(), all, layers);
    attend(a.shape(), AttentionShape.ALL, a.out(), layers, x, all, kept);
  }

  /** The same with what is attended to behind a gate. */
  private void attend(int layer, GatedAttention a, float[] x, Step all, Step kept) {
    attentionGates.project(a, all, w.h, w.q, w.k, w.v);
    List<KvLayer> layers = layers(layer, all);
    placeQueries(a.qNorm(), a.positions(), a.shape(), all, layers);
    placeKeys(a.kNorm(), a.positions(), a.shape(), all, layers);
    if (kept.count() == 0) {
      return;
    }
    heads(a.shape(), AttentionShape.ALL, layers, x, all, kept);
    attentionGates.apply(a, all, kept, w.o.values());
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
          normRuns(norm, w.q, at, queryWidth);
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
    boolean spread = Spreading.applies(layers);
    rowwise.each(
        all.count(),
        row -> {
          int at = row * kvWidth;
          int position = all.position(row);
          normRuns(norm, w.k, at, kvWidth);
          positions.keys(w.k, at, shape.kvHeads(), shape.headDim(), position);
          if (spread) {
            Spreading.spread(w.k, at, kvWidth, shape.headDim());
            Spreading.spread(w.v, at, kvWidth, shape.headDim());
          }
          Sequence.write(shape, layers.get(all.partOf(row)), position, w.k, w.v, at);
        });
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
    gather(shape, kept, layers);
  }

  /** Gathers what is attended to, of the rows that are kept, where values are spread. */
  private void gather(AttentionShape shape, Step kept, List<KvLayer> layers) {
    int queryWidth = shape.queryWidth();
    if (Spreading.applies(layers)) {
      float[] o = w.o.values();
      rowwise.each(
          kept.count(), row -> Spreading.spread(o, row * queryWidth, queryWidth, shape.headDim()));
    }
  }

  /** The same with heads whose keys and values are one latent row. */
  private void attend(int layer, LatentAttention a, float[] x, Step all, Step kept) {
    int cached = a.shape().headDim();
    latentHeads.project(a, all, w.h, w.k, w.v);
    List<KvLayer> layers = layers(layer, all);
    boolean spread = Spreading.applies(layers);
    rowwise.each(
        all.count(),
        row -> {
          int index = all.partOf(row);
          Step.Part part = all.parts().get(index);
          int position = part.position() + row - part.row();
          if (spread) {
            Spreading.spread(w.k, row * cached, cached, cached);
            Spreading.spread(w.v, row * cached, cached, cached);
          }
          Sequence.write(a.shape(), layers.get(index), position, w.k, w.v, row * cached);
        });
    if (kept.count() == 0) {
      return;
    }
    kept.keep(all, x, width);
    latentHeads.absorb(a, all, kept, w.q);
    int queryWidth = a.shape().queryWidth();
    if (spread) {
      rowwise.each(
          kept.count(), row -> Spreading.spread(w.q, row * queryWidth, queryWidth, cached));
    }
    w.o.resize(kept.count(), queryWidth);
    attention.apply(a.shape(), kept, layers, w.q, w.o.values());
    gather(a.shape(), kept, layers);
    latentHeads.expand(a, kept, w.o);
    linears.apply(kept.runs(), w.o, new Use(a.out(), w.delta));
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

  /** {@code x += by * after(delta)}. */
  private void add(float[] x, float by, Norm after, int rows) {
    rowwise.each(
        rows,
        row -> {
          int at = row * width;
          norm(after, w.delta, at, w.delta, at, width);
          if (by == 1) {
            kernels.add(x, at, w.delta, at, width);
          } else {
            kernels.addScaled(x, at, by, w.delta, at, width);
          }
        });
  }

  /** {@code out = norm(x)}, row by row. */
  private void norm(Norm norm, float[] x, Activations out, int rows) {
    norm(norm, x, 0, out, rows);
  }

  /** The same of the rows from {@code x[at]} on. */
  private void norm(Norm norm, float[] x, int at, Activations out, int rows) {
    rowwise.each(rows, row -> norm(norm, x, at + row * width, out.values(), row * width, width));
  }

  private void normInPlace(Norm norm, float[] x, int rows) {
    rowwise.each(rows, row -> norm(norm, x, row * width, x, row * width, width));
  }

  /** A norm of each run of its weight's length: of every head, or of the whole row. */
  void normRuns(Norm norm, float[] x, int at, int n) {
    int run =
        switch (norm) {
          case Norm.Rms rms -> rms.weight().length;
          case Norm.Layer layer -> layer.weight().length;
          case Norm.None none -> n;
        };
    for (int i = at; i < at + n; i += run) {
      norm(norm, x, i, x, i, run);
    }
  }

  /** {@code states[at ..] = norm(x)}, of {@code count} rows from {@code row} on. */
  void states(Norm norm, float[] x, int row, int count, float[] states, int at) {
    rowwise.each(count, i -> norm(norm, x, (row + i) * width, states, at + i * width, width));
  }

  /** {@code linear(x)} of a single row, of any width. */
  float[] linear(Linear linear, float[] x) {
    Activations row = new Activations(x.length).resize(1);
    System.arraycopy(x, 0, row.values(), 0, x.length);
    float[] y = new float[linear.width()];
    linears.apply(Step.runsOf(1), row, new Use(linear, y));
    return y;
  }

  /** {@code logits = output(tanh(dense(x)))} of a pooled state. */
  float[] logits(Classifier classifier, float[] pooled) {
    float[] x = pooled;
    if (classifier.dense().isPresent()) {
      x = linear(classifier.dense().get(), x);
      for (int i = 0; i < x.length; i++) {
        x[i] = (float) Math.tanh(x[i]);
      }
    }
    return linear(classifier.output(), x);
  }

  /** {@code out = norm(x)} of {@code n} values. */
  @SuppressWarnings("ReferenceEquality") // An array is asked whether it is the same one.
  void norm(Norm norm, float[] x, int at, float[] out, int outAt, int n) {
    switch (norm) {
      case Norm.Rms rms -> kernels.rmsNorm(x, at, rms.weight(), rms.epsilon(), out, outAt, n);
      case Norm.Layer layer ->
          kernels.layerNorm(x, at, layer.weight(), layer.bias(), layer.epsilon(), out, outAt, n);
      case Norm.None none -> {
        if (x != out) {
          System.arraycopy(x, at, out, outAt, n);
        }
      }
    }
  }

  /** {@code logits = cap(scale * linear(norm(x)))}, of rows from {@code x[at]} on. */
  void logits(Network.Output output, float[] x, int at, List<Step.Run> runs, float[] logits) {
    Step.Run last = runs.getLast();
    int rows = last.row() + last.count();
    norm(output.norm(), x, at, w.h.resize(rows, width), rows);
    linears.apply(runs, w.h, new Use(output.linear(), logits));
    if (output.scale() != 1) {
      kernels.scale(logits, 0, output.scale(), rows * output.linear().width());
    }
    if (output.softcap() != Float.POSITIVE_INFINITY) {
      // Row by row: where a vector ends depends on the start, and with it the last bit.
      int vocabulary = output.linear().width();
      rowwise.each(
          rows, row -> kernels.softcap(logits, row * vocabulary, output.softcap(), vocabulary));
    }
  }
}
