package ai.realm.model;

import ai.realm.kernels.Activations;
import ai.realm.kernels.Kernels;
import ai.realm.kernels.KvLayer;
import ai.realm.kernels.Linear;
import ai.realm.kernels.Linear.Product;
import ai.realm.kernels.Matrix;
import ai.realm.kernels.WorkerPool;
import java.util.List;

/**
 * The forward pass of a decoder-only transformer of the llama family (Touvron et al. 2023): RMS
 * norm, grouped-query attention with RoPE, SwiGLU. One thread calls it at a time; the work of each
 * step is divided among the pool's threads.
 */
final class Transformer implements LanguageModel {
  /** Tokens of a tile of attention: with a group of heads, enough rows for the dense kernels. */
  private static final int ATTENTION_TILE = 16;

  /** Batches above this give their memory back when they are done. */
  private static final int KEPT_TOKENS = 64;

  private final ModelConfig config;
  private final TransformerWeights weights;
  private final RotaryEmbedding rope;
  private final List<Matrix> matrices;
  private final Kernels kernels;
  private final WorkerPool pool;
  private final Linear linear;
  private final int vocabulary;

  // Buffers of one forward pass, a row a token.
  private float[] x; // the residual stream (n_tokens, embedding)
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
      List<Matrix> matrices,
      Kernels kernels,
      WorkerPool pool) {
    this.config = config;
    this.weights = weights;
    this.rope = rope;
    this.matrices = matrices;
    this.kernels = kernels;
    this.pool = pool;
    this.linear = new Linear(kernels, pool);
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
    return new PagedKvCache(config, capacity);
  }

  @Override
  public boolean forward(
      int[] tokens, int from, int count, KvCache cache, float[] logits, Cancellation cancellation) {
    PagedKvCache kvCache = (PagedKvCache) cache;
    int position = kvCache.length();
    kvCache.reserve(count);
    rope.reach(position + count);
    resize(count);
    try {
      embed(tokens, from, count);
      for (int l = 0; l < config.layers(); l++) {
        if (cancellation.requested()) {
          return false;
        }
        attention(weights.layers()[l], kvCache, kvCache.layer(l), position, count);
        feedForward(weights.layers()[l], count);
      }
      if (logits.length > 0) {
        logits(count, logits);
      }
      kvCache.extend(count);
      return true;
    } finally {
      if (count > KEPT_TOKENS) {
        resize(1);
      }
    }
  }

  private void embed(int[] tokens, int from, int count) {
    for (int t = 0; t < count; t++) {
      weights.embedding().row(tokens[from + t], x, t * config.embedding());
    }
  }

  /** {@code x += attn_output(attention(rope(q), rope(k), v))}. */
  private void attention(
      TransformerWeights.Layer w, PagedKvCache cache, KvLayer kv, int position, int count) {
    norm(w.attnNorm(), count);
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
    float scale = (float) (1 / Math.sqrt(config.headDim()));
    int tiles = (count + ATTENTION_TILE - 1) / ATTENTION_TILE;
    pool.run(
        tiles * config.kvHeads(),
        piece -> {
          // The last tiles see the most positions: they go first, so that the work ends evenly.
          int token = (tiles - 1 - piece / config.kvHeads()) * ATTENTION_TILE;
          kernels.attend(
              q,
              config.queryWidth(),
              token,
              Math.min(ATTENTION_TILE, count - token),
              position,
              kv,
              piece % config.kvHeads(),
              config.group(),
              scale,
              o.values());
        });
    linear.apply(o, new Product(w.attnOutput(), delta, 0, config.embedding()));
    addDelta(count);
  }

  /** {@code x += ffn_down(silu(ffn_gate(h)) * ffn_up(h))}. */
  private void feedForward(TransformerWeights.Layer w, int count) {
    int width = config.feedForward();
    norm(w.ffnNorm(), count);
    linear.apply(h, new Product(w.ffnGate(), gate, 0, width), new Product(w.ffnUp(), up, 0, width));
    eachToken(
        count, t -> kernels.swiglu(gate, t * width, up, t * width, act.values(), t * width, width));
    linear.apply(act, new Product(w.ffnDown(), delta, 0, config.embedding()));
    addDelta(count);
  }

  /** The logits of the last {@code logits.length / vocabulary} tokens. */
  private void logits(int count, float[] logits) {
    int rows = logits.length / vocabulary;
    int width = config.embedding();
    h.resize(rows);
    for (int r = 0; r < rows; r++) {
      int t = count - rows + r;
      kernels.rmsNorm(
          x, t * width, weights.outputNorm(), config.rmsEpsilon(), h.values(), r * width, width);
    }
    linear.apply(h, new Product(weights.output(), logits, 0, vocabulary));
  }

  /** {@code h = rms_norm(x) * weight}. */
  private void norm(float[] weight, int count) {
    int width = config.embedding();
    eachToken(
        count,
        t ->
            kernels.rmsNorm(
                x, t * width, weight, config.rmsEpsilon(), h.values(), t * width, width));
  }

  private void addDelta(int count) {
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

  private void resize(int count) {
    h.resize(count);
    o.resize(count);
    act.resize(count);
    if (count > room || count == 1 && room > KEPT_TOKENS) {
      x = new float[Math.multiplyExact(count, config.embedding())];
      delta = new float[x.length];
      q = new float[Math.multiplyExact(count, config.queryWidth())];
      k = new float[Math.multiplyExact(count, config.kvWidth())];
      v = new float[k.length];
      gate = new float[Math.multiplyExact(count, config.feedForward())];
      up = new float[gate.length];
      room = count;
    }
  }

  @Override
  public void close() {
    pool.close();
    matrices.forEach(Matrix::close);
  }
}
