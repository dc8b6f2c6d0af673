package ai.realm.model;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.kernels.Activations;
import ai.realm.kernels.Kernels;
import ai.realm.kernels.KvFormat;
import ai.realm.kernels.KvLayer;
import ai.realm.kernels.Linear;
import ai.realm.kernels.Linear.Product;
import ai.realm.kernels.WorkerPool;
import java.lang.foreign.Arena;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The forward pass of a decoder-only transformer of the llama family (Touvron et al. 2023): RMS
 * norm, grouped-query attention with RoPE, SwiGLU. Calls from several threads take turns; the work
 * of each step is divided among the pool's threads.
 */
final class Transformer implements LayerwiseModel {
  /**
   * Batches above this give their memory back when they are done. The steps of a long prompt are
   * not above it: a new set of buffers for each would grow the heap.
   */
  private static final int KEPT_TOKENS = 128;

  private final ModelConfig config;
  private final TransformerWeights weights;
  private final RotaryEmbedding rope;
  private final Arena storage;
  private final Kernels kernels;
  private final WorkerPool pool;
  private final KvFormat kvFormat;
  private final Linear linear;
  private final Attention attention;
  private final int vocabulary;

  /** Fair, so that work in many small calls, as layer by layer, gets its turn beside a long one. */
  private final ReentrantLock turn = new ReentrantLock(true);

  // Buffers of one forward pass, a row a token.
  private float[] stream; // the residual stream x of forward() (n_tokens, embedding)
  private final Activations h; // normed (n_tokens, embedding)
  private float[] q; // (n_tokens, heads, head_dim)
  private float[] k; // (n_tokens, kv_heads, head_dim)
  private float[] v; // (n_tokens, kv_heads, head_dim)
  private final Activations o; // attention's output (n_tokens, heads, head_dim)
  private float[] gate; // (n_tokens, feed_forward)
  private float[] up; // (n_tokens, feed_forward)
  private final Activations act; // silu(gate) * up (n_tokens, feed_forward)
  private float[] delta; // what a sublayer adds to the stream (n_tokens, embedding)
  private int room;

  Transformer(
      ModelConfig config,
      TransformerWeights weights,
      RotaryEmbedding rope,
      Arena storage,
      Kernels kernels,
      WorkerPool pool,
      KvFormat kvFormat) {
    this.config = config;
    this.weights = weights;
    this.rope = rope;
    this.storage = storage;
    this.kernels = kernels;
    this.pool = pool;
    this.kvFormat = kvFormat;
    this.linear = new Linear(kernels, pool);
    this.attention = new Attention(config, kernels.attention(), pool);
    this.vocabulary = weights.embedding().rows();
    this.h = new Activations(config.embedding());
    this.o = new Activations(config.queryWidth());
    this.act = new Activations(config.feedForward());
    resize(1);
  }

  @Override
  public int vocabularySize() {
    return vocabulary;
  }

  @Override
  public int trainedContext() {
    return config.context();
  }

  @Override
  public KvCache newCache(int capacity) {
    return new PagedKvCache(config, kvFormat, capacity);
  }

  @Override
  public int layers() {
    return config.layers();
  }

  @Override
  public int width() {
    return config.embedding();
  }

  @Override
  public long cacheBytes(int capacity) {
    return PagedKvCache.bytes(config, kvFormat, capacity);
  }

  @Override
  public boolean forward(
      int[] tokens, int from, int count, KvCache cache, float[] logits, Cancellation cancellation) {
    PagedKvCache kvCache = (PagedKvCache) cache;
    int position = kvCache.length();
    boolean complete = false;
    turn.lock();
    try {
      kvCache.reserve(position, count);
      resize(count);
      embed(tokens, from, count, stream);
      for (int l = 0; l < config.layers(); l++) {
        if (cancellation.requested()) {
          return false;
        }
        boolean last = l == config.layers() - 1;
        layer(l, stream, count, last ? logits.length / vocabulary : count, position, kvCache);
      }
      if (logits.length > 0) {
        logits(stream, 0, logits);
      }
      complete = true;
      return true;
    } finally {
      if (!complete) {
        kvCache.truncate(position);
      }
      releaseLargeBatch(count);
      turn.unlock();
    }
  }

  @Override
  public void embed(int[] tokens, int from, int count, float[] hidden) {
    for (int t = 0; t < count; t++) {
      weights.embedding().row(tokens[from + t], hidden, t * config.embedding());
    }
  }

  @Override
  public void forwardLayer(int layer, float[] hidden, int count, int position, KvCache cache) {
    PagedKvCache kvCache = (PagedKvCache) cache;
    if (layer < 0 || layer >= config.layers()) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          "layer is " + layer + "; the model's layers are 0 to " + (config.layers() - 1));
    }
    if (position < 0 || position > kvCache.held(layer)) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          "position is "
              + position
              + "; layer "
              + layer
              + " holds "
              + kvCache.held(layer)
              + " positions: give that, or one of them to replace it and those after it");
    }
    turn.lock();
    try {
      kvCache.reserve(position, count);
      resize(count);
      layer(layer, hidden, count, count, position, kvCache);
    } finally {
      releaseLargeBatch(count);
      turn.unlock();
    }
  }

  /**
   * Takes {@code count} tokens through a layer. All have their keys and values cached, but only the
   * last {@code kept} of them come out, at the start of {@code x}: behind the last layer nothing
   * asks for the others.
   */
  private void layer(int layer, float[] x, int count, int kept, int position, PagedKvCache cache) {
    TransformerWeights.Layer w = weights.layers()[layer];
    rope.reach(position + count);
    cache.hold(layer, position);
    attention(w, x, cache, cache.layer(layer), position, count, kept);
    if (kept > 0) {
      feedForward(w, x, kept);
    }
    cache.hold(layer, position + count);
  }

  @Override
  public void logits(float[] hidden, int at, float[] logits) {
    int rows = logits.length / vocabulary;
    int width = config.embedding();
    turn.lock();
    try {
      h.resize(rows);
      for (int r = 0; r < rows; r++) {
        kernels.rmsNorm(
            hidden,
            at + r * width,
            weights.outputNorm(),
            config.rmsEpsilon(),
            h.values(),
            r * width,
            width);
      }
      linear.apply(h, new Product(weights.output(), logits, 0, vocabulary));
    } finally {
      turn.unlock();
    }
  }

  /** {@code x += attn_output(attention(rope(q), rope(k), v))}, for the tokens that are kept. */
  private void attention(
      TransformerWeights.Layer w,
      float[] x,
      PagedKvCache cache,
      KvLayer kv,
      int position,
      int count,
      int kept) {
    norm(x, w.attnNorm(), count);
    linear.apply(
        h,
        new Product(w.attnQ(), q, 0, config.queryWidth()),
        new Product(w.attnK(), k, 0, config.kvWidth()),
        new Product(w.attnV(), v, 0, config.kvWidth()));
    eachToken(
        count,
        t -> {
          rope.rotate(q, t * config.queryWidth(), config.heads(), position + t);
          rope.rotate(k, t * config.kvWidth(), config.kvHeads(), position + t);
          cache.write(kv, position + t, k, t * config.kvWidth(), v, t * config.kvWidth());
        });
    if (kept == 0) {
      return;
    }
    int first = count - kept;
    if (first > 0) {
      moveToStart(x, first, kept, config.embedding());
      moveToStart(q, first, kept, config.queryWidth());
      resizeActivations(kept);
    }
    attention.apply(q, kept, position + first, kv, o.values());
    linear.apply(o, new Product(w.attnOutput(), delta, 0, config.embedding()));
    addDelta(x, kept);
  }

  private static void moveToStart(float[] rows, int first, int count, int width) {
    System.arraycopy(rows, first * width, rows, 0, count * width);
  }

  /** {@code x += ffn_down(silu(ffn_gate(h)) * ffn_up(h))}. */
  private void feedForward(TransformerWeights.Layer w, float[] x, int count) {
    int width = config.feedForward();
    norm(x, w.ffnNorm(), count);
    linear.apply(h, new Product(w.ffnGate(), gate, 0, width), new Product(w.ffnUp(), up, 0, width));
    eachToken(
        count, t -> kernels.swiglu(gate, t * width, up, t * width, act.values(), t * width, width));
    linear.apply(act, new Product(w.ffnDown(), delta, 0, config.embedding()));
    addDelta(x, count);
  }

  /** {@code h = rms_norm(x) * weight}. */
  private void norm(float[] x, float[] weight, int count) {
    int width = config.embedding();
    eachToken(
        count,
        t ->
            kernels.rmsNorm(
                x, t * width, weight, config.rmsEpsilon(), h.values(), t * width, width));
  }

  private void addDelta(float[] x, int count) {
    int width = config.embedding();
    eachToken(count, t -> kernels.add(x, t * width, delta, t * width, width));
  }

  private void eachToken(int count, WorkerPool.Task task) {
    int pieces = Math.min(count, pool.threads() * 4);
    pool.run(
        pieces,
        piece -> {
          int end = (int) ((long) count * (piece + 1) / pieces);
          for (int t = (int) ((long) count * piece / pieces); t < end; t++) {
            task.run(t);
          }
        });
  }

  private void releaseLargeBatch(int count) {
    if (count > KEPT_TOKENS) {
      resize(1);
    }
  }

  private void resize(int count) {
    resizeActivations(count);
    if (count > room || count == 1 && room > KEPT_TOKENS) {
      room = 0; // Until all of them are there: memory may run out in between.
      stream = new float[Math.multiplyExact(count, config.embedding())];
      delta = new float[stream.length];
      q = new float[Math.multiplyExact(count, config.queryWidth())];
      k = new float[Math.multiplyExact(count, config.kvWidth())];
      v = new float[k.length];
      gate = new float[Math.multiplyExact(count, config.feedForward())];
      up = new float[gate.length];
      room = count;
    }
  }

  private void resizeActivations(int count) {
    h.resize(count);
    o.resize(count);
    act.resize(count);
  }

  @Override
  public void close() {
    pool.close();
    storage.close();
  }
}
