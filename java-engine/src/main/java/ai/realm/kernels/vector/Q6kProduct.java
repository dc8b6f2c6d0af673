package ai.realm.kernels.vector;

import static ai.realm.kernels.vector.Lanes.BYTE;
import static ai.realm.kernels.vector.Lanes.BYTES;
import static ai.realm.kernels.vector.Lanes.COUNT;
import static ai.realm.kernels.vector.Lanes.F;
import static ai.realm.kernels.vector.Lanes.I;
import static ai.realm.kernels.vector.Lanes.LE;
import static ai.realm.kernels.vector.Lanes.S;
import static ai.realm.kernels.vector.Lanes.TWO_BYTES;
import static ai.realm.kernels.vector.PanelProduct.WIDTH;
import static ai.realm.kernels.vector.RoundedActivations.HALF_OFFSETS;
import static ai.realm.kernels.vector.RoundedActivations.HALF_STARTS;
import static ai.realm.kernels.vector.RoundedActivations.SCALE;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import ai.realm.kernels.packed.Layout;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/** Products with {@link Layout#Q6_K}. */
final class Q6kProduct extends RoundedProduct {
  private static final int BLOCK = Layout.Q6_K.blockBytes();
  private static final int QUARTERS = 64;

  /** Bytes of 64 columns: scales, then four sub-blocks of 16 columns. */
  private static final int QUARTER = 64 + 4 * 192;

  /** Bytes of a sub-block: high bits, then nibbles. */
  private static final int SUB_BLOCK = 192;

  /** The low four bits of each byte's six. */
  private static final int NIBBLES = 0x0F0F0F0F;

  /** The high two bits of each byte's six. */
  private static final int TOPS = 0x30303030;

  /** Two bits in the place of each nibble of 16 bits. */
  private static final short TOP_BITS = 0x3333;

  /** What the stored six bits are above the value. */
  private static final float OFFSET = 32;

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
      FloatVector d = FloatVector.fromMemorySegment(F, data, p, LE);
      FloatVector scaled = FloatVector.zero(F);
      for (int q = 0; q < 4; q++) {
        long quarter = p + QUARTERS + QUARTER * q;
        // A byte for each of four sub-blocks.
        IntVector scales = IntVector.fromMemorySegment(I, data, quarter, LE);
        for (int s = 0; s < 4; s++) {
          int column = b + 64 * q + 16 * s;
          long block = quarter + 64 + SUB_BLOCK * s;
          // The two bits of each column, those of the column word lowest.
          IntVector tops = IntVector.fromMemorySegment(I, data, block, LE);
          FloatVector c0 = FloatVector.broadcast(F, -OFFSET * sums[column / 16]);
          FloatVector c1 = FloatVector.zero(F);
          FloatVector c2 = FloatVector.zero(F);
          FloatVector c3 = FloatVector.zero(F);
          for (int w = 0; w < 2; w++) {
            IntVector v = IntVector.fromMemorySegment(I, data, block + 64 + 64 * w, LE);
            int k = column + 8 * w;
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
  void pair(MemorySegment data, long from, int[] a, int first, int last, float[] y, int at) {
    int shift1 = SHIFTS[0];
    int shift2 = SHIFTS[1];
    int shift3 = SHIFTS[2];
    FloatVector total = FloatVector.zero(F);
    FloatVector total2 = FloatVector.zero(F);
    long p = from;
    for (int b = first; b < last; b += 256, p += BLOCK) {
      FloatVector scaled = FloatVector.zero(F);
      FloatVector scaled2 = FloatVector.zero(F);
      for (int r = 0; r < 16; r++) {
        long quarter = p + QUARTERS + QUARTER * (r >> 2);
        long block = quarter + 64 + SUB_BLOCK * (r & 3);
        int line = RoundedActivations.words(b) + (r >> 1) * RoundedActivations.WORDS;
        int half = r & 1;
        ShortVector tops = ShortVector.fromMemorySegment(S, data, block, LE);
        ShortVector tops2 = ShortVector.fromMemorySegment(S, data, block + BYTES, LE);
        // The sums of the nibbles, and those of the two bits above them.
        ShortVector c = ShortVector.zero(S);
        ShortVector c2 = ShortVector.zero(S);
        ShortVector t = ShortVector.zero(S);
        ShortVector t2 = ShortVector.zero(S);
        int word = line + 8 * half;
        int k = word;
        int end = word + 8;
        do {
          long q = block + 64 + 16 * (k - word);
          ShortVector v = ShortVector.fromMemorySegment(S, data, q, LE);
          ShortVector v2 = ShortVector.fromMemorySegment(S, data, q + BYTES, LE);
          ShortVector u = tops.lanewise(LSHR, (k - word) / 2).and(TOP_BITS);
          ShortVector u2 = tops2.lanewise(LSHR, (k - word) / 2).and(TOP_BITS);
          ShortVector x = IntVector.broadcast(I, a[k]).reinterpretAsShorts();
          c = v.mul(x).add(c);
          c2 = v2.mul(x).add(c2);
          t = u.mul(x).add(t);
          t2 = u2.mul(x).add(t2);
          ShortVector x1 = IntVector.broadcast(I, a[k + 1]).reinterpretAsShorts();
          c = v.lanewise(LSHR, shift1).mul(x1).add(c);
          c2 = v2.lanewise(LSHR, shift1).mul(x1).add(c2);
          t = u.lanewise(LSHR, shift1).mul(x1).add(t);
          t2 = u2.lanewise(LSHR, shift1).mul(x1).add(t2);
          ShortVector x2 = IntVector.broadcast(I, a[k + 2]).reinterpretAsShorts();
          c = v.lanewise(LSHR, shift2).mul(x2).add(c);
          c2 = v2.lanewise(LSHR, shift2).mul(x2).add(c2);
          t = u.lanewise(LSHR, shift2).mul(x2).add(t);
          t2 = u2.lanewise(LSHR, shift2).mul(x2).add(t2);
          ShortVector x3 = IntVector.broadcast(I, a[k + 3]).reinterpretAsShorts();
          c = v.lanewise(LSHR, shift3).mul(x3).add(c);
          c2 = v2.lanewise(LSHR, shift3).mul(x3).add(c2);
          t = u.lanewise(LSHR, shift3).mul(x3).add(t);
          t2 = u2.lanewise(LSHR, shift3).mul(x3).add(t2);
          k += 4;
        } while (k != end);
        ShortVector start =
            IntVector.broadcast(I, a[line + HALF_STARTS + half]).reinterpretAsShorts();
        IntVector offset = IntVector.broadcast(I, a[line + HALF_OFFSETS + half]);
        FloatVector scale = IntVector.broadcast(I, a[line + SCALE]).reinterpretAsFloats();
        ShortVector none = ShortVector.zero(S);
        IntVector n = start.add(c).reinterpretAsInts();
        n = n.lanewise(LSHL, 16).lanewise(ASHR, 16).add(n.lanewise(ASHR, 16)).add(offset);
        IntVector h = none.add(t).reinterpretAsInts();
        h = h.lanewise(LSHL, 16).lanewise(ASHR, 16).add(h.lanewise(ASHR, 16));
        n = h.lanewise(LSHL, 4).add(n);
        IntVector n2 = start.add(c2).reinterpretAsInts();
        n2 = n2.lanewise(LSHL, 16).lanewise(ASHR, 16).add(n2.lanewise(ASHR, 16)).add(offset);
        IntVector h2 = none.add(t2).reinterpretAsInts();
        h2 = h2.lanewise(LSHL, 16).lanewise(ASHR, 16).add(h2.lanewise(ASHR, 16));
        n2 = h2.lanewise(LSHL, 4).add(n2);
        int shift = 24 - 8 * (r & 3);
        FloatVector sc =
            (FloatVector)
                IntVector.fromMemorySegment(I, data, quarter, LE)
                    .lanewise(LSHL, shift)
                    .lanewise(ASHR, 24)
                    .convert(I2F, 0);
        scaled = ((FloatVector) n.convert(I2F, 0)).fma(sc.mul(scale), scaled);
        FloatVector sc2 =
            (FloatVector)
                IntVector.fromMemorySegment(I, data, quarter + BYTES, LE)
                    .lanewise(LSHL, shift)
                    .lanewise(ASHR, 24)
                    .convert(I2F, 0);
        scaled2 = ((FloatVector) n2.convert(I2F, 0)).fma(sc2.mul(scale), scaled2);
      }
      total = FloatVector.fromMemorySegment(F, data, p, LE).fma(scaled, total);
      total2 = FloatVector.fromMemorySegment(F, data, p + BYTES, LE).fma(scaled2, total2);
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
      for (int s = 0; s < 16; s++) {
        long quarter = p + QUARTERS + QUARTER * (s >> 2);
        long block = quarter + 64 + SUB_BLOCK * (s & 3);
        IntVector tops = IntVector.fromMemorySegment(I, data, block, LE);
        FloatVector scale =
            ((FloatVector)
                    IntVector.fromMemorySegment(I, data, quarter, LE)
                        .lanewise(LSHL, 24 - 8 * (s & 3))
                        .lanewise(ASHR, 24)
                        .convert(I2F, 0))
                .mul(d);
        FloatVector minimum = scale.mul(-OFFSET);
        for (int w = 0; w < 2; w++, to += 8 * WIDTH) {
          IntVector v = IntVector.fromMemorySegment(I, data, block + 64 + 64 * w, LE);
          IntVector high = tops.lanewise(LSHR, 2 * w);
          IntVector even = v.and(NIBBLES).or(high.lanewise(LSHL, 4).and(TOPS));
          IntVector odd = v.lanewise(LSHR, 4).and(NIBBLES).or(high.and(TOPS));
          ((FloatVector) even.and(63).convert(I2F, 0)).fma(scale, minimum).intoArray(panel, to);
          ((FloatVector) even.lanewise(LSHR, 16).and(63).convert(I2F, 0))
              .fma(scale, minimum)
              .intoArray(panel, to + 1 * WIDTH);
          ((FloatVector) odd.and(63).convert(I2F, 0))
              .fma(scale, minimum)
              .intoArray(panel, to + 2 * WIDTH);
          ((FloatVector) odd.lanewise(LSHR, 16).and(63).convert(I2F, 0))
              .fma(scale, minimum)
              .intoArray(panel, to + 3 * WIDTH);
          ((FloatVector) even.lanewise(LSHR, 8).and(63).convert(I2F, 0))
              .fma(scale, minimum)
              .intoArray(panel, to + 4 * WIDTH);
          ((FloatVector) even.lanewise(LSHR, 24).convert(I2F, 0))
              .fma(scale, minimum)
              .intoArray(panel, to + 5 * WIDTH);
          ((FloatVector) odd.lanewise(LSHR, 8).and(63).convert(I2F, 0))
              .fma(scale, minimum)
              .intoArray(panel, to + 6 * WIDTH);
          ((FloatVector) odd.lanewise(LSHR, 24).convert(I2F, 0))
              .fma(scale, minimum)
              .intoArray(panel, to + 7 * WIDTH);
        }
      }
    }
  }
}
