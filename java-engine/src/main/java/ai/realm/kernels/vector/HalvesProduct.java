package ai.realm.kernels.vector;

import static ai.realm.kernels.vector.Lanes.F;
import static ai.realm.kernels.vector.Lanes.HALF_MASK;
import static ai.realm.kernels.vector.Lanes.HALF_SCALE;
import static ai.realm.kernels.vector.Lanes.I;
import static ai.realm.kernels.vector.Lanes.LE;
import static ai.realm.kernels.vector.PanelProduct.WIDTH;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;

import ai.realm.kernels.packed.Layout;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Products with {@link Layout#F16}. */
final class HalvesProduct extends PackedProduct {
  private static final int PAIR = Layout.ROW_GROUP * Integer.BYTES;

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
    FloatVector c0 = FloatVector.zero(F);
    FloatVector c1 = FloatVector.zero(F);
    FloatVector c2 = FloatVector.zero(F);
    FloatVector c3 = FloatVector.zero(F);
    long p = from;
    for (int k = first; k < last; k += 4, p += 2 * PAIR) {
      IntVector v = IntVector.fromMemorySegment(I, data, p, LE);
      IntVector w = IntVector.fromMemorySegment(I, data, p + PAIR, LE);
      c0 =
          v.lanewise(LSHL, 16)
              .lanewise(ASHR, 3)
              .and(HALF_MASK)
              .reinterpretAsFloats()
              .mul(HALF_SCALE)
              .fma(FloatVector.broadcast(F, a[k]), c0);
      c1 =
          v.lanewise(ASHR, 3)
              .and(HALF_MASK)
              .reinterpretAsFloats()
              .mul(HALF_SCALE)
              .fma(FloatVector.broadcast(F, a[k + 1]), c1);
      c2 =
          w.lanewise(LSHL, 16)
              .lanewise(ASHR, 3)
              .and(HALF_MASK)
              .reinterpretAsFloats()
              .mul(HALF_SCALE)
              .fma(FloatVector.broadcast(F, a[k + 2]), c2);
      c3 =
          w.lanewise(ASHR, 3)
              .and(HALF_MASK)
              .reinterpretAsFloats()
              .mul(HALF_SCALE)
              .fma(FloatVector.broadcast(F, a[k + 3]), c3);
    }
    c0.add(c1).add(c2.add(c3)).intoArray(y, at);
  }

  @Override
  void dequantize(MemorySegment data, long from, int columns, float[] panel, int at) {
    long p = from;
    int to = at;
    for (int k = 0; k < columns; k += 2, p += PAIR, to += 2 * WIDTH) {
      IntVector v = IntVector.fromMemorySegment(I, data, p, LE);
      v.lanewise(LSHL, 16)
          .lanewise(ASHR, 3)
          .and(HALF_MASK)
          .reinterpretAsFloats()
          .mul(HALF_SCALE)
          .intoArray(panel, to);
      v.lanewise(ASHR, 3)
          .and(HALF_MASK)
          .reinterpretAsFloats()
          .mul(HALF_SCALE)
          .intoArray(panel, to + WIDTH);
    }
  }
}
