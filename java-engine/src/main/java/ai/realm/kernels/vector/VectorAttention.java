package ai.realm.kernels.vector;

import static ai.realm.kernels.KvLayer.BLOCK;
import static ai.realm.kernels.KvLayer.PAGE;
import static ai.realm.kernels.KvLayer.SPAN;
import static ai.realm.kernels.vector.Lanes.COUNT;
import static ai.realm.kernels.vector.Lanes.F;
import static jdk.incubator.vector.VectorOperators.MAX;

import ai.realm.kernels.KvFormat;
import ai.realm.kernels.KvLayer;
import ai.realm.kernels.Matrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Attention page by page, with a running maximum and sum for each row (Dao et al. 2022). Each span
 * of pages has its own, and the spans are joined in order: threads may then divide them. A page's
 * keys and values are widened to f32 panels once for all rows of a tile (its tokens times the query
 * heads that share the key-value head); scores and outputs are then the same dense products as
 * those of prefill. A tile of one token does without panels.
 */
final class VectorAttention {
  /** One thread's working memory; it grows to the largest tile. */
  private static final class Scratch {
    float[] queries = new float[0]; // (rows, head_dim), scaled
    float[] scores = new float[0]; // (rows, PAGE)
    float[] outputs = new float[0]; // (rows, head_dim), of a span
    float[] maxima = new float[0]; // (rows)
    float[] sums = new float[0]; // (rows)
    float[] totals = new float[0]; // (rows, head_dim + 2): of all spans outputs, maximum, sum
    float[] keys = new float[0]; // PAGE / UNIT panels of (head_dim, UNIT)
    float[] values = new float[0]; // head_dim / UNIT panels of (PAGE, UNIT)
    short[] halves = new short[0]; // a page's keys, or its values, in F16
    final float[] tile = new float[PanelProduct.ROWS * Matrix.UNIT];

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
      int panels = (headDim + Matrix.UNIT - 1) / Matrix.UNIT;
      if (keys.length < headDim * PAGE || values.length < panels * Matrix.UNIT * PAGE) {
        keys = new float[headDim * PAGE];
        halves = new short[headDim * PAGE];
        values = new float[panels * Matrix.UNIT * PAGE];
      }
    }
  }

  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  void attend(
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
      scale(q, (token + t) * stride + kvHead * group * dim, scale, group * dim, s, t * group * dim);
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
        divide(s.totals, (t * group + h) * (dim + 2), dim, out, to + h * dim);
      }
    }
  }

  void attendSpans(
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
    scale(q, kvHead * group * dim, scale, group * dim, s, 0);
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

  void joinSpans(float[] parts, int spans, int heads, int dim, float[] out) {
    Scratch s = SCRATCH.get();
    s.fit(1, dim);
    for (int head = 0; head < heads; head++) {
      clear(s.totals, 0, dim);
      for (int span = 0; span < spans; span++) {
        int at = (span * heads + head) * (dim + 2);
        join(s.totals, 0, parts, at, parts[at + dim], parts[at + dim + 1], dim);
      }
      divide(s.totals, 0, dim, out, head * dim);
    }
  }

  /** {@code n} queries by the scale, to those of the tile from {@code to} on. */
  private static void scale(float[] q, int at, float scale, int n, Scratch s, int to) {
    for (int i = 0; i < n; i++) {
      s.queries[to + i] = q[at + i] * scale;
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

  /** A row's result: its outputs by the sum of their weights. */
  private static void divide(float[] totals, int at, int dim, float[] out, int to) {
    float share = 1 / totals[at + dim + 1];
    for (int i = 0; i < dim; i++) {
      out[to + i] = totals[at + i] * share;
    }
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
    for (int n = 0; n < positions; n += Matrix.UNIT) {
      for (int b = n; b < Math.min(n + Matrix.UNIT, positions); b += BLOCK) {
        KvPanels.keys(kv, page, kvHead, b / BLOCK, s.keys, n * dim + (b - n));
      }
      PanelProduct.multiply(
          s.queries,
          0,
          dim,
          rows,
          s.keys,
          n * dim,
          dim,
          s.scores,
          n,
          PAGE,
          Matrix.UNIT,
          s.tile,
          false);
    }
  }

  /** Adds a page's values by their weights to the outputs of all rows. */
  private static void mix(
      Scratch s, KvLayer kv, MemorySegment page, int kvHead, int rows, int positions) {
    int dim = kv.headDim();
    for (int n = 0; n < dim; n += Matrix.UNIT) {
      int columns = Math.min(Matrix.UNIT, dim - n);
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
    float max = Math.max(old, maximum(s.scores, at, visible));
    if (visible > 0) {
      float sum = Exponential.exponentials(s.scores, at, visible, max, s.tile);
      float keep = old == max ? 1 : (float) Math.exp(old - max);
      if (keep != 1) {
        scale(s.outputs, row * dim, dim, keep);
      }
      s.sums[row] = s.sums[row] * keep + sum;
      s.maxima[row] = max;
    }
    Arrays.fill(s.scores, at + visible, at + positions, 0);
  }

  private static float maximum(float[] x, int at, int n) {
    FloatVector m = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
    int i = 0;
    for (; i + COUNT <= n; i += COUNT) {
      // max(), which says the same, hides from the compiler what type m has.
      m = m.lanewise(MAX, FloatVector.fromArray(F, x, at + i));
    }
    float max = m.reduceLanes(MAX);
    for (; i < n; i++) {
      max = Math.max(max, x[at + i]);
    }
    return max;
  }

  private static void scale(float[] x, int at, int n, float by) {
    int i = 0;
    for (; i + COUNT <= n; i += COUNT) {
      FloatVector.fromArray(F, x, at + i).mul(by).intoArray(x, at + i);
    }
    for (; i < n; i++) {
      x[at + i] *= by;
    }
  }
}
