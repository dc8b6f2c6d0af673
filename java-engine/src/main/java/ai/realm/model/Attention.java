package ai.realm.model;

import ai.realm.kernels.AttentionKernels;
import ai.realm.kernels.AttentionKernels.Tile;
import ai.realm.kernels.AttentionShape;
import ai.realm.kernels.KvLayer;
import ai.realm.kernels.WorkerPool;
import java.util.ArrayList;
import java.util.List;

/**
 * Attention over the KV cache, divided among threads: by key-value heads, rows also by tiles, and
 * the positions that a single row sees by spans. No division changes a bit of the result.
 */
final class Attention {
  /** Rows of a tile: with a group of heads, enough for the dense kernels. */
  private static final int TILE = 16;

  private record Work(Tile tile, KvLayer kv) {}

  private final AttentionKernels kernels;
  private final WorkerPool pool;
  private float[] parts = new float[0]; // of one row: (spans, heads, head_dim + 2)

  Attention(AttentionKernels kernels, WorkerPool pool) {
    this.kernels = kernels;
    this.pool = pool;
  }

  /**
   * Shares that the positions of each key-value head are divided into for one row: 1 if whole heads
   * keep the threads busy for nine tenths of the time at least, and else as many as make all heads'
   * shares come out even among the threads.
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
   * Attention of all rows of a step, whose keys and values are in {@code layers} already.
   *
   * @param layers of each part's sequence
   * @param q rotated queries, {@code (n_rows, heads, head_dim)}
   * @param out receives {@code (n_rows, heads, head_dim)}
   */
  void apply(AttentionShape shape, Step step, List<KvLayer> layers, float[] q, float[] out) {
    inChunks(shape, AttentionShape.ALL, step, layers, q, out);
  }

  /**
   * The same where a query sees the positions of its own chunk alone: to the kernels the sequence
   * begins with it.
   *
   * @param chunk positions, a multiple of {@link KvLayer#PAGE}, or {@link AttentionShape#ALL}
   */
  void inChunks(
      AttentionShape shape, int chunk, Step step, List<KvLayer> layers, float[] q, float[] out) {
    List<Work> tiles = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      Step.Part part = step.parts().get(i);
      int count;
      for (int t = 0; t < part.count(); t += count) {
        int position = (part.position() + t) % chunk;
        int start = part.position() + t - position;
        count = Math.min(Math.min(TILE, part.count() - t), chunk - position);
        Tile tile = new Tile(q, out, part.row() + t, count, position);
        tiles.add(new Work(tile, layers.get(i).from(start)));
      }
    }
    int shares = shares(shape.kvHeads(), pool.threads());
    if (step.count() == 1 && shares > 1) {
      inShares(shape, tiles.getFirst(), shares);
    } else {
      inTiles(shape, tiles);
    }
  }

  private void inTiles(AttentionShape shape, List<Work> tiles) {
    int kvHeads = shape.kvHeads();
    pool.run(
        tiles.size() * kvHeads,
        piece -> {
          // The last tiles see the most positions: they go first, so that the work ends evenly.
          Work work = tiles.get(tiles.size() - 1 - piece / kvHeads);
          kernels.attend(shape, work.tile(), work.kv(), piece % kvHeads);
        });
  }

  private void inShares(AttentionShape shape, Work work, int shares) {
    int kvHeads = shape.kvHeads();
    int position = work.tile().position();
    int first = shape.first(position) / KvLayer.SPAN;
    int spans = Math.ceilDiv(shape.end(position, work.kv().length()), KvLayer.SPAN) - first;
    int count = Math.min(shares, spans);
    int needed = spans * shape.heads() * (shape.headDim() + 2);
    if (parts.length < needed) {
      parts = new float[Math.max(needed, 2 * parts.length)];
    }
    pool.run(
        count * kvHeads,
        piece -> {
          int share = piece / kvHeads;
          kernels.attendSpans(
              shape,
              work.tile(),
              work.kv(),
              piece % kvHeads,
              first + spans * share / count,
              first + spans * (share + 1) / count,
              parts);
        });
    int at = work.tile().row() * shape.queryWidth();
    kernels.joinSpans(shape, parts, spans, work.tile().out(), at);
  }
}
