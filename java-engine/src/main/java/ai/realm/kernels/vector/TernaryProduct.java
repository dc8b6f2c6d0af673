package ai.realm.kernels.vector;

import static ai.realm.kernels.vector.CodesProduct.THREE_BYTES;
import static ai.realm.kernels.vector.CodesProduct.TOP;
import static ai.realm.kernels.vector.Lanes.BYTES;
import static ai.realm.kernels.vector.Lanes.COUNT;
import static ai.realm.kernels.vector.Lanes.F;
import static ai.realm.kernels.vector.Lanes.I;
import static ai.realm.kernels.vector.Lanes.LE;
import static ai.realm.kernels.vector.PanelProduct.WIDTH;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import ai.realm.kernels.packed.Layout;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Products with {@link Layout#TERNARY}: two bits a weight, from 0 on, are multiplied as they are,
 * and the sum of the activations is subtracted.
 */
final class TernaryProduct extends PackedProduct {
  private static final int BLOCK = Layout.TERNARY.blockBytes();
  private static final int CODES = 64;

  /** The low two bits of each byte. */
  private static final int TWO = 0x03030303;

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
      FloatVector ofBlock = FloatVector.zero(F);
      for (int s = 0; s < 8; s++) {
        FloatVector c0 = FloatVector.zero(F);
        FloatVector c1 = FloatVector.zero(F);
        FloatVector c2 = FloatVector.zero(F);
        FloatVector c3 = FloatVector.zero(F);
        for (int w = 0; w < 4; w++) {
          IntVector v =
              IntVector.fromMemorySegment(I, data, p + CODES + 128 * s + 64 * (w >> 1), LE)
                  .lanewise(LSHR, 4 * (w & 1));
          int k = b + 32 * s + 8 * w;
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
        int run = b / 16 + 2 * s;
        FloatVector sum = FloatVector.broadcast(F, sums[run] + sums[run + 1]);
        ofBlock = c0.add(c1).add(c2.add(c3)).sub(sum).add(ofBlock);
      }
      total = ofBlock.fma(FloatVector.fromMemorySegment(F, data, p, LE), total);
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
    for (int b = first; b < last; b += 256, p += BLOCK) {
      FloatVector ofBlock = FloatVector.zero(F);
      FloatVector ofBlock2 = FloatVector.zero(F);
      for (int s = 0; s < 8; s++) {
        FloatVector c0 = FloatVector.zero(F);
        FloatVector c1 = FloatVector.zero(F);
        FloatVector e0 = FloatVector.zero(F);
        FloatVector e1 = FloatVector.zero(F);
        for (int w = 0; w < 4; w++) {
          IntVector v =
              IntVector.fromMemorySegment(I, data, p + CODES + 128 * s + 64 * (w >> 1), LE)
                  .lanewise(LSHR, 4 * (w & 1));
          IntVector v2 =
              IntVector.fromMemorySegment(I, data, p + CODES + 128 * s + 64 * (w >> 1) + BYTES, LE)
                  .lanewise(LSHR, 4 * (w & 1));
          IntVector even = v.and(TWO);
          IntVector odd = v.lanewise(LSHR, 2).and(TWO);
          IntVector even2 = v2.and(TWO);
          IntVector odd2 = v2.lanewise(LSHR, 2).and(TWO);
          int k = b + 32 * s + 8 * w;
          c0 =
              ((FloatVector) even.lanewise(LSHL, 24).convert(I2F, 0))
                  .fma(FloatVector.broadcast(F, a[k]), c0);
          e0 =
              ((FloatVector) even2.lanewise(LSHL, 24).convert(I2F, 0))
                  .fma(FloatVector.broadcast(F, a[k]), e0);
          c1 =
              ((FloatVector) even.lanewise(LSHL, 8).and(TOP).convert(I2F, 0))
                  .fma(FloatVector.broadcast(F, a[k + 1]), c1);
          e1 =
              ((FloatVector) even2.lanewise(LSHL, 8).and(TOP).convert(I2F, 0))
                  .fma(FloatVector.broadcast(F, a[k + 1]), e1);
          c0 =
              ((FloatVector) odd.lanewise(LSHL, 24).convert(I2F, 0))
                  .fma(FloatVector.broadcast(F, a[k + 2]), c0);
          e0 =
              ((FloatVector) odd2.lanewise(LSHL, 24).convert(I2F, 0))
                  .fma(FloatVector.broadcast(F, a[k + 2]), e0);
          c1 =
              ((FloatVector) odd.lanewise(LSHL, 8).and(TOP).convert(I2F, 0))
                  .fma(FloatVector.broadcast(F, a[k + 3]), c1);
          e1 =
              ((FloatVector) odd2.lanewise(LSHL, 8).and(TOP).convert(I2F, 0))
                  .fma(FloatVector.broadcast(F, a[k + 3]), e1);
          c0 =
              ((FloatVector) even.lanewise(LSHL, 16).and(TOP).convert(I2F, 0))
                  .fma(FloatVector.broadcast(F, a[k + 4]), c0);
          e0 =
              ((FloatVector) even2.lanewise(LSHL, 16).and(TOP).convert(I2F, 0))
                  .fma(FloatVector.broadcast(F, a[k + 4]), e0);
          c1 =
              ((FloatVector) even.and(TOP).convert(I2F, 0))
                  .fma(FloatVector.broadcast(F, a[k + 5]), c1);
          e1 =
              ((FloatVector) even2.and(TOP).convert(I2F, 0))
                  .fma(FloatVector.broadcast(F, a[k + 5]), e1);
          c0 =
              ((FloatVector) odd.lanewise(LSHL, 16).and(TOP).convert(I2F, 0))
                  .fma(FloatVector.broadcast(F, a[k + 6]), c0);
          e0 =
              ((FloatVector) odd2.lanewise(LSHL, 16).and(TOP).convert(I2F, 0))
                  .fma(FloatVector.broadcast(F, a[k + 6]), e0);
          c1 =
              ((FloatVector) odd.and(TOP).convert(I2F, 0))
                  .fma(FloatVector.broadcast(F, a[k + 7]), c1);
          e1 =
              ((FloatVector) odd2.and(TOP).convert(I2F, 0))
                  .fma(FloatVector.broadcast(F, a[k + 7]), e1);
        }
        int run = b / 16 + 2 * s;
        FloatVector sum = FloatVector.broadcast(F, sums[run] + sums[run + 1]);
        ofBlock = c0.add(c1).mul(THREE_BYTES).sub(sum).add(ofBlock);
        ofBlock2 = e0.add(e1).mul(THREE_BYTES).sub(sum).add(ofBlock2);
      }
      total = ofBlock.fma(FloatVector.fromMemorySegment(F, data, p, LE), total);
      total2 = ofBlock2.fma(FloatVector.fromMemorySegment(F, data, p + BYTES, LE), total2);
    }
    total.intoArray(y, at);
    total2.intoArray(y, at + COUNT);
  }

  @Override
  void dequantize(MemorySegment data, long from, int columns, float[] panel, int at) {
    long p = from;
    int to = at;
    for (int b = 0; b < columns; b += 256, p += BLOCK) {
      FloatVector d = FloatVector.fromMemorySegment(F, data, p, LE);
      for (int s = 0; s < 8; s++) {
        for (int w = 0; w < 4; w++, to += 8 * WIDTH) {
          IntVector v =
              IntVector.fromMemorySegment(I, data, p + CODES + 128 * s + 64 * (w >> 1), LE)
                  .lanewise(LSHR, 4 * (w & 1));
          ((FloatVector) v.and(3).sub(1).convert(I2F, 0)).mul(d).intoArray(panel, to);
          ((FloatVector) v.lanewise(LSHR, 16).and(3).sub(1).convert(I2F, 0))
              .mul(d)
              .intoArray(panel, to + 1 * WIDTH);
          ((FloatVector) v.lanewise(LSHR, 2).and(3).sub(1).convert(I2F, 0))
              .mul(d)
              .intoArray(panel, to + 2 * WIDTH);
          ((FloatVector) v.lanewise(LSHR, 18).and(3).sub(1).convert(I2F, 0))
              .mul(d)
              .intoArray(panel, to + 3 * WIDTH);
          ((FloatVector) v.lanewise(LSHR, 8).and(3).sub(1).convert(I2F, 0))
              .mul(d)
              .intoArray(panel, to + 4 * WIDTH);
          ((FloatVector) v.lanewise(LSHR, 24).and(3).sub(1).convert(I2F, 0))
              .mul(d)
              .intoArray(panel, to + 5 * WIDTH);
          ((FloatVector) v.lanewise(LSHR, 10).and(3).sub(1).convert(I2F, 0))
              .mul(d)
              .intoArray(panel, to + 6 * WIDTH);
          ((FloatVector) v.lanewise(LSHR, 26).and(3).sub(1).convert(I2F, 0))
              .mul(d)
              .intoArray(panel, to + 7 * WIDTH);
        }
      }
    }
  }
}
