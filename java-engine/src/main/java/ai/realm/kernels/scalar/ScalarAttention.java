package ai.realm.kernels.scalar;

import static ai.realm.kernels.KvLayer.SPAN;

import ai.realm.kernels.AttentionKernels;
import ai.realm.kernels.AttentionShape;
import ai.realm.kernels.KvFormat;
import ai.realm.kernels.KvLayer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Attention in double precision; only the parts of spans are kept in f32. */
final class ScalarAttention implements AttentionKernels {
  @Override
  public void attend(AttentionShape shape, Tile tile, KvLayer kv, int kvHead) {
    int dim = shape.headDim();
    for (int r = 0; r < tile.count(); r++) {
      int position = tile.position() + r;
      int first = shape.first(position) / SPAN;
      int spans = Math.ceilDiv(shape.end(position, kv.length()), SPAN) - first;
      float[] parts = new float[spans * (dim + 2)];
      for (int h = kvHead * shape.group(); h < (kvHead + 1) * shape.group(); h++) {
        int at = (tile.row() + r) * shape.queryWidth() + h * dim;
        for (int span = 0; span < spans; span++) {
          int to = span * (dim + 2);
          span(shape, h, tile.q(), at, position, kv, kvHead, first + span, parts, to);
        }
        join(parts, 0, dim + 2, spans, shape.sinks()[h], dim, tile.out(), at);
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
    int first = shape.first(tile.position()) / SPAN;
    for (int s = span; s < endSpan; s++) {
      for (int h = kvHead * shape.group(); h < (kvHead + 1) * shape.group(); h++) {
        int query = tile.row() * shape.queryWidth() + h * dim;
        int at = ((s - first) * shape.heads() + h) * (dim + 2);
        span(shape, h, tile.q(), query, tile.position(), kv, kvHead, s, parts, at);
      }
    }
  }

  @Override
  public void joinSpans(AttentionShape shape, float[] parts, int spans, float[] out, int at) {
    int dim = shape.headDim();
    for (int h = 0; h < shape.heads(); h++) {
      int stride = shape.heads() * (dim + 2);
      join(parts, h * (dim + 2), stride, spans, shape.sinks()[h], dim, out, at + h * dim);
    }
  }

  /** A head's part of a span, to {@code parts} from {@code at} on. */
  private static void span(
      AttentionShape shape,
      int head,
      float[] q,
      int query,
      int position,
      KvLayer kv,
      int kvHead,
      int span,
      float[] parts,
      int at) {
    int dim = shape.headDim();
    int first = Math.max(span * SPAN, shape.first(position));
    int end = Math.min((span + 1) * SPAN, shape.end(position, kv.length()));
    double[] weights = new double[end - first];
    double max = Double.NEGATIVE_INFINITY;
    for (int p = 0; p < weights.length; p++) {
      double dot = 0;
      for (int i = 0; i < dim; i++) {
        dot += (double) q[query + i] * key(kv, kvHead, first + p, i);
      }
      double fall = (double) shape.slopes()[head] * Math.abs(first + p - position);
      weights[p] = capped(dot * shape.scale(), shape.softcap()) - fall;
      max = Math.max(max, weights[p]);
    }
    double sum = 0;
    for (int p = 0; p < weights.length; p++) {
      weights[p] = Math.exp(weights[p] - (float) max);
      sum += weights[p];
    }
    for (int i = 0; i < dim; i++) {
      double output = 0;
      for (int p = 0; p < weights.length; p++) {
        output += weights[p] * value(kv, kvHead, first + p, i);
      }
      parts[at + i] = (float) output;
    }
    parts[at + dim] = (float) max;
    parts[at + dim + 1] = (float) sum;
  }

  private static double capped(double score, double cap) {
    return cap == Double.POSITIVE_INFINITY ? score : cap * Math.tanh(score / cap);
  }

  /** A head's result from its parts, {@code stride} apart, and its sink. */
  private static void join(
      float[] parts, int first, int stride, int spans, float sink, int dim, float[] out, int to) {
    double max = sink;
    for (int span = 0; span < spans; span++) {
      max = Math.max(max, parts[first + span * stride + dim]);
    }
    double[] outputs = new double[dim];
    double sum = Math.exp(sink - max);
    for (int span = 0; span < spans; span++) {
      int at = first + span * stride;
      double weight = Math.exp(parts[at + dim] - max);
      for (int i = 0; i < dim; i++) {
        outputs[i] += weight * parts[at + i];
      }
      sum += weight * parts[at + dim + 1];
    }
    for (int i = 0; i < dim; i++) {
      out[to + i] = (float) (outputs[i] / sum);
    }
  }

  private static float key(KvLayer kv, int kvHead, int position, int i) {
    int inPage = position % KvLayer.PAGE;
    MemorySegment page = kv.pages()[position / KvLayer.PAGE];
    long at = keyIndex(inPage, kv.headDim(), i);
    return switch (kv.format()) {
      case F16 -> half(page, kv.keys(kvHead) + at * Short.BYTES);
      case Q8_0 ->
          page.get(ValueLayout.JAVA_BYTE, kv.keys(kvHead) + at)
              * keyScale(kv, page, kvHead, inPage, i);
      case Q4_0 -> {
        int rows = kv.format().rowBytes(kv.headDim());
        long codes = kv.keys(kvHead) + keyIndex(inPage, rows, codeByte(i, kv.headDim()));
        yield code(page, codes, i, kv.headDim()) * keyScale(kv, page, kvHead, inPage, i);
      }
    };
  }

  private static float keyScale(KvLayer kv, MemorySegment page, int kvHead, int inPage, int i) {
    long scale = keyIndex(inPage, KvFormat.runs(kv.headDim()), i / KvFormat.RUN);
    return half(page, kv.keyScales(kvHead) + scale * Short.BYTES);
  }

  /** The index of row {@code i} at a position, in blocks of {@code (rows, 16)}. */
  private static long keyIndex(int inPage, int rows, int i) {
    long block = (long) inPage / KvLayer.BLOCK * rows * KvLayer.BLOCK;
    return block + (long) i * KvLayer.BLOCK + inPage % KvLayer.BLOCK;
  }

  private static float value(KvLayer kv, int kvHead, int position, int i) {
    int inPage = position % KvLayer.PAGE;
    MemorySegment page = kv.pages()[position / KvLayer.PAGE];
    long at = (long) inPage * kv.headDim() + i;
    return switch (kv.format()) {
      case F16 -> half(page, kv.values(kvHead) + at * Short.BYTES);
      case Q8_0 ->
          page.get(ValueLayout.JAVA_BYTE, kv.values(kvHead) + at)
              * valueScale(kv, page, kvHead, inPage, i);
      case Q4_0 -> {
        long row = (long) inPage * kv.format().rowBytes(kv.headDim());
        long codes = kv.values(kvHead) + row + codeByte(i, kv.headDim());
        yield code(page, codes, i, kv.headDim()) * valueScale(kv, page, kvHead, inPage, i);
      }
    };
  }

  private static float valueScale(KvLayer kv, MemorySegment page, int kvHead, int inPage, int i) {
    long scale = (long) inPage * KvFormat.runs(kv.headDim()) + i / KvFormat.RUN;
    return half(page, kv.valueScales(kvHead) + scale * Short.BYTES);
  }

  /** Which of a head's bytes at a position has the code of value {@code i} in Q4_0. */
  private static int codeByte(int i, int dim) {
    return i / KvFormat.RUN * (KvFormat.RUN / 2) + i % KvFormat.RUN % pairs(i, dim);
  }

  /** A value of Q4_0 without its scale. */
  private static int code(MemorySegment page, long at, int i, int dim) {
    int pair = page.get(ValueLayout.JAVA_BYTE, at);
    return (i % KvFormat.RUN < pairs(i, dim) ? pair & 15 : pair >> 4 & 15) - 8;
  }

  /** Bytes of the run that value {@code i} is in: two values each. */
  private static int pairs(int i, int dim) {
    return Math.ceilDiv(Math.min(KvFormat.RUN, dim - i / KvFormat.RUN * KvFormat.RUN), 2);
  }

  private static float half(MemorySegment page, long at) {
    return Float.float16ToFloat(page.get(ValueLayout.JAVA_SHORT_UNALIGNED, at));
  }
}
