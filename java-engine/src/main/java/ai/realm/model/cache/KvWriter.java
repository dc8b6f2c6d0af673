package ai.realm.model.cache;

import static ai.realm.kernels.KvFormat.RUN;
import static ai.realm.kernels.KvLayer.BLOCK;
import static ai.realm.kernels.KvLayer.PAGE;

import ai.realm.kernels.KvFormat;
import ai.realm.kernels.KvLayer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Writes keys and values of one head at one position where {@link KvLayer} says that they lie. */
final class KvWriter {
  private static final float LARGEST = 65504;
  private static final int LEVELS = 127;

  private KvWriter() {}

  /** {@code k} and {@code v} are {@code (head_dim)} from {@code kAt} and {@code vAt}. */
  static void write(KvLayer kv, int position, int head, float[] k, int kAt, float[] v, int vAt) {
    switch (kv.format()) {
      case F16 -> writeHalves(kv, position, head, k, kAt, v, vAt);
      case Q8_0 -> writeBytes(kv, position, head, k, kAt, v, vAt);
    }
  }

  private static void writeHalves(
      KvLayer kv, int position, int head, float[] k, int kAt, float[] v, int vAt) {
    int dim = kv.headDim();
    MemorySegment page = kv.pages()[position / PAGE];
    int inPage = position % PAGE;
    long keys = kv.keys(head) + (blockStart(inPage, dim) + inPage % BLOCK) * Short.BYTES;
    long values = kv.values(head) + (long) inPage * dim * Short.BYTES;
    short[] halves = new short[dim];
    for (int i = 0; i < dim; i++) {
      halves[i] = half(v[vAt + i]);
    }
    MemorySegment.copy(halves, 0, page, ValueLayout.JAVA_SHORT_UNALIGNED, values, dim);
    for (int i = 0; i < dim; i++) {
      halves[i] = half(k[kAt + i]);
    }
    for (int i = 0; i < dim; i++) {
      setHalf(page, keys + (long) i * BLOCK * Short.BYTES, halves[i]);
    }
  }

  private static void writeBytes(
      KvLayer kv, int position, int head, float[] k, int kAt, float[] v, int vAt) {
    int dim = kv.headDim();
    int runs = KvFormat.runs(dim);
    MemorySegment page = kv.pages()[position / PAGE];
    int inPage = position % PAGE;
    long keys = kv.keys(head) + blockStart(inPage, dim) + inPage % BLOCK;
    long keyScales = kv.keyScales(head) + (blockStart(inPage, runs) + inPage % BLOCK) * Short.BYTES;
    long values = kv.values(head) + (long) inPage * dim;
    long valueScales = kv.valueScales(head) + (long) inPage * runs * Short.BYTES;
    for (int run = 0; run < runs; run++) {
      int from = run * RUN;
      int n = Math.min(RUN, dim - from);
      short keyScale = scale(k, kAt + from, n);
      short valueScale = scale(v, vAt + from, n);
      setHalf(page, keyScales + (long) run * BLOCK * Short.BYTES, keyScale);
      setHalf(page, valueScales + (long) run * Short.BYTES, valueScale);
      for (int i = from; i < from + n; i++) {
        setByte(page, keys + (long) i * BLOCK, level(k[kAt + i], keyScale));
        setByte(page, values + i, level(v[vAt + i], valueScale));
      }
    }
  }

  /** Where the block of a position in its page starts, in elements of {@code width} a position. */
  private static long blockStart(int inPage, int width) {
    return (long) inPage / BLOCK * width * BLOCK;
  }

  /** The F16 scale that takes the largest of {@code n} values to the largest level. */
  private static short scale(float[] x, int at, int n) {
    float largest = 0;
    for (int i = at; i < at + n; i++) {
      largest = Math.max(largest, Math.abs(x[i]));
    }
    return half(largest / LEVELS);
  }

  private static byte level(float x, short scale) {
    float step = Float.float16ToFloat(scale);
    return step == 0 ? 0 : (byte) Math.clamp(Math.round(x / step), -LEVELS, LEVELS);
  }

  /** Values beyond F16's range become its largest. */
  private static short half(float x) {
    return Float.floatToFloat16(Math.max(-LARGEST, Math.min(LARGEST, x)));
  }

  private static void setHalf(MemorySegment page, long at, short half) {
    page.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, half);
  }

  private static void setByte(MemorySegment page, long at, byte value) {
    page.set(ValueLayout.JAVA_BYTE, at, value);
  }
}
