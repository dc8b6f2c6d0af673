package ai.realm.kernels.vector;

import static ai.realm.kernels.vector.Lanes.BYTES;
import static ai.realm.kernels.vector.Lanes.COUNT;
import static ai.realm.kernels.vector.Lanes.F;
import static ai.realm.kernels.vector.Lanes.I;
import static ai.realm.kernels.vector.Lanes.LE;
import static ai.realm.kernels.vector.PanelProduct.WIDTH;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;

import ai.realm.kernels.packed.Layout;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Products with {@link Layout#OFFSET_BYTES}. */
final class OffsetBytesProduct extends PackedProduct {
  private static final int BLOCK = Layout.OFFSET_BYTES.blockBytes();

  /** The top byte of a word, where a signed byte is 2^24 times too large. */
  private static final int TOP = 0xFF000000;

  /** What brings sums of such bytes to their size. */
  private static final float THREE_BYTES = 0x1p-24f;

  @Override
  void dot(
      MemorySegment data,
      long from,
      float[] a,
      float[] sums,
      int first,
      int last,
      float[] y,
      int at) {
    FloatVector total = FloatVector.zero(F);
    long p = from;
    for (int b = first; b < last; b += 32, p += BLOCK) {
      FloatVector c0 = FloatVector.zero(F);
      FloatVector c1 = FloatVector.zero(F);
      FloatVector c2 = FloatVector.zero(F);
      FloatVector c3 = FloatVector.zero(F);
      for (int j = 0; j < 8; j++) {
        IntVector v = IntVector.fromMemorySegment(I, data, p + 128 + 64 * j, LE);
        int k = b + 4 * j;
        c0 =
            ((FloatVector) v.lanewise(LSHL, 24).lanewise(ASHR, 24).convert(I2F, 0))
                .fma(FloatVector.broadcast(F, a[k]), c0);
        c1 =
            ((FloatVector) v.lanewise(LSHL, 16).lanewise(ASHR, 24).convert(I2F, 0))
                .fma(FloatVector.broadcast(F, a[k + 1]), c1);
        c2 =
            ((FloatVector) v.lanewise(LSHL, 8).lanewise(ASHR, 24).convert(I2F, 0))
                .fma(FloatVector.broadcast(F, a[k + 2]), c2);
        c3 =
            ((FloatVector) v.lanewise(ASHR, 24).convert(I2F, 0))
                .fma(FloatVector.broadcast(F, a[k + 3]), c3);
      }
      FloatVector d = FloatVector.fromMemorySegment(F, data, p, LE);
      FloatVector m = FloatVector.fromMemorySegment(F, data, p + 64, LE);
      total = c0.add(c1).add(c2.add(c3)).fma(d, total);
      total = m.fma(FloatVector.broadcast(F, sums[b / 16] + sums[b / 16 + 1]), total);
    }
    total.intoArray(y, at);
  }

  @Override
  void pair(
      MemorySegment data,
      long from,
      float[] a,
      float[] again,
      float[] sums,
      int first,
      int last,
      float[] y,
      int at) {
    FloatVector total = FloatVector.zero(F);
    FloatVector total2 = FloatVector.zero(F);
    long p = from;
    for (int b = first; b < last; b += 32, p += BLOCK) {
      FloatVector c0 = FloatVector.zero(F);
      FloatVector c1 = FloatVector.zero(F);
      FloatVector e0 = FloatVector.zero(F);
      FloatVector e1 = FloatVector.zero(F);
      int k = b;
      int end = b + 32;
      do {
        long q = p + 128 + 16 * (k - b);
        IntVector v = IntVector.fromMemorySegment(I, data, q, LE);
        IntVector v2 = IntVector.fromMemorySegment(I, data, q + BYTES, LE);
        c0 =
            ((FloatVector) v.lanewise(LSHL, 24).convert(I2F, 0))
                .fma(FloatVector.broadcast(F, a[k]), c0);
        e0 =
            ((FloatVector) v2.lanewise(LSHL, 24).convert(I2F, 0))
                .fma(FloatVector.broadcast(F, a[k]), e0);
        c1 =
            ((FloatVector) v.lanewise(LSHL, 16).and(TOP).convert(I2F, 0))
                .fma(FloatVector.broadcast(F, a[k + 1]), c1);
        e1 =
            ((FloatVector) v2.lanewise(LSHL, 16).and(TOP).convert(I2F, 0))
                .fma(FloatVector.broadcast(F, a[k + 1]), e1);
        c0 =
            ((FloatVector) v.lanewise(LSHL, 8).and(TOP).convert(I2F, 0))
                .fma(FloatVector.broadcast(F, a[k + 2]), c0);
        e0 =
            ((FloatVector) v2.lanewise(LSHL, 8).and(TOP).convert(I2F, 0))
                .fma(FloatVector.broadcast(F, a[k + 2]), e0);
        c1 = ((FloatVector) v.and(TOP).convert(I2F, 0)).fma(FloatVector.broadcast(F, a[k + 3]), c1);
        e1 =
            ((FloatVector) v2.and(TOP).convert(I2F, 0)).fma(FloatVector.broadcast(F, a[k + 3]), e1);
        k += 4;
      } while (k != end);
      FloatVector sum = FloatVector.broadcast(F, sums[b / 16] + sums[b / 16 + 1]);
      FloatVector d = FloatVector.fromMemorySegment(F, data, p, LE);
      total = c0.add(c1).mul(THREE_BYTES).fma(d, total);
      FloatVector m = FloatVector.fromMemorySegment(F, data, p + 64, LE);
      total = m.fma(sum, total);
      FloatVector d2 = FloatVector.fromMemorySegment(F, data, p + BYTES, LE);
      total2 = e0.add(e1).mul(THREE_BYTES).fma(d2, total2);
      FloatVector m2 = FloatVector.fromMemorySegment(F, data, p + 64 + BYTES, LE);
      total2 = m2.fma(sum, total2);
    }
    total.intoArray(y, at);
    total2.intoArray(y, at + COUNT);
  }

  @Override
  void dequantize(MemorySegment data, long from, int columns, float[] panel, int at) {
    long p = from;
    int to = at;
    for (int b = 0; b < columns; b += 32, p += BLOCK) {
      FloatVector d = FloatVector.fromMemorySegment(F, data, p, LE);
      FloatVector m = FloatVector.fromMemorySegment(F, data, p + 64, LE);
      for (int j = 0; j < 8; j++, to += 4 * WIDTH) {
        IntVector v = IntVector.fromMemorySegment(I, data, p + 128 + 64 * j, LE);
        ((FloatVector) v.lanewise(LSHL, 24).lanewise(ASHR, 24).convert(I2F, 0))
            .fma(d, m)
            .intoArray(panel, to);
        ((FloatVector) v.lanewise(LSHL, 16).lanewise(ASHR, 24).convert(I2F, 0))
            .fma(d, m)
            .intoArray(panel, to + 1 * WIDTH);
        ((FloatVector) v.lanewise(LSHL, 8).lanewise(ASHR, 24).convert(I2F, 0))
            .fma(d, m)
            .intoArray(panel, to + 2 * WIDTH);
        ((FloatVector) v.lanewise(ASHR, 24).convert(I2F, 0))
            .fma(d, m)
            .intoArray(panel, to + 3 * WIDTH);
      }
    }
  }
}
