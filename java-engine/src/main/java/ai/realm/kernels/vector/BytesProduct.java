package ai.realm.kernels.vector;

import static ai.realm.kernels.vector.Lanes.F;
import static ai.realm.kernels.vector.Lanes.I;
import static ai.realm.kernels.vector.Lanes.LE;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;

import ai.realm.kernels.Matrix;
import ai.realm.kernels.packed.Layout;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Products with {@link Layout#BYTES}. */
final class BytesProduct extends PackedProduct {
  private static final int BLOCK = Layout.BYTES.blockBytes();

  @Override
  void dot(MemorySegment data, long from, float[] a, float[] sums, int columns, float[] y, int at) {
    FloatVector total = FloatVector.zero(F);
    long p = from;
    for (int b = 0; b < columns; b += 32, p += BLOCK) {
      FloatVector c0 = FloatVector.zero(F);
      FloatVector c1 = FloatVector.zero(F);
      FloatVector c2 = FloatVector.zero(F);
      FloatVector c3 = FloatVector.zero(F);
      for (int j = 0; j < 8; j++) {
        IntVector v = IntVector.fromMemorySegment(I, data, p + 64 + 64 * j, LE);
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
      total = c0.add(c1).add(c2.add(c3)).fma(d, total);
    }
    total.intoArray(y, at);
  }

  @Override
  void dequantize(MemorySegment data, long from, int columns, float[] panel, int at) {
    long p = from;
    int to = at;
    for (int b = 0; b < columns; b += 32, p += BLOCK) {
      FloatVector d = FloatVector.fromMemorySegment(F, data, p, LE);
      for (int j = 0; j < 8; j++, to += 4 * Matrix.UNIT) {
        IntVector v = IntVector.fromMemorySegment(I, data, p + 64 + 64 * j, LE);
        ((FloatVector) v.lanewise(LSHL, 24).lanewise(ASHR, 24).convert(I2F, 0))
            .mul(d)
            .intoArray(panel, to);
        ((FloatVector) v.lanewise(LSHL, 16).lanewise(ASHR, 24).convert(I2F, 0))
            .mul(d)
            .intoArray(panel, to + 1 * Matrix.UNIT);
        ((FloatVector) v.lanewise(LSHL, 8).lanewise(ASHR, 24).convert(I2F, 0))
            .mul(d)
            .intoArray(panel, to + 2 * Matrix.UNIT);
        ((FloatVector) v.lanewise(ASHR, 24).convert(I2F, 0))
            .mul(d)
            .intoArray(panel, to + 3 * Matrix.UNIT);
      }
    }
  }
}
