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
  private static final int ZERO = 8; // the code of nothing in Q4_0
  private static final int CODES = 15; // the greatest one

  private KvWriter() {}

  /** {@code k} and {@code v} are {@code (head_dim)} from {@code kAt} and {@code vAt}. */
  static void write(KvLayer kv, int position, int head, float[] k, int kAt, float[] v, int vAt) {
    switch (kv.format()) {
      case F16 -> writeHalves(kv, position, head, k, kAt, v, vAt);
      case Q8_0 -> writeBytes(kv, position, head, k, kAt, v, vAt);
      case Q4_0 -> writeCodes(kv, position, head, k, kAt, v, vAt);
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

  private static void writeCodes(
      KvLayer kv, int position, int head, float[] k, int kAt, float[] v, int vAt) {
    int dim = kv.headDim();
    int runs = KvFormat.runs(dim);
    int rowBytes = kv.format().rowBytes(dim);
    MemorySegment page = kv.pages()[position / PAGE];
    int inPage = position % PAGE;
    long keys = kv.keys(head) + blockStart(inPage, rowBytes) + inPage % BLOCK;
    long keyScales = kv.keyScales(head) + (blockStart(inPage, runs) + inPage % BLOCK) * Short.BYTES;
    long values = kv.values(head) + (long) inPage * rowBytes;
    long valueScales = kv.valueScales(head) + (long) inPage * runs * Short.BYTES;
    byte[] pairs = new byte[RUN / 2];
    for (int run = 0; run < runs; run++) {
      int from = run * RUN;
      int n = Math.min(RUN, dim - from);
      setHalf(page, keyScales + (long) run * BLOCK * Short.BYTES, codes(k, kAt + from, n, pairs));
      for (int i = 0; i < Math.ceilDiv(n, 2); i++) {
        setByte(page, keys + (long) (from / 2 + i) * BLOCK, pairs[i]);
      }
      setHalf(page, valueScales + (long) run * Short.BYTES, codes(v, vAt + from, n, pairs));
      for (int i = 0; i < Math.ceilDiv(n, 2); i++) {
        setByte(page, values + from / 2 + i, pairs[i]);
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

  /**
   * The codes of a run of {@code n} values to {@code pairs}, in the bytes of {@link KvFormat#Q4_0}.
   * The value furthest from zero has the code furthest from it, 0, whatever its sign.
   *
   * @return their scale in F16
   */
  private static short codes(float[] x, int at, int n, byte[] pairs) {
    float furthest = 0;
    for (int i = at; i < at + n; i++) {
      furthest = Math.abs(x[i]) > Math.abs(furthest) ? x[i] : furthest;
    }
    short scale = half(-furthest / ZERO);
    int half = Math.ceilDiv(n, 2);
    for (int i = 0; i < half; i++) {
      int high = i + half < n ? code(x[at + half + i], scale) : ZERO;
      pairs[i] = (byte) (code(x[at + i], scale) | high << 4);
    }
    return scale;
  }

  private static int code(float x, short scale) {
    float step = Float.float16ToFloat(scale);
    return step == 0 ? ZERO : Math.clamp(Math.round(x / step) + ZERO, 0, CODES);
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
