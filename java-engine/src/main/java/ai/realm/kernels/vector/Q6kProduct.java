package ai.realm.kernels.vector;

import static ai.realm.kernels.vector.Lanes.BYTE;
import static ai.realm.kernels.vector.Lanes.F;
import static ai.realm.kernels.vector.Lanes.I;
import static ai.realm.kernels.vector.Lanes.LE;
import static ai.realm.kernels.vector.Lanes.TWO_BYTES;
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
  private static final int QUARTERS = 64;

  /** Bytes of 64 columns: scales, then four runs of 16 columns. */
  private static final int QUARTER = 64 + 4 * 192;

  /** Bytes of a run: high bits, then nibbles. */
  private static final int RUN = 192;

  /** The low four bits of each byte's six. */
  private static final int NIBBLES = 0x0F0F0F0F;

  /** The high two bits of each byte's six. */
  private static final int TOPS = 0x30303030;

  /** What the stored six bits are above the value. */
  private static final float OFFSET = 32;

  @Override
  void dot(MemorySegment data, long from, float[] a, float[] sums, int columns, float[] y, int at) {
    FloatVector total = FloatVector.zero(F);
    long p = from;
    for (int b = 0; b < columns; b += 256, p += BLOCK) {
      FloatVector d = FloatVector.fromMemorySegment(F, data, p, LE);
      FloatVector scaled = FloatVector.zero(F);
      for (int q = 0; q < 4; q++) {
        long quarter = p + QUARTERS + QUARTER * q;
        // A byte for each of four runs.
        IntVector scales = IntVector.fromMemorySegment(I, data, quarter, LE);
        for (int s = 0; s < 4; s++) {
          int first = b + 64 * q + 16 * s;
          long run = quarter + 64 + RUN * s;
          // The two bits of each column, those of the first word lowest.
          IntVector tops = IntVector.fromMemorySegment(I, data, run, LE);
          FloatVector c0 = FloatVector.broadcast(F, -OFFSET * sums[first / 16]);
          FloatVector c1 = FloatVector.zero(F);
          FloatVector c2 = FloatVector.zero(F);
          FloatVector c3 = FloatVector.zero(F);
          for (int w = 0; w < 2; w++) {
            IntVector v = IntVector.fromMemorySegment(I, data, run + 64 + 64 * w, LE);
            int k = first + 8 * w;
            // Columns with six bits in each byte: the nibbles of the low halves of the bytes, and
            // of the high ones.
            IntVector high = tops.lanewise(LSHR, 2 * w);
            IntVector even = v.and(NIBBLES).or(high.lanewise(LSHL, 4).and(TOPS));
            IntVector odd = v.lanewise(LSHR, 4).and(NIBBLES).or(high.and(TOPS));
            c0 =
                ((FloatVector) even.and(63).convert(I2F, 0))
                    .fma(FloatVector.broadcast(F, a[k]), c0);
            c2 =
                ((FloatVector) even.and(63 << 16).convert(I2F, 0))
                    .fma(FloatVector.broadcast(F, a[k + 1]), c2);
            c0 =
                ((FloatVector) odd.and(63).convert(I2F, 0))
                    .fma(FloatVector.broadcast(F, a[k + 2]), c0);
            c2 =
                ((FloatVector) odd.and(63 << 16).convert(I2F, 0))
                    .fma(FloatVector.broadcast(F, a[k + 3]), c2);
            c1 =
                ((FloatVector) even.and(63 << 8).convert(I2F, 0))
                    .fma(FloatVector.broadcast(F, a[k + 4]), c1);
            c3 =
                ((FloatVector) even.and(63 << 24).convert(I2F, 0))
                    .fma(FloatVector.broadcast(F, a[k + 5]), c3);
            c1 =
                ((FloatVector) odd.and(63 << 8).convert(I2F, 0))
                    .fma(FloatVector.broadcast(F, a[k + 6]), c1);
            c3 =
                ((FloatVector) odd.and(63 << 24).convert(I2F, 0))
                    .fma(FloatVector.broadcast(F, a[k + 7]), c3);
          }
          FloatVector sc =
              ((FloatVector) scales.lanewise(LSHL, 24 - 8 * s).lanewise(ASHR, 24).convert(I2F, 0));
          FloatVector upper = c3.fma(BYTE, c2);
          FloatVector lower = c1.fma(BYTE, c0);
          scaled = upper.fma(TWO_BYTES, lower).fma(sc, scaled);
        }
      }
      total = scaled.fma(d, total);
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
        long quarter = p + QUARTERS + QUARTER * (s >> 2);
        long run = quarter + 64 + RUN * (s & 3);
        IntVector tops = IntVector.fromMemorySegment(I, data, run, LE);
        FloatVector scale =
            ((FloatVector)
                    IntVector.fromMemorySegment(I, data, quarter, LE)
                        .lanewise(LSHL, 24 - 8 * (s & 3))
                        .lanewise(ASHR, 24)
                        .convert(I2F, 0))
                .mul(d);
        FloatVector minimum = scale.mul(-OFFSET);
        for (int w = 0; w < 2; w++, to += 8 * Matrix.UNIT) {
          IntVector v = IntVector.fromMemorySegment(I, data, run + 64 + 64 * w, LE);
          IntVector high = tops.lanewise(LSHR, 2 * w);
          IntVector even = v.and(NIBBLES).or(high.lanewise(LSHL, 4).and(TOPS));
          IntVector odd = v.lanewise(LSHR, 4).and(NIBBLES).or(high.and(TOPS));
          ((FloatVector) even.and(63).convert(I2F, 0)).fma(scale, minimum).intoArray(panel, to);
          ((FloatVector) even.lanewise(LSHR, 16).and(63).convert(I2F, 0))
              .fma(scale, minimum)
              .intoArray(panel, to + 1 * Matrix.UNIT);
          ((FloatVector) odd.and(63).convert(I2F, 0))
              .fma(scale, minimum)
              .intoArray(panel, to + 2 * Matrix.UNIT);
          ((FloatVector) odd.lanewise(LSHR, 16).and(63).convert(I2F, 0))
              .fma(scale, minimum)
              .intoArray(panel, to + 3 * Matrix.UNIT);
          ((FloatVector) even.lanewise(LSHR, 8).and(63).convert(I2F, 0))
              .fma(scale, minimum)
              .intoArray(panel, to + 4 * Matrix.UNIT);
          ((FloatVector) even.lanewise(LSHR, 24).convert(I2F, 0))
              .fma(scale, minimum)
              .intoArray(panel, to + 5 * Matrix.UNIT);
          ((FloatVector) odd.lanewise(LSHR, 8).and(63).convert(I2F, 0))
              .fma(scale, minimum)
              .intoArray(panel, to + 6 * Matrix.UNIT);
          ((FloatVector) odd.lanewise(LSHR, 24).convert(I2F, 0))
              .fma(scale, minimum)
              .intoArray(panel, to + 7 * Matrix.UNIT);
        }
      }
    }
  }
}
