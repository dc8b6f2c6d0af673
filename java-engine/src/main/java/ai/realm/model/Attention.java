package ai.realm.model;

import ai.realm.kernels.AttentionKernels;
import ai.realm.kernels.KvLayer;
import ai.realm.kernels.WorkerPool;

/**
 * Attention over the KV cache, divided among threads: by key-value heads, the tokens of a prompt
 * also by tiles, and the positions that a single token sees by spans. No division changes a bit of
 * the result.
 */
final class Attention {
  /** Tokens of a tile: with a group of heads, enough rows for the dense kernels. */
  private static final int TILE = 16;

  private final ModelConfig config;
  private final AttentionKernels kernels;
  private final WorkerPool pool;
  private final float scale;
  private final int shares;
  private float[] parts = new float[0]; // of one token: (spans, heads, head_dim + 2)

  Attention(ModelConfig config, AttentionKernels kernels, WorkerPool pool) {
    this.config = config;
    this.kernels = kernels;
    this.pool = pool;
    this.scale = (float) (1 / Math.sqrt(config.headDim()));
    this.shares = shares(config.kvHeads(), pool.threads());
  }

  /**
   * Shares that the positions of each key-value head are divided into for one token: 1 if whole
   * heads keep the threads busy for nine tenths of the time at least, and else as many as make all
   * heads' shares come out even among the threads.
   */
  static int shares(int kvHeads, int threads) {
    int rounds = Math.ceilDiv(kvHeads, threads); // in which each thread does a whole head
    if (kvHeads * 10L >= 9L * rounds * threads) {
      return 1;
    }
    int shares = 1;
    while (kvHeads * shares % threads != 0) {
      shares++;
    }
    return shares;
  }

  /**
   * Causal attention of {@code count} tokens from {@code position} on, whose keys and values are in
   * {@code kv} already.
   *
   * @param q rotated queries, {@code (count, heads, head_dim)}
   * @param out receives {@code (count, heads, head_dim)}
   */
  void apply(float[] q, int count, int position, KvLayer kv, float[] out) {
    int spans = Math.ceilDiv(position + 1, KvLayer.SPAN);
    if (count == 1 && shares > 1 && spans > 1) {
      inShares(q, position, kv, spans, out);
    } else {
      inTiles(q, count, position, kv, out);
    }
  }

  private void inTiles(float[] q, int count, int position, KvLayer kv, float[] out) {
    int kvHeads = config.kvHeads();
    int tiles = Math.ceilDiv(count, TILE);
    pool.run(
        tiles * kvHeads,
        piece -> {
          // The last tiles see the most positions: they go first, so that the work ends evenly.
          int token = (tiles - 1 - piece / kvHeads) * TILE;
          kernels.attend(
              q,
              config.queryWidth(),
              token,
              Math.min(TILE, count - token),
              position,
              kv,
              piece % kvHeads,
              config.group(),
              scale,
              out);
        });
  }

  private void inShares(float[] q, int position, KvLayer kv, int spans, float[] out) {
    int kvHeads = config.kvHeads();
    int heads = config.heads();
    int count = Math.min(shares, spans);
    int needed = spans * heads * (config.headDim() + 2);
    if (parts.length < needed) {
      parts = new float[Math.max(needed, 2 * parts.length)];
    }
    pool.run(
        count * kvHeads,
        piece -> {
          int share = piece / kvHeads;
          kernels.attendSpans(
              q,
              heads,
              position,
              kv,
              piece % kvHeads,
              config.group(),
              scale,
              spans * share / count,
              spans * (share + 1) / count,
              parts);
        });
    kernels.joinSpans(parts, spans, heads, config.headDim(), out);
  }
}
