package ai.realm.kernels.vector;

import static ai.realm.kernels.vector.Lanes.F;
import static ai.realm.kernels.vector.Lanes.HALF_MASK;
import static ai.realm.kernels.vector.Lanes.HALF_SCALE;
import static ai.realm.kernels.vector.Lanes.I;
import static ai.realm.kernels.vector.Lanes.LE;
import static ai.realm.kernels.vector.PanelProduct.WIDTH;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import ai.realm.kernels.packed.Layout;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Products with {@link Layout#Q2_K}. */
final class Q2kProduct extends PackedProduct {
  private static final int BLOCK = Layout.Q2_K.blockBytes();

  /** Where four sub-blocks have their scales and minimums, a byte each. */
  private static final int SCALES = 64;

  private static final int CODES = 320;

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
    for (int b = first; b < last; b += 256, p += BLOCK) {
      FloatVector scaled = FloatVector.zero(F);
      FloatVector minimums = FloatVector.zero(F);
      for (int run = 0; run < 16; run++) { // of 16 columns: two words of two bits
        FloatVector c0 = FloatVector.zero(F);
        FloatVector c1 = FloatVector.zero(F);
        FloatVector c2 = FloatVector.zero(F);
        FloatVector c3 = FloatVector.zero(F);
        IntVector two = IntVector.fromMemorySegment(I, data, p + CODES + 64 * run, LE);
        for (int w = 0; w < 2; w++) {
          IntVector v = two.lanewise(LSHR, 4 * w);
          int k = b + 16 * run + 8 * w;
          c0 = ((FloatVector) v.and(3).convert(I2F, 0)).fma(FloatVector.broadcast(F, a[k]), c0);
          c1 =
              ((FloatVector) v.lanewise(LSHR, 16).and(3).convert(I2F, 0))
                  .fma(FloatVector.broadcast(F, a[k + 1]), c1);
          c2 =
              ((FloatVector) v.lanewise(LSHR, 2).and(3).convert(I2F, 0))
                  .fma(FloatVector.broadcast(F, a[k + 2]), c2);
          c3 =
              ((FloatVector) v.lanewise(LSHR, 18).and(3).convert(I2F, 0))
                  .fma(FloatVector.broadcast(F, a[k + 3]), c3);
          c0 =
              ((FloatVector) v.lanewise(LSHR, 8).and(3).convert(I2F, 0))
                  .fma(FloatVector.broadcast(F, a[k + 4]), c0);
          c1 =
              ((FloatVector) v.lanewise(LSHR, 24).and(3).convert(I2F, 0))
                  .fma(FloatVector.broadcast(F, a[k + 5]), c1);
          c2 =
              ((FloatVector) v.lanewise(LSHR, 10).and(3).convert(I2F, 0))
                  .fma(FloatVector.broadcast(F, a[k + 6]), c2);
          c3 =
              ((FloatVector) v.lanewise(LSHR, 26).and(3).convert(I2F, 0))
                  .fma(FloatVector.broadcast(F, a[k + 7]), c3);
        }
        IntVector of =
            IntVector.fromMemorySegment(I, data, p + SCALES + 64 * (run >> 2), LE)
                .lanewise(LSHR, 8 * (run & 3));
        FloatVector sc = (FloatVector) of.and(15).convert(I2F, 0);
        FloatVector m = (FloatVector) of.lanewise(LSHR, 4).and(15).convert(I2F, 0);
        scaled = c0.add(c1).add(c2.add(c3)).fma(sc, scaled);
        minimums = m.fma(FloatVector.broadcast(F, sums[b / 16 + run]), minimums);
      }
      IntVector halves = IntVector.fromMemorySegment(I, data, p, LE);
      FloatVector d =
          halves
              .lanewise(LSHL, 16)
              .lanewise(ASHR, 3)
              .and(HALF_MASK)
              .reinterpretAsFloats()
              .mul(HALF_SCALE);
      FloatVector dmin =
          halves.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(HALF_SCALE);
      total = scaled.fma(d, total).sub(minimums.mul(dmin));
    }
    total.intoArray(y, at);
  }

  @Override
  void dequantize(MemorySegment data, long from, int columns, float[] panel, int at) {
    long p = from;
    int to = at;
    for (int b = 0; b < columns; b += 256, p += BLOCK) {
      IntVector halves = IntVector.fromMemorySegment(I, data, p, LE);
      FloatVector d =
          halves
              .lanewise(LSHL, 16)
              .lanewise(ASHR, 3)
              .and(HALF_MASK)
              .reinterpretAsFloats()
              .mul(HALF_SCALE);
      FloatVector dmin =
          halves.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(HALF_SCALE);
      for (int run = 0; run < 16; run++) {
        IntVector of =
            IntVector.fromMemorySegment(I, data, p + SCALES + 64 * (run >> 2), LE)
                .lanewise(LSHR, 8 * (run & 3));
        FloatVector scale = ((FloatVector) of.and(15).convert(I2F, 0)).mul(d);
        FloatVector minimum =
            ((FloatVector) of.lanewise(LSHR, 4).and(15).convert(I2F, 0)).mul(dmin).neg();
        IntVector two = IntVector.fromMemorySegment(I, data, p + CODES + 64 * run, LE);
        for (int w = 0; w < 2; w++, to += 8 * WIDTH) {
          IntVector v = two.lanewise(LSHR, 4 * w);
          ((FloatVector) v.and(3).convert(I2F, 0)).fma(scale, minimum).intoArray(panel, to);
          ((FloatVector) v.lanewise(LSHR, 16).and(3).convert(I2F, 0))
              .fma(scale, minimum)
              .intoArray(panel, to + 1 * WIDTH);
          ((FloatVector) v.lanewise(LSHR, 2).and(3).convert(I2F, 0))
              .fma(scale, minimum)
              .intoArray(panel, to + 2 * WIDTH);
          ((FloatVector) v.lanewise(LSHR, 18).and(3).convert(I2F, 0))
              .fma(scale, minimum)
              .intoArray(panel, to + 3 * WIDTH);
          ((FloatVector) v.lanewise(LSHR, 8).and(3).convert(I2F, 0))
              .fma(scale, minimum)
              .intoArray(panel, to + 4 * WIDTH);
          ((FloatVector) v.lanewise(LSHR, 24).and(3).convert(I2F, 0))
              .fma(scale, minimum)
              .intoArray(panel, to + 5 * WIDTH);
          ((FloatVector) v.lanewise(LSHR, 10).and(3).convert(I2F, 0))
              .fma(scale, minimum)
              .intoArray(panel, to + 6 * WIDTH);
          ((FloatVector) v.lanewise(LSHR, 26).and(3).convert(I2F, 0))
              .fma(scale, minimum)
              .intoArray(panel, to + 7 * WIDTH);
        }
      }
    }
  }
}
