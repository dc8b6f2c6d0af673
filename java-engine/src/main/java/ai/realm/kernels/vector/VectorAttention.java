package ai.realm.kernels.vector;

import static ai.realm.kernels.KvLayer.BLOCK;
import static ai.realm.kernels.KvLayer.PAGE;
import static ai.realm.kernels.KvLayer.SPAN;
import static ai.realm.kernels.vector.PanelProduct.WIDTH;

import ai.realm.kernels.AttentionKernels;
import ai.realm.kernels.AttentionShape;
import ai.realm.kernels.KvFormat;
import ai.realm.kernels.KvLayer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Attention page by page, with a running maximum and sum for each row (Dao et al. 2022). Each span
 * of pages has its own, and the spans are joined in order: threads may then divide them. A page's
 * keys and values are widened to f32 panels once for all rows of a tile (its tokens times the query
 * heads that share the key-value head); scores and outputs are then the same dense products as
 * those of prefill. A tile of one token does without panels.
 */
final class VectorAttention implements AttentionKernels {
  /** One thread's working memory; it grows to the largest tile. */
  private static final class Scratch {
    float[] queries = new float[0]; // (rows, head_dim), scaled
    float[] scores = new float[0]; // (rows, PAGE)
    float[] outputs = new float[0]; // (rows, head_dim), of a span
    float[] maxima = new float[0]; // (rows)
    float[] sums = new float[0]; // (rows)
    float[] totals = new float[0]; // (rows, head_dim + 2): of all spans outputs, maximum, sum
    float[] keys = new float[0]; // PAGE / WIDTH panels of (head_dim, WIDTH)
    float[] values = new float[0]; // head_dim / WIDTH panels of (PAGE, WIDTH)
    short[] halves = new short[0]; // a page's keys, or its values, in F16
    final float[] tile = new float[PanelProduct.SCRATCH];

    void fit(int rows, int headDim) {
      int room = Math.ceilDiv(rows + 1, PanelProduct.ROWS) * PanelProduct.ROWS;
      if (queries.length < room * headDim || maxima.length < room) {
        queries = new float[room * headDim];
        outputs = new float[room * headDim];
        totals = new float[room * (headDim + 2)];
        scores = new float[room * PAGE];
        maxima = new float[room];
        sums = new float[room];
      }
      int panels = (headDim + WIDTH - 1) / WIDTH;
      if (keys.length < headDim * PAGE || values.length < panels * WIDTH * PAGE) {
        keys = new float[headDim * PAGE];
        halves = new short[headDim * PAGE];
        values = new float[panels * WIDTH * PAGE];
      }
    }
  }

  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  @Override
  public void attend(AttentionShape shape, Tile tile, KvLayer kv, int kvHead) {
    int dim = shape.headDim();
    int group = shape.group();
    int rows = tile.count() * group;
    Scratch s = SCRATCH.get();
    s.fit(rows, dim);
    takeQueries(s, shape, tile, kvHead);
    for (int row = 0; row < rows; row++) {
      clear(s.totals, row * (dim + 2), dim);
    }
    int seen = shape.end(tile.position() + tile.count() - 1, kv.length());
    for (int start = shape.first(tile.position()) / SPAN * SPAN; start < seen; start += SPAN) {
      span(s, shape, tile, kv, kvHead, start, Math.min(start + SPAN, seen));
      for (int row = 0; row < rows; row++) {
        join(s.totals, row * (dim + 2), s.outputs, row * dim, s.maxima[row], s.sums[row], dim);
      }
    }
    for (int t = 0; t < tile.count(); t++) {
      int to = (tile.row() + t) * shape.queryWidth() + kvHead * group * dim;
      for (int h = 0; h < group; h++) {
        int at = (t * group + h) * (dim + 2);
        divide(s.totals, at, shape.sinks()[kvHead * group + h], tile.out(), to + h * dim, dim);
      }
    }
  }

  @Override
  public void attendSpans(
      AttentionShape shape,
      Tile tile,
      KvLayer kv,
      int kvHead,
      int span,
      int endSpan,
      float[] parts) {
    int dim = shape.headDim();
    int group = shape.group();
    Scratch s = SCRATCH.get();
    s.fit(group, dim);
    takeQueries(s, shape, tile, kvHead);
    int first = shape.first(tile.position()) / SPAN;
    int seen = shape.end(tile.position(), kv.length());
    for (int i = span; i < endSpan; i++) {
      span(s, shape, tile, kv, kvHead, i * SPAN, Math.min((i + 1) * SPAN, seen));
      for (int row = 0; row < group; row++) {
        int at = ((i - first) * shape.heads() + kvHead * group + row) * (dim + 2);
        System.arraycopy(s.outputs, row * dim, parts, at, dim);
        parts[at + dim] = s.maxima[row];
        parts[at + dim + 1] = s.sums[row];
      }
    }
  }

  @Override
  public void joinSpans(AttentionShape shape, float[] parts, int spans, float[] out, int to) {
    int dim = shape.headDim();
    Scratch s = SCRATCH.get();
    s.fit(1, dim);
    for (int head = 0; head < shape.heads(); head++) {
      clear(s.totals, 0, dim);
      for (int span = 0; span < spans; span++) {
        int at = (span * shape.heads() + head) * (dim + 2);
        join(s.totals, 0, parts, at, parts[at + dim], parts[at + dim + 1], dim);
      }
      divide(s.totals, 0, shape.sinks()[head], out, to + head * dim, dim);
    }
  }

  /** The rows of the tile's queries: of each token the heads of the group. */
  private static void takeQueries(Scratch s, AttentionShape shape, Tile tile, int kvHead) {
    int width = shape.group() * shape.headDim();
    for (int t = 0; t < tile.count(); t++) {
      int from = (tile.row() + t) * shape.queryWidth() + kvHead * width;
      Elementwise.scale(tile.q(), from, shape.scale(), s.queries, t * width, width);
    }
  }

  /** The total of no span. */
  private static void clear(float[] totals, int at, int dim) {
    Arrays.fill(totals, at, at + dim, 0);
    totals[at + dim] = Float.NEGATIVE_INFINITY;
    totals[at + dim + 1] = 0;
  }

  /** Adds a row's outputs, maximum and sum of a span to its total over those before it. */
  private static void join(
      float[] totals, int at, float[] outputs, int from, float spanMax, float spanSum, int dim) {
    if (spanSum == 0) {
      return; // The row sees nothing of this span.
    }
    float old = totals[at + dim];
    float max = Math.max(old, spanMax);
    float keep = (float) Math.exp(old - max);
    float take = (float) Math.exp(spanMax - max);
    for (int i = 0; i < dim; i++) {
      totals[at + i] = totals[at + i] * keep + outputs[from + i] * take;
    }
    totals[at + dim] = max;
    totals[at + dim + 1] = totals[at + dim + 1] * keep + spanSum * take;
  }

  /** A row's result: its total outputs, divided by the sum of all weights and the sink's. */
  private static void divide(float[] totals, int at, float sink, float[] out, int to, int dim) {
    float sum = totals[at + dim + 1] + (float) Math.exp(sink - totals[at + dim]);
    Elementwise.scale(totals, at, 1 / sum, out, to, dim);
  }

  /** Attention of all rows over the positions from {@code start}, a span's first, on. */
  private static void span(
      Scratch s, AttentionShape shape, Tile tile, KvLayer kv, int kvHead, int start, int end) {
    int rows = tile.count() * shape.group();
    Arrays.fill(s.maxima, 0, rows, Float.NEGATIVE_INFINITY);
    Arrays.fill(s.sums, 0, rows, 0);
    Arrays.fill(s.outputs, 0, (rows + 1) * shape.headDim(), 0); // HeadProduct takes rows by twos.
    int first = Math.max(start, shape.first(tile.position()) / PAGE * PAGE);
    for (int at = first; at < end; at += PAGE) {
      page(s, shape, tile, kv, kvHead, at, Math.min(PAGE, end - at));
    }
  }

  private static void page(
      Scratch s,
      AttentionShape shape,
      Tile tile,
      KvLayer kv,
      int kvHead,
      int start,
      int positions) {
    int dim = shape.headDim();
    int group = shape.group();
    int rows = tile.count() * group;
    MemorySegment page = kv.pages()[start / PAGE];
    boolean one = rows == group && kv.format() == KvFormat.F16 && HeadProduct.fits(dim);
    if (one) {
      copy(page, kv.keys(kvHead), Math.ceilDiv(positions, BLOCK) * BLOCK * dim, s.halves);
      HeadProduct.score(s.queries, rows, dim, s.halves, positions, s.scores);
    } else {
      score(s, kv, page, kvHead, rows, positions);
    }
    for (int row = 0; row < rows; row++) {
      int position = tile.position() + row / group;
      int from = Math.clamp(shape.first(position) - start, 0, positions);
      int end = Math.clamp(shape.end(position, kv.length()) - start, from, positions);
      if (shape.softcap() != Float.POSITIVE_INFINITY) {
        Exponential.softcap(s.scores, row * PAGE + from, shape.softcap(), end - from);
      }
      float slope = shape.slopes()[kvHead * group + row % group];
      if (slope != 0) {
        fall(s.scores, row * PAGE + from, end - from, start + from - position, slope);
      }
      softmax(s, row, from, end, positions, dim);
    }
    if (one) {
      copy(page, kv.values(kvHead), positions * dim, s.halves);
      HeadProduct.mix(s.scores, rows, dim, s.halves, positions, s.outputs);
    } else {
      mix(s, kv, page, kvHead, rows, positions);
    }
  }

  /**
   * Takes {@code slope} times the distance from {@code n} scores, of which the first is of the
   * position that is {@code ahead} of the query's own.
   */
  private static void fall(float[] scores, int at, int n, int ahead, float slope) {
    for (int i = 0; i < n; i++) {
      scores[at + i] -= slope * Math.abs(ahead + i);
    }
  }

  /**
   * Brings halves into the cache: a copy asks the memory for many lines at a time, a product only
   * for those that its next few steps need.
   */
  private static void copy(MemorySegment page, long from, int count, short[] halves) {
    MemorySegment.copy(page, ValueLayout.JAVA_SHORT, from, halves, 0, count);
  }

  /** Scores of all rows with a page's keys. */
  private static void score(
      Scratch s, KvLayer kv, MemorySegment page, int kvHead, int rows, int positions) {
    int dim = kv.headDim();
    for (int n = 0; n < positions; n += WIDTH) {
      for (int b = n; b < Math.min(n + WIDTH, positions); b += BLOCK) {
        KvPanels.keys(kv, page, kvHead, b / BLOCK, s.keys, n * dim + (b - n));
      }
      PanelProduct.multiply(
          s.queries, 0, dim, rows, s.keys, n * dim, dim, s.scores, n, PAGE, WIDTH, s.tile, false);
    }
  }

  /** Adds a page's values by their weights to the outputs of all rows. */
  private static void mix(
      Scratch s, KvLayer kv, MemorySegment page, int kvHead, int rows, int positions) {
    int dim = kv.headDim();
    for (int n = 0; n < dim; n += WIDTH) {
      int columns = Math.min(WIDTH, dim - n);
      KvPanels.values(kv, page, kvHead, n, columns, positions, s.values, n * PAGE);
      PanelProduct.multiply(
          s.scores, 0, PAGE, rows, s.values, n * PAGE, positions, s.outputs, n, dim, columns,
          s.tile, true);
    }
  }

  /**
   * The scores of the positions {@code [from, end)} of a page, which the row sees, to weights, with
   * what the row held before brought to the new maximum.
   */
  private static void softmax(Scratch s, int row, int from, int end, int positions, int dim) {
    int at = row * PAGE;
    if (end > from) {
      float old = s.maxima[row];
      float max = Math.max(old, Elementwise.maximum(s.scores, at + from, end - from, s.tile));
      float sum = Exponential.exponentials(s.scores, at + from, end - from, max, s.tile);
      float keep = old == max ? 1 : (float) Math.exp(old - max);
      if (keep != 1) {
        Elementwise.scale(s.outputs, row * dim, keep, s.outputs, row * dim, dim);
      }
      s.sums[row] = s.sums[row] * keep + sum;
      s.maxima[row] = max;
    }
    Arrays.fill(s.scores, at, at + from, 0);
    Arrays.fill(s.scores, at + end, at + positions, 0);
  }
}
