package ai.realm.kernels.vector;

import static ai.realm.kernels.vector.Lanes.F;
import static ai.realm.kernels.vector.Lanes.I;
import static ai.realm.kernels.vector.Lanes.LE;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import ai.realm.kernels.Matrix;
import ai.realm.kernels.packed.Layout;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Products with {@link Layout#Q6_K}. */
final class Q6kProduct extends PackedProduct {
  private static final int BLOCK = Layout.Q6_K.blockBytes();
  private static final int SCALES = 64;
  private static final int BITS = 320;

  /** Bytes of 32 columns: nibbles, then high bits. */
  private static final int SPAN = 384;

  /** What the stored six bits are above the value. */
  private static final float OFFSET = 32;

  @Override
  void dot(MemorySegment data, long from, float[] a, float[] sums, int columns, float[] y, int at) {
    FloatVector total = FloatVector.zero(F);
    long p = from;
    for (int b = 0; b < columns; b += 256, p += BLOCK) {
      FloatVector scaled = FloatVector.zero(F);
      for (int s = 0; s < 16; s++) {
        long span = p + BITS + SPAN * (s >> 1);
        IntVector high = IntVector.fromMemorySegment(I, data, span + 256 + 64 * (s & 1), LE);
        FloatVector c0 = FloatVector.broadcast(F, -OFFSET * sums[b / 16 + s]);
        FloatVector c1 = FloatVector.zero(F);
        FloatVector c2 = FloatVector.zero(F);
        FloatVector c3 = FloatVector.zero(F);
        for (int j = 0; j < 2; j++) {
          IntVector v = IntVector.fromMemorySegment(I, data, span + 128 * (s & 1) + 64 * j, LE);
          IntVector h = high.lanewise(LSHR, 16 * j);
          int k = b + 16 * s + 8 * j;
          c0 =
              ((FloatVector) v.and(15).or(h.lanewise(LSHL, 4).and(48)).convert(I2F, 0))
                  .fma(FloatVector.broadcast(F, a[k]), c0);
          c1 =
              ((FloatVector)
                      v.lanewise(LSHR, 16).and(15).or(h.lanewise(LSHL, 2).and(48)).convert(I2F, 0))
                  .fma(FloatVector.broadcast(F, a[k + 1]), c1);
          c2 =
              ((FloatVector) v.lanewise(LSHR, 4).and(15).or(h.and(48)).convert(I2F, 0))
                  .fma(FloatVector.broadcast(F, a[k + 2]), c2);
          c3 =
              ((FloatVector)
                      v.lanewise(LSHR, 20).and(15).or(h.lanewise(LSHR, 2).and(48)).convert(I2F, 0))
                  .fma(FloatVector.broadcast(F, a[k + 3]), c3);
          c0 =
              ((FloatVector)
                      v.lanewise(LSHR, 8).and(15).or(h.lanewise(LSHR, 4).and(48)).convert(I2F, 0))
                  .fma(FloatVector.broadcast(F, a[k + 4]), c0);
          c1 =
              ((FloatVector)
                      v.lanewise(LSHR, 24).and(15).or(h.lanewise(LSHR, 6).and(48)).convert(I2F, 0))
                  .fma(FloatVector.broadcast(F, a[k + 5]), c1);
          c2 =
              ((FloatVector)
                      v.lanewise(LSHR, 12).and(15).or(h.lanewise(LSHR, 8).and(48)).convert(I2F, 0))
                  .fma(FloatVector.broadcast(F, a[k + 6]), c2);
          c3 =
              ((FloatVector) v.lanewise(LSHR, 28).or(h.lanewise(LSHR, 10).and(48)).convert(I2F, 0))
                  .fma(FloatVector.broadcast(F, a[k + 7]), c3);
        }
        FloatVector sc =
            ((FloatVector)
                IntVector.fromMemorySegment(I, data, p + SCALES + 64 * (s >> 2), LE)
                    .lanewise(LSHL, 24 - 8 * (s & 3))
                    .lanewise(ASHR, 24)
                    .convert(I2F, 0));
        scaled = c0.add(c1).add(c2.add(c3)).fma(sc, scaled);
      }
      total = scaled.fma(FloatVector.fromMemorySegment(F, data, p, LE), total);
    }
    total.intoArray(y, at);
  }

  @Override
  void dequantize(MemorySegment data, long from, int columns, float[] panel, int at) {
    long p = from;
    int to = at;
    for (int b = 0; b < columns; b += 256, p += BLOCK) {
      FloatVector d = FloatVector.fromMemorySegment(F, data, p, LE);
      for (int s = 0; s < 16; s++) {
        long span = p + BITS + SPAN * (s >> 1);
        IntVector high = IntVector.fromMemorySegment(I, data, span + 256 + 64 * (s & 1), LE);
        FloatVector scale =
            ((FloatVector)
                    IntVector.fromMemorySegment(I, data, p + SCALES + 64 * (s >> 2), LE)
                        .lanewise(LSHL, 24 - 8 * (s & 3))
                        .lanewise(ASHR, 24)
                        .convert(I2F, 0))
                .mul(d);
        FloatVector minimum = scale.mul(-OFFSET);
        for (int j = 0; j < 2; j++, to += 8 * Matrix.UNIT) {
          IntVector v = IntVector.fromMemorySegment(I, data, span + 128 * (s & 1) + 64 * j, LE);
          IntVector h = high.lanewise(LSHR, 16 * j);
          ((FloatVector) v.and(15).or(h.lanewise(LSHL, 4).and(48)).convert(I2F, 0))
              .fma(scale, minimum)
              .intoArray(panel, to);
          ((FloatVector)
                  v.lanewise(LSHR, 16).and(15).or(h.lanewise(LSHL, 2).and(48)).convert(I2F, 0))
              .fma(scale, minimum)
              .intoArray(panel, to + 1 * Matrix.UNIT);
          ((FloatVector) v.lanewise(LSHR, 4).and(15).or(h.and(48)).convert(I2F, 0))
              .fma(scale, minimum)
              .intoArray(panel, to + 2 * Matrix.UNIT);
          ((FloatVector)
                  v.lanewise(LSHR, 20).and(15).or(h.lanewise(LSHR, 2).and(48)).convert(I2F, 0))
              .fma(scale, minimum)
              .intoArray(panel, to + 3 * Matrix.UNIT);
          ((FloatVector)
                  v.lanewise(LSHR, 8).and(15).or(h.lanewise(LSHR, 4).and(48)).convert(I2F, 0))
              .fma(scale, minimum)
              .intoArray(panel, to + 4 * Matrix.UNIT);
          ((FloatVector)
                  v.lanewise(LSHR, 24).and(15).or(h.lanewise(LSHR, 6).and(48)).convert(I2F, 0))
              .fma(scale, minimum)
              .intoArray(panel, to + 5 * Matrix.UNIT);
          ((FloatVector)
                  v.lanewise(LSHR, 12).and(15).or(h.lanewise(LSHR, 8).and(48)).convert(I2F, 0))
              .fma(scale, minimum)
              .intoArray(panel, to + 6 * Matrix.UNIT);
          ((FloatVector) v.lanewise(LSHR, 28).or(h.lanewise(LSHR, 10).and(48)).convert(I2F, 0))
              .fma(scale, minimum)
              .intoArray(panel, to + 7 * Matrix.UNIT);
        }
      }
    }
  }
}
