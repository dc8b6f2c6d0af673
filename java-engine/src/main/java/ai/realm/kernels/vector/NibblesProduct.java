package ai.realm.kernels.vector;

import static ai.realm.kernels.vector.Lanes.BYTE;
import static ai.realm.kernels.vector.Lanes.BYTES;
import static ai.realm.kernels.vector.Lanes.COUNT;
import static ai.realm.kernels.vector.Lanes.F;
import static ai.realm.kernels.vector.Lanes.HALF_MASK;
import static ai.realm.kernels.vector.Lanes.HALF_SCALE;
import static ai.realm.kernels.vector.Lanes.I;
import static ai.realm.kernels.vector.Lanes.LE;
import static ai.realm.kernels.vector.Lanes.S;
import static ai.realm.kernels.vector.Lanes.TWO_BYTES;
import static ai.realm.kernels.vector.PanelProduct.WIDTH;
import static ai.realm.kernels.vector.RoundedActivations.OFFSET;
import static ai.realm.kernels.vector.RoundedActivations.SCALE;
import static ai.realm.kernels.vector.RoundedActivations.START;
import static ai.realm.kernels.vector.RoundedActivations.SUM;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import ai.realm.kernels.packed.Layout;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/** Products with {@link Layout#NIBBLES}: Q4_0 and Q4_1. */
final class NibblesProduct extends RoundedProduct {
  private static final int BLOCK = Layout.NIBBLES.blockBytes();

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
  void pair(MemorySegment data, long from, int[] a, int first, int last, float[] y, int at) {
    int shift1 = SHIFTS[0];
    int shift2 = SHIFTS[1];
    int shift3 = SHIFTS[2];
    FloatVector total = FloatVector.zero(F);
    FloatVector total2 = FloatVector.zero(F);
    long p = from;
    for (int line = RoundedActivations.words(first), all = RoundedActivations.words(last);
        line < all;
        line += RoundedActivations.WORDS, p += BLOCK) {
      ShortVector c = ShortVector.zero(S);
      ShortVector c2 = ShortVector.zero(S);
      int k = line;
      int end = line + 16;
      do {
        long q = p + 64 + 16 * (k - line);
        ShortVector v = ShortVector.fromMemorySegment(S, data, q, LE);
        ShortVector v2 = ShortVector.fromMemorySegment(S, data, q + BYTES, LE);
        ShortVector x = IntVector.broadcast(I, a[k]).reinterpretAsShorts();
        c = v.mul(x).add(c);
        c2 = v2.mul(x).add(c2);
        ShortVector x1 = IntVector.broadcast(I, a[k + 1]).reinterpretAsShorts();
        c = v.lanewise(LSHR, shift1).mul(x1).add(c);
        c2 = v2.lanewise(LSHR, shift1).mul(x1).add(c2);
        ShortVector x2 = IntVector.broadcast(I, a[k + 2]).reinterpretAsShorts();
        c = v.lanewise(LSHR, shift2).mul(x2).add(c);
        c2 = v2.lanewise(LSHR, shift2).mul(x2).add(c2);
        ShortVector x3 = IntVector.broadcast(I, a[k + 3]).reinterpretAsShorts();
        c = v.lanewise(LSHR, shift3).mul(x3).add(c);
        c2 = v2.lanewise(LSHR, shift3).mul(x3).add(c2);
        k += 4;
      } while (k != end);
      ShortVector start = IntVector.broadcast(I, a[line + START]).reinterpretAsShorts();
      IntVector offset = IntVector.broadcast(I, a[line + OFFSET]);
      IntVector n = start.add(c).reinterpretAsInts();
      n = n.lanewise(LSHL, 16).lanewise(ASHR, 16).add(n.lanewise(ASHR, 16)).add(offset);
      IntVector n2 = start.add(c2).reinterpretAsInts();
      n2 = n2.lanewise(LSHL, 16).lanewise(ASHR, 16).add(n2.lanewise(ASHR, 16)).add(offset);
      FloatVector scale = IntVector.broadcast(I, a[line + SCALE]).reinterpretAsFloats();
      FloatVector sum = IntVector.broadcast(I, a[line + SUM]).reinterpretAsFloats();
      IntVector h = IntVector.fromMemorySegment(I, data, p, LE);
      FloatVector d =
          h.lanewise(LSHL, 16)
              .lanewise(ASHR, 3)
              .and(HALF_MASK)
              .reinterpretAsFloats()
              .mul(HALF_SCALE);
      FloatVector m = h.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(HALF_SCALE);
      total = m.fma(sum, ((FloatVector) n.convert(I2F, 0)).mul(scale).fma(d, total));
      IntVector h2 = IntVector.fromMemorySegment(I, data, p + BYTES, LE);
      FloatVector d2 =
          h2.lanewise(LSHL, 16)
              .lanewise(ASHR, 3)
              .and(HALF_MASK)
              .reinterpretAsFloats()
              .mul(HALF_SCALE);
      FloatVector m2 = h2.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(HALF_SCALE);
      total2 = m2.fma(sum, ((FloatVector) n2.convert(I2F, 0)).mul(scale).fma(d2, total2));
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
