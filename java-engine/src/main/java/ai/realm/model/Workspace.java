package ai.realm.model;

import ai.realm.kernels.Activations;
import ai.realm.kernels.AttentionShape;
import ai.realm.model.net.Block;
import ai.realm.model.net.FeedForward;
import ai.realm.model.net.FeedForward.BesideExperts;
import ai.realm.model.net.FeedForward.Dense;
import ai.realm.model.net.FeedForward.Experts;
import ai.realm.model.net.FeedForward.WithGatedShared;
import ai.realm.model.net.FeedForward.WithShared;
import ai.realm.model.net.Mixer;
import ai.realm.model.net.Mixer.Attending;
import ai.realm.model.net.Mixer.DeltaNet;
import ai.realm.model.net.Mixer.Mamba2;
import ai.realm.model.net.Mixer.ShortConvolution;
import ai.realm.model.net.Network;
import java.util.ArrayList;
import java.util.List;

/** The buffers of one forward pass, a row a token; as wide as the widest layer needs. */
final class Workspace {
  /**
   * Steps above this give their memory back when they are done. The steps of a long prompt, with
   * the texts beside it, are not above it: a new set of buffers for each would grow the heap.
   */
  private static final int KEPT_ROWS = 256;

  private final int width;
  private int queryWidth;
  private int kvWidth;
  private int inner;
  private int streamWidth; // width, times the streams of a token
  private int besideWidth; // 0 where there is no such mixture
  private int inputWidth; // 0 where tokens have no inputs in layers
  private int room;

  float[] x; // the residual stream (n_rows, width), or several (n_rows, streams, width)
  float[] delta; // what a part adds to it (n_rows, width)
  float[] beside; // what a mixture adds beside another part (n_rows, width)
  float[] q; // (n_rows, heads, head_dim)
  float[] k; // (n_rows, kv_heads, head_dim)
  float[] v; // (n_rows, kv_heads, head_dim)
  float[] gate; // (n_rows, inner)
  float[] up; // (n_rows, inner)
  float[] inputs; // of a token in every layer (n_rows, layers, size)
  final Activations h; // normed (n_rows, width)
  final Activations o; // attention's output (n_rows, heads, head_dim)
  final Activations act; // activation(gate) * up (n_rows, inner)

  Workspace(Network network) {
    this.width = network.width();
    this.streamWidth = width;
    for (Block block : blocks(network)) {
      switch (block.mixer()) {
        case Attending attention -> fit(attention.shape());
        // Their buffers are elsewhere.
        case Mixer.None _, ShortConvolution _, Mamba2 _, DeltaNet _ -> {}
      }
      switch (block.feedForward()) {
        case Dense dense -> inner = Math.max(inner, dense.inner());
        case WithShared both -> inner = Math.max(inner, both.shared().inner());
        case WithGatedShared both -> inner = Math.max(inner, both.shared().inner());
        case BesideExperts part -> {
          inner = Math.max(inner, part.dense().inner());
          besideWidth = width;
        }
        case Experts _, FeedForward.None _ -> {} // They have buffers of their own, or none.
      }
      fit(block);
    }
    switch (network) {
      case Network.InputDecoder decoder -> inputWidth = decoder.inputs().projection().width();
      case Network.AltUp decoder -> {
        inputWidth = decoder.inputs().projection().width();
        streamWidth = decoder.streams() * width;
      }
      default -> {}
    }
    this.h = new Activations(width);
    this.o = new Activations(queryWidth);
    this.act = new Activations(inner);
    resize(1);
  }

  /** All blocks of a network, a head's last. */
  static List<Block> blocks(Network network) {
    List<Block> blocks = new ArrayList<>(network.blocks());
    if (network instanceof Network.Generating trunk) {
      trunk.head().ifPresent(head -> blocks.add(head.block()));
    }
    return blocks;
  }

  /** Values of a row in a stream. */
  int width() {
    return width;
  }

  /** Values of a row in all streams. */
  int streamWidth() {
    return streamWidth;
  }

  /** Values of a row in {@link #inputs}. */
  int inputWidth() {
    return inputWidth;
  }

  private void fit(Block block) {
    switch (block) {
      case Block.Scaled b -> fit(b.block());
      case Block.WithInput b -> inner = Math.max(inner, b.gate().width());
      case Block.AltUp b ->
          inner = Math.max(inner, Math.max(b.inputGate().width(), b.laurelIn().width()));
      default -> {}
    }
  }

  private void fit(AttentionShape shape) {
    queryWidth = Math.max(queryWidth, shape.queryWidth());
    kvWidth = Math.max(kvWidth, shape.kvWidth());
  }

  /**
   * Room for {@code rows} rows of {@code width} values, undefined at first: that of {@code values}
   * if it is enough, and not kept for steps that are long gone.
   */
  static float[] resized(float[] values, int rows, int width) {
    int needed = Math.multiplyExact(rows, width);
    boolean fits = needed <= values.length && values.length / KEPT_ROWS <= needed;
    return fits ? values : new float[needed];
  }

  /**
   * Bytes that a pass of so many rows takes. Activations have their rounded forms beside them,
   * which are as large at most.
   */
  long bytes(int rows) {
    long plain = 2L * width + queryWidth + 2L * kvWidth + 2L * inner + besideWidth + inputWidth;
    long activations = (long) width + queryWidth + inner;
    return Float.BYTES * (rows * (plain + 2 * activations));
  }

  /** Makes room for {@code rows} rows, undefined at first. */
  void resize(int rows) {
    if (rows > room || rows == 1 && room > KEPT_ROWS) {
      room = 0; // Until all of them are there: memory may run out in between.
      x = new float[Math.multiplyExact(rows, streamWidth)];
      delta = new float[Math.multiplyExact(rows, width)];
      beside = new float[Math.multiplyExact(rows, besideWidth)];
      q = new float[Math.multiplyExact(rows, queryWidth)];
      k = new float[Math.multiplyExact(rows, kvWidth)];
      v = new float[k.length];
      gate = new float[Math.multiplyExact(rows, inner)];
      up = new float[gate.length];
      inputs = new float[Math.multiplyExact(rows, inputWidth)];
      room = rows;
    }
  }

  /** Gives the room for {@code rows} rows back, if that is much. */
  void release(int rows) {
    if (rows > KEPT_ROWS) {
      h.resize(1);
      o.resize(1);
      act.resize(1);
      resize(1);
    }
  }
}
