package ai.realm.kernels.vector;

import static ai.realm.kernels.KvLayer.BLOCK;
import static ai.realm.kernels.KvLayer.PAGE;
import static ai.realm.kernels.KvLayer.SPAN;
import static ai.realm.kernels.vector.PanelProduct.WIDTH;

import ai.realm.kernels.AttentionKernels;
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
  public void attend(
      float[] q,
      int stride,
      int token,
      int tokens,
      int firstPosition,
      KvLayer kv,
      int kvHead,
      int group,
      float scale,
      float[] out) {
    int dim = kv.headDim();
    int rows = tokens * group;
    Scratch s = SCRATCH.get();
    s.fit(rows, dim);
    for (int t = 0; t < tokens; t++) {
      int from = (token + t) * stride + kvHead * group * dim;
      Elementwise.scale(q, from, scale, s.queries, t * group * dim, group * dim);
    }
    for (int row = 0; row < rows; row++) {
      clear(s.totals, row * (dim + 2), dim);
    }
    int position = firstPosition + token;
    int seen = position + tokens; // positions that the tile's last token sees
    for (int start = 0; start < seen; start += SPAN) {
      span(s, kv, start, Math.min(start + SPAN, seen), kvHead, rows, group, position);
      for (int row = 0; row < rows; row++) {
        join(s.totals, row * (dim + 2), s.outputs, row * dim, s.maxima[row], s.sums[row], dim);
      }
    }
    for (int t = 0; t < tokens; t++) {
      int to = (token + t) * stride + kvHead * group * dim;
      for (int h = 0; h < group; h++) {
        int at = (t * group + h) * (dim + 2);
        Elementwise.scale(s.totals, at, 1 / s.totals[at + dim + 1], out, to + h * dim, dim);
      }
    }
  }

  @Override
  public void attendSpans(
      float[] q,
      int heads,
      int position,
      KvLayer kv,
      int kvHead,
      int group,
      float scale,
      int span,
      int endSpan,
      float[] parts) {
    int dim = kv.headDim();
    Scratch s = SCRATCH.get();
    s.fit(group, dim);
    Elementwise.scale(q, kvHead * group * dim, scale, s.queries, 0, group * dim);
    for (int i = span; i < endSpan; i++) {
      int end = Math.min((i + 1) * SPAN, position + 1);
      span(s, kv, i * SPAN, end, kvHead, group, group, position);
      for (int row = 0; row < group; row++) {
        int at = (i * heads + kvHead * group + row) * (dim + 2);
        System.arraycopy(s.outputs, row * dim, parts, at, dim);
        parts[at + dim] = s.maxima[row];
        parts[at + dim + 1] = s.sums[row];
      }
    }
  }

  @Override
  public void joinSpans(float[] parts, int spans, int heads, int dim, float[] out) {
    Scratch s = SCRATCH.get();
    s.fit(1, dim);
    for (int head = 0; head < heads; head++) {
      clear(s.totals, 0, dim);
      for (int span = 0; span < spans; span++) {
        int at = (span * heads + head) * (dim + 2);
        join(s.totals, 0, parts, at, parts[at + dim], parts[at + dim + 1], dim);
      }
      Elementwise.scale(s.totals, 0, 1 / s.totals[dim + 1], out, head * dim, dim);
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

  /** Attention of all rows over the positions from {@code start}, a page's first, on. */
  private static void span(
      Scratch s, KvLayer kv, int start, int end, int kvHead, int rows, int group, int position) {
    Arrays.fill(s.maxima, 0, rows, Float.NEGATIVE_INFINITY);
    Arrays.fill(s.sums, 0, rows, 0);
    Arrays.fill(s.outputs, 0, (rows + 1) * kv.headDim(), 0); // HeadProduct takes rows by twos.
    for (int at = start; at < end; at += PAGE) {
      page(s, kv, at, Math.min(PAGE, end - at), kvHead, rows, group, position);
    }
  }

  private static void page(
      Scratch s,
      KvLayer kv,
      int start,
      int positions,
      int kvHead,
      int rows,
      int group,
      int position) {
    int dim = kv.headDim();
    MemorySegment page = kv.pages()[start / PAGE];
    boolean one = rows == group && kv.format() == KvFormat.F16 && HeadProduct.fits(dim);
    if (one) {
      copy(page, kv.keys(kvHead), Math.ceilDiv(positions, BLOCK) * BLOCK * dim, s.halves);
      HeadProduct.score(s.queries, rows, dim, s.halves, positions, s.scores);
    } else {
      score(s, kv, page, kvHead, rows, positions);
    }
    for (int row = 0; row < rows; row++) {
      int visible = Math.min(positions, position + row / group + 1 - start);
      softmax(s, row, Math.max(visible, 0), positions, dim);
    }
    if (one) {
      copy(page, kv.values(kvHead), positions * dim, s.halves);
      HeadProduct.mix(s.scores, rows, dim, s.halves, positions, s.outputs);
    } else {
      mix(s, kv, page, kvHead, rows, positions);
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

  /** Scores to weights, with what the row held before brought to the new maximum. */
  private static void softmax(Scratch s, int row, int visible, int positions, int dim) {
    int at = row * PAGE;
    float old = s.maxima[row];
    float max = Math.max(old, Elementwise.maximum(s.scores, at, visible, s.tile));
    if (visible > 0) {
      float sum = Exponential.exponentials(s.scores, at, visible, max, s.tile);
      float keep = old == max ? 1 : (float) Math.exp(old - max);
      if (keep != 1) {
        Elementwise.scale(s.outputs, row * dim, keep, s.outputs, row * dim, dim);
      }
      s.sums[row] = s.sums[row] * keep + sum;
      s.maxima[row] = max;
    }
    Arrays.fill(s.scores, at + visible, at + positions, 0);
  }
}
