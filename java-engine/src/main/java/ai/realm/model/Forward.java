package ai.realm.model;

import ai.realm.kernels.Activations;
import ai.realm.kernels.Kernels;
import ai.realm.kernels.WorkerPool;
import ai.realm.model.Linears.Use;
import ai.realm.model.net.Block;
import ai.realm.model.net.Classifier;
import ai.realm.model.net.Linear;
import ai.realm.model.net.Mixer;
import ai.realm.model.net.Mixer.Attending;
import ai.realm.model.net.Mixer.DeltaNet;
import ai.realm.model.net.Mixer.Mamba2;
import ai.realm.model.net.Mixer.ShortConvolution;
import ai.realm.model.net.Network;
import ai.realm.model.net.Norm;
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
  private final Norms norms;
  private final AttentionMixers attention;
  private final ShortConvolutions shortConvolutions;
  private final StateSpaces stateSpaces;
  private final DeltaNets deltaNets;
  private final FeedForwards feedForwards;
  private final LayerInputs layerInputs;

  /** Where a token has several streams. */
  private final Optional<AltUp> altUp;

  /** What guesses tokens, where the file has it. */
  private final Optional<HeadPass> head;

  private final Workspace w;
  private final int width;

  Forward(Network network, Kernels kernels, WorkerPool pool) {
    this.kernels = kernels;
    this.w = new Workspace(network);
    this.width = network.width();
    this.rowwise = new Rowwise(pool);
    this.linears = new Linears(kernels, pool, rowwise);
    this.norms = new Norms(kernels, rowwise);
    this.attention = new AttentionMixers(kernels, pool, linears, rowwise, norms, w);
    this.shortConvolutions = new ShortConvolutions(kernels, linears, rowwise);
    this.stateSpaces = new StateSpaces(kernels, pool, linears, rowwise);
    this.deltaNets = new DeltaNets(kernels, pool, linears, rowwise);
    this.feedForwards = new FeedForwards(kernels, linears, rowwise, norms, w);
    this.layerInputs = new LayerInputs(kernels, linears, rowwise, norms, w);
    this.altUp =
        network instanceof Network.AltUp streams
            ? Optional.of(new AltUp(this, kernels, linears, rowwise, streams))
            : Optional.empty();
    this.head =
        network instanceof Network.Generating trunk
            ? trunk.head().map(of -> new HeadPass(this, kernels, linears, rowwise, of, trunk))
            : Optional.empty();
  }

  /** Norms of rows. */
  Norms norms() {
    return norms;
  }

  /** The feed-forward parts. */
  FeedForwards feedForwards() {
    return feedForwards;
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
        enter(b.norm(), x, all);
        mix(layer, b.mixer(), x, all, kept);
        add(x, b.residual(), b.afterMixer(), kept.count());
        enter(b.ffnNorm(), x, kept);
        feedForwards.run(b.feedForward(), x, kept);
        add(x, b.residual(), b.afterFeedForward(), kept.count());
      }
      case Block.PostNorm b -> {
        enter(Norm.NONE, x, all);
        mix(layer, b.mixer(), x, all, kept);
        add(x, 1, Norm.NONE, kept.count());
        norms.rows(b.norm(), x, 0, x, 0, kept.count(), width);
        enter(Norm.NONE, x, kept);
        feedForwards.run(b.feedForward(), x, kept);
        add(x, 1, Norm.NONE, kept.count());
        norms.rows(b.outputNorm(), x, 0, x, 0, kept.count(), width);
      }
      case Block.TwicePostNorm b -> {
        enter(Norm.NONE, x, all);
        mix(layer, b.mixer(), x, all, kept);
        rowwise.each(kept.count(), row -> kernels.add(w.delta, row * width, x, row * width, width));
        add(x, 1, b.norm(), kept.count());
        norms.rows(b.secondNorm(), x, 0, x, 0, kept.count(), width);
        enter(Norm.NONE, x, kept);
        feedForwards.run(b.feedForward(), x, kept);
        add(x, 1, Norm.NONE, kept.count());
        norms.rows(b.outputNorm(), x, 0, x, 0, kept.count(), width);
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
        enter(b.norm(), x, all);
        mix(layer, b.mixer(), x, all, kept);
        // Of the rows that are kept, before x changes.
        enter(b.norm(), x, kept);
        add(x, 1, Norm.NONE, kept.count());
        feedForwards.run(b.feedForward(), x, kept);
        add(x, 1, Norm.NONE, kept.count());
      }
      case Block.MixerAlone b -> {
        enter(b.norm(), x, all);
        mix(layer, b.mixer(), x, all, kept);
        add(x, 1, Norm.NONE, kept.count());
      }
      case Block.FeedForwardAlone b -> {
        kept.keep(all, x, width);
        enter(b.norm(), x, kept);
        feedForwards.run(b.feedForward(), x, kept);
        add(x, 1, Norm.NONE, kept.count());
      }
    }
  }

  /**
   * {@code delta = mixer(h)} of the rows that are kept, whose rows of {@code x} come to the start.
   */
  void mix(int layer, Mixer mixer, float[] x, Step all, Step kept) {
    switch (mixer) {
      case Attending a -> attention.run(layer, a, x, all, kept);
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

  /** {@code h = norm(x)} of the rows of a step. */
  private void enter(Norm norm, float[] x, Step step) {
    float[] h = w.h.resize(step.count(), width).values();
    norms.rows(norm, x, 0, h, 0, step.count(), width);
  }

  /** {@code x += by * after(delta)}. */
  private void add(float[] x, float by, Norm after, int rows) {
    rowwise.each(
        rows,
        row -> {
          int at = row * width;
          norms.one(after, w.delta, at, w.delta, at, width);
          if (by == 1) {
            kernels.add(x, at, w.delta, at, width);
          } else {
            kernels.addScaled(x, at, by, w.delta, at, width);
          }
        });
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

  /** {@code logits = cap(scale * linear(norm(x)))}, of rows from {@code x[at]} on. */
  void logits(Network.Output output, float[] x, int at, List<Step.Run> runs, float[] logits) {
    Step.Run last = runs.getLast();
    int rows = last.row() + last.count();
    norms.rows(output.norm(), x, at, w.h.resize(rows, width).values(), 0, rows, width);
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
