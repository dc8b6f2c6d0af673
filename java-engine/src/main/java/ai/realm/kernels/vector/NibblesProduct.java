package ai.realm.kernels.vector;

import static ai.realm.kernels.vector.Lanes.BYTE;
import static ai.realm.kernels.vector.Lanes.BYTES;
import static ai.realm.kernels.vector.Lanes.COUNT;
import static ai.realm.kernels.vector.Lanes.F;
import static ai.realm.kernels.vector.Lanes.HALF_MASK;
import static ai.realm.kernels.vector.Lanes.HALF_SCALE;
import static ai.realm.kernels.vector.Lanes.I;
import static ai.realm.kernels.vector.Lanes.LE;
import static ai.realm.kernels.vector.Lanes.TWO_BYTES;
import static ai.realm.kernels.vector.PanelProduct.WIDTH;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import ai.realm.kernels.Activations;
import ai.realm.kernels.packed.Layout;
import ai.realm.kernels.packed.PackedMatrix;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Products with {@link Layout#NIBBLES}: Q4_0 and Q4_1. */
final class NibblesProduct extends PackedProduct {
  private static final int BLOCK = Layout.NIBBLES.blockBytes();

  @Override
  void dot(MemorySegment data, long from, float[] a, float[] sums, int columns, float[] y, int at) {
    FloatVector total = FloatVector.zero(F);
    long p = from;
    for (int b = 0; b < columns; b += 32, p += BLOCK) {
      FloatVector c0 = FloatVector.zero(F);
      FloatVector c1 = FloatVector.zero(F);
      FloatVector c2 = FloatVector.zero(F);
      FloatVector c3 = FloatVector.zero(F);
      for (int j = 0; j < 4; j++) {
        IntVector v = IntVector.fromMemorySegment(I, data, p + 64 + 64 * j, LE);
        int k = b + 8 * j;
        IntVector w = v.lanewise(LSHR, 4);
        c0 = ((FloatVector) v.and(15).convert(I2F, 0)).fma(FloatVector.broadcast(F, a[k]), c0);
        c2 =
            ((FloatVector) v.and(15 << 16).convert(I2F, 0))
                .fma(FloatVector.broadcast(F, a[k + 1]), c2);
        c0 = ((FloatVector) w.and(15).convert(I2F, 0)).fma(FloatVector.broadcast(F, a[k + 2]), c0);
        c2 =
            ((FloatVector) w.and(15 << 16).convert(I2F, 0))
                .fma(FloatVector.broadcast(F, a[k + 3]), c2);
        c1 =
            ((FloatVector) v.and(15 << 8).convert(I2F, 0))
                .fma(FloatVector.broadcast(F, a[k + 4]), c1);
        c3 =
            ((FloatVector) v.and(15 << 24).convert(I2F, 0))
                .fma(FloatVector.broadcast(F, a[k + 5]), c3);
        c1 =
            ((FloatVector) w.and(15 << 8).convert(I2F, 0))
                .fma(FloatVector.broadcast(F, a[k + 6]), c1);
        c3 =
            ((FloatVector) w.and(15 << 24).convert(I2F, 0))
                .fma(FloatVector.broadcast(F, a[k + 7]), c3);
      }
      IntVector h = IntVector.fromMemorySegment(I, data, p, LE);
      FloatVector d =
          h.lanewise(LSHL, 16)
              .lanewise(ASHR, 3)
              .and(HALF_MASK)
              .reinterpretAsFloats()
              .mul(HALF_SCALE);
      FloatVector m = h.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(HALF_SCALE);
      FloatVector upper = c3.fma(BYTE, c2);
      FloatVector lower = c1.fma(BYTE, c0);
      total = upper.fma(TWO_BYTES, lower).fma(d, total);
      total = m.fma(FloatVector.broadcast(F, sums[b / 16] + sums[b / 16 + 1]), total);
    }
    total.intoArray(y, at);
  }

  @Override
  float[] activations(PackedMatrix w, Activations x, float[] room) {
    return COUNT == Layout.GROUP ? x.values() : PlacedActivations.of(x.values(), w.columns(), room);
  }

  @Override
  void pair(
      MemorySegment data,
      long from,
      float[] a,
      float[] again,
      float[] sums,
      int columns,
      float[] y,
      int at) {
    FloatVector total = FloatVector.zero(F);
    FloatVector total2 = FloatVector.zero(F);
    long p = from;
    for (int b = 0; b < columns; b += 32, p += BLOCK) {
      FloatVector c0 = FloatVector.zero(F);
      FloatVector c1 = FloatVector.zero(F);
      FloatVector e0 = FloatVector.zero(F);
      FloatVector e1 = FloatVector.zero(F);
      int k = b;
      int end = b + 32;
      do {
        long q = p + 64 + 8 * (k - b);
        IntVector v = IntVector.fromMemorySegment(I, data, q, LE);
        IntVector v2 = IntVector.fromMemorySegment(I, data, q + BYTES, LE);
        c0 = ((FloatVector) v.and(15).convert(I2F, 0)).fma(FloatVector.broadcast(F, a[k]), c0);
        e0 = ((FloatVector) v2.and(15).convert(I2F, 0)).fma(FloatVector.broadcast(F, a[k]), e0);
        c1 =
            ((FloatVector) v.and(15 << 16).convert(I2F, 0))
                .fma(FloatVector.broadcast(F, a[k + 1]), c1);
        e1 =
            ((FloatVector) v2.and(15 << 16).convert(I2F, 0))
                .fma(FloatVector.broadcast(F, a[k + 1]), e1);
        c0 =
            ((FloatVector) v.and(15 << 8).convert(I2F, 0))
                .fma(FloatVector.broadcast(F, a[k + 4]), c0);
        e0 =
            ((FloatVector) v2.and(15 << 8).convert(I2F, 0))
                .fma(FloatVector.broadcast(F, a[k + 4]), e0);
        c1 =
            ((FloatVector) v.and(15 << 24).convert(I2F, 0))
                .fma(FloatVector.broadcast(F, a[k + 5]), c1);
        e1 =
            ((FloatVector) v2.and(15 << 24).convert(I2F, 0))
                .fma(FloatVector.broadcast(F, a[k + 5]), e1);
        IntVector w = v.lanewise(LSHR, 4);
        IntVector w2 = v2.lanewise(LSHR, 4);
        c0 =
            ((FloatVector) w.and(15).convert(I2F, 0))
                .fma(FloatVector.broadcast(F, again[k + 2]), c0);
        e0 =
            ((FloatVector) w2.and(15).convert(I2F, 0))
                .fma(FloatVector.broadcast(F, again[k + 2]), e0);
        c1 =
            ((FloatVector) w.and(15 << 16).convert(I2F, 0))
                .fma(FloatVector.broadcast(F, again[k + 3]), c1);
        e1 =
            ((FloatVector) w2.and(15 << 16).convert(I2F, 0))
                .fma(FloatVector.broadcast(F, again[k + 3]), e1);
        c0 =
            ((FloatVector) w.and(15 << 8).convert(I2F, 0))
                .fma(FloatVector.broadcast(F, again[k + 6]), c0);
        e0 =
            ((FloatVector) w2.and(15 << 8).convert(I2F, 0))
                .fma(FloatVector.broadcast(F, again[k + 6]), e0);
        c1 =
            ((FloatVector) w.and(15 << 24).convert(I2F, 0))
                .fma(FloatVector.broadcast(F, again[k + 7]), c1);
        e1 =
            ((FloatVector) w2.and(15 << 24).convert(I2F, 0))
                .fma(FloatVector.broadcast(F, again[k + 7]), e1);
        k += 8;
      } while (k != end);
      FloatVector sum = FloatVector.broadcast(F, sums[b / 16] + sums[b / 16 + 1]);
      IntVector h = IntVector.fromMemorySegment(I, data, p, LE);
      FloatVector d =
          h.lanewise(LSHL, 16)
              .lanewise(ASHR, 3)
              .and(HALF_MASK)
              .reinterpretAsFloats()
              .mul(HALF_SCALE);
      FloatVector m = h.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(HALF_SCALE);
      total = m.fma(sum, c0.add(c1).fma(d, total));
      IntVector h2 = IntVector.fromMemorySegment(I, data, p + BYTES, LE);
      FloatVector d2 =
          h2.lanewise(LSHL, 16)
              .lanewise(ASHR, 3)
              .and(HALF_MASK)
              .reinterpretAsFloats()
              .mul(HALF_SCALE);
      FloatVector m2 = h2.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(HALF_SCALE);
      total2 = m2.fma(sum, e0.add(e1).fma(d2, total2));
    }
    total.intoArray(y, at);
    total2.intoArray(y, at + COUNT);
  }

  @Override
  void dequantize(MemorySegment data, long from, int columns, float[] panel, int at) {
    long p = from;
    int to = at;
    for (int b = 0; b < columns; b += 32, p += BLOCK) {
      IntVector h = IntVector.fromMemorySegment(I, data, p, LE);
      FloatVector d =
          h.lanewise(LSHL, 16)
              .lanewise(ASHR, 3)
              .and(HALF_MASK)
              .reinterpretAsFloats()
              .mul(HALF_SCALE);
      FloatVector m = h.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(HALF_SCALE);
      for (int j = 0; j < 4; j++, to += 8 * WIDTH) {
        IntVector v = IntVector.fromMemorySegment(I, data, p + 64 + 64 * j, LE);
        ((FloatVector) v.and(15).convert(I2F, 0)).fma(d, m).intoArray(panel, to);
        ((FloatVector) v.lanewise(LSHR, 16).and(15).convert(I2F, 0))
            .fma(d, m)
            .intoArray(panel, to + 1 * WIDTH);
        ((FloatVector) v.lanewise(LSHR, 4).and(15).convert(I2F, 0))
            .fma(d, m)
            .intoArray(panel, to + 2 * WIDTH);
        ((FloatVector) v.lanewise(LSHR, 20).and(15).convert(I2F, 0))
            .fma(d, m)
            .intoArray(panel, to + 3 * WIDTH);
        ((FloatVector) v.lanewise(LSHR, 8).and(15).convert(I2F, 0))
            .fma(d, m)
            .intoArray(panel, to + 4 * WIDTH);
        ((FloatVector) v.lanewise(LSHR, 24).and(15).convert(I2F, 0))
            .fma(d, m)
            .intoArray(panel, to + 5 * WIDTH);
        ((FloatVector) v.lanewise(LSHR, 12).and(15).convert(I2F, 0))
            .fma(d, m)
            .intoArray(panel, to + 6 * WIDTH);
        ((FloatVector) v.lanewise(LSHR, 28).convert(I2F, 0))
            .fma(d, m)
            .intoArray(panel, to + 7 * WIDTH);
      }
    }
  }
}
