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

/** Products with {@link Layout#Q5_K}. */
final class Q5kProduct extends RoundedProduct {
  private static final int BLOCK = Layout.Q5_K.blockBytes();
  private static final int SCALES = 64;
  private static final int MINIMUMS = 128;
  private static final int REST = 192;

  /** Where sub-blocks begin, the bytes of each, and where its nibbles do behind the fifth bits. */
  private static final int BLOCKS = 256;

  private static final int SUB_BLOCK = 320;
  private static final int NIBBLES = 64;

  /**
   * Bits of the scales, or minimums, of the first and of the last four sub-blocks, a byte each: in
   * the word that has all of them or the low ones, and in the one that has the rest two bits up.
   */
  private static final int[] LOW = {0x3F3F3F3F, 0x0F0F0F0F};

  private static final int[] HIGH = {0, 0x30303030};

  /** The low four bits of each byte's five. */
  private static final int LOW_BITS = 0x0F0F0F0F;

  /** The fifth bit of each byte. */
  private static final int FIFTHS = 0x10101010;

  /** A bit in the place of each nibble of 16 bits. */
  private static final short FIFTH_BITS = 0x1111;

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
      for (int half = 0; half < 2; half++) {
        int low = LOW[half];
        int high = HIGH[half];
        IntVector scales =
            IntVector.fromMemorySegment(I, data, p + SCALES + half * (REST - SCALES), LE)
                .and(low)
                .or(
                    IntVector.fromMemorySegment(I, data, p + SCALES, LE)
                        .lanewise(LSHR, 2)
                        .and(high));
        IntVector mins =
            IntVector.fromMemorySegment(I, data, p + MINIMUMS + half * (REST - MINIMUMS), LE)
                .lanewise(LSHR, 4 * half)
                .and(low)
                .or(
                    IntVector.fromMemorySegment(I, data, p + MINIMUMS, LE)
                        .lanewise(LSHR, 2)
                        .and(high));
        for (int s = 4 * half; s < 4 * half + 4; s++) {
          FloatVector c0 = FloatVector.zero(F);
          FloatVector c1 = FloatVector.zero(F);
          FloatVector c2 = FloatVector.zero(F);
          FloatVector c3 = FloatVector.zero(F);
          long block = p + BLOCKS + SUB_BLOCK * s;
          IntVector fifths = IntVector.fromMemorySegment(I, data, block, LE);
          for (int j = 0; j < 4; j++) {
            IntVector v = IntVector.fromMemorySegment(I, data, block + NIBBLES + 64 * j, LE);
            int k = b + 32 * s + 8 * j;
            // Columns with five bits in each byte: the nibbles of the low halves of the bytes, and
            // of
            // the high ones.
            IntVector even = v.and(LOW_BITS).or(fifths.lanewise(LSHL, 4 - j).and(FIFTHS));
            IntVector odd =
                v.lanewise(LSHR, 4).and(LOW_BITS).or(fifths.lanewise(LSHR, j).and(FIFTHS));
            c0 =
                ((FloatVector) even.and(31).convert(I2F, 0))
                    .fma(FloatVector.broadcast(F, a[k]), c0);
            c2 =
                ((FloatVector) even.and(31 << 16).convert(I2F, 0))
                    .fma(FloatVector.broadcast(F, a[k + 1]), c2);
            c0 =
                ((FloatVector) odd.and(31).convert(I2F, 0))
                    .fma(FloatVector.broadcast(F, a[k + 2]), c0);
            c2 =
                ((FloatVector) odd.and(31 << 16).convert(I2F, 0))
                    .fma(FloatVector.broadcast(F, a[k + 3]), c2);
            c1 =
                ((FloatVector) even.and(31 << 8).convert(I2F, 0))
                    .fma(FloatVector.broadcast(F, a[k + 4]), c1);
            c3 =
                ((FloatVector) even.and(31 << 24).convert(I2F, 0))
                    .fma(FloatVector.broadcast(F, a[k + 5]), c3);
            c1 =
                ((FloatVector) odd.and(31 << 8).convert(I2F, 0))
                    .fma(FloatVector.broadcast(F, a[k + 6]), c1);
            c3 =
                ((FloatVector) odd.and(31 << 24).convert(I2F, 0))
                    .fma(FloatVector.broadcast(F, a[k + 7]), c3);
          }
          int shift = 8 * (s & 3);
          FloatVector sc = (FloatVector) scales.lanewise(LSHR, shift).and(255).convert(I2F, 0);
          FloatVector m = (FloatVector) mins.lanewise(LSHR, shift).and(255).convert(I2F, 0);
          FloatVector upper = c3.fma(BYTE, c2);
          FloatVector lower = c1.fma(BYTE, c0);
          int run = b / 16 + 2 * s;
          scaled = upper.fma(TWO_BYTES, lower).fma(sc, scaled);
          minimums = m.fma(FloatVector.broadcast(F, sums[run] + sums[run + 1]), minimums);
        }
      }
      IntVector h = IntVector.fromMemorySegment(I, data, p, LE);
      FloatVector d =
          h.lanewise(LSHL, 16)
              .lanewise(ASHR, 3)
              .and(HALF_MASK)
              .reinterpretAsFloats()
              .mul(HALF_SCALE);
      FloatVector dmin = h.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(HALF_SCALE);
      total = scaled.fma(d, total).sub(minimums.mul(dmin));
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
      FloatVector minimums = FloatVector.zero(F);
      FloatVector minimums2 = FloatVector.zero(F);
      for (int half = 0; half < 2; half++) {
        int low = LOW[half];
        int high = HIGH[half];
        IntVector scales =
            IntVector.fromMemorySegment(I, data, p + SCALES + half * (REST - SCALES), LE)
                .and(low)
                .or(
                    IntVector.fromMemorySegment(I, data, p + SCALES, LE)
                        .lanewise(LSHR, 2)
                        .and(high));
        IntVector mins =
            IntVector.fromMemorySegment(I, data, p + MINIMUMS + half * (REST - MINIMUMS), LE)
                .lanewise(LSHR, 4 * half)
                .and(low)
                .or(
                    IntVector.fromMemorySegment(I, data, p + MINIMUMS, LE)
                        .lanewise(LSHR, 2)
                        .and(high));
        IntVector scales2 =
            IntVector.fromMemorySegment(I, data, p + SCALES + half * (REST - SCALES) + BYTES, LE)
                .and(low)
                .or(
                    IntVector.fromMemorySegment(I, data, p + SCALES + BYTES, LE)
                        .lanewise(LSHR, 2)
                        .and(high));
        IntVector mins2 =
            IntVector.fromMemorySegment(
                    I, data, p + MINIMUMS + half * (REST - MINIMUMS) + BYTES, LE)
                .lanewise(LSHR, 4 * half)
                .and(low)
                .or(
                    IntVector.fromMemorySegment(I, data, p + MINIMUMS + BYTES, LE)
                        .lanewise(LSHR, 2)
                        .and(high));
        for (int s = 4 * half; s < 4 * half + 4; s++) {
          int line = RoundedActivations.words(b) + s * RoundedActivations.WORDS;
          long block = p + BLOCKS + SUB_BLOCK * s;
          ShortVector fifths = ShortVector.fromMemorySegment(S, data, block, LE);
          ShortVector fifths2 = ShortVector.fromMemorySegment(S, data, block + BYTES, LE);
          // The sums of the nibbles, and those of the bits above them.
          ShortVector c = ShortVector.zero(S);
          ShortVector c2 = ShortVector.zero(S);
          ShortVector t = ShortVector.zero(S);
          ShortVector t2 = ShortVector.zero(S);
          int k = line;
          int end = line + 16;
          do {
            long q = block + NIBBLES + 16 * (k - line);
            ShortVector v = ShortVector.fromMemorySegment(S, data, q, LE);
            ShortVector v2 = ShortVector.fromMemorySegment(S, data, q + BYTES, LE);
            ShortVector u = fifths.lanewise(LSHR, (k - line) / 4).and(FIFTH_BITS);
            ShortVector u2 = fifths2.lanewise(LSHR, (k - line) / 4).and(FIFTH_BITS);
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
          ShortVector start = IntVector.broadcast(I, a[line + START]).reinterpretAsShorts();
          IntVector offset = IntVector.broadcast(I, a[line + OFFSET]);
          ShortVector none = ShortVector.zero(S);
          IntVector n = start.add(c).reinterpretAsInts();
          n = n.lanewise(LSHL, 16).lanewise(ASHR, 16).add(n.lanewise(ASHR, 16)).add(offset);
          IntVector g = none.add(t).reinterpretAsInts();
          g = g.lanewise(LSHL, 16).lanewise(ASHR, 16).add(g.lanewise(ASHR, 16));
          n = g.lanewise(LSHL, 4).add(n);
          IntVector n2 = start.add(c2).reinterpretAsInts();
          n2 = n2.lanewise(LSHL, 16).lanewise(ASHR, 16).add(n2.lanewise(ASHR, 16)).add(offset);
          IntVector g2 = none.add(t2).reinterpretAsInts();
          g2 = g2.lanewise(LSHL, 16).lanewise(ASHR, 16).add(g2.lanewise(ASHR, 16));
          n2 = g2.lanewise(LSHL, 4).add(n2);
          FloatVector scale = IntVector.broadcast(I, a[line + SCALE]).reinterpretAsFloats();
          FloatVector sum = IntVector.broadcast(I, a[line + SUM]).reinterpretAsFloats();
          int shift = 8 * (s & 3);
          FloatVector sc = (FloatVector) scales.lanewise(LSHR, shift).and(255).convert(I2F, 0);
          FloatVector m = (FloatVector) mins.lanewise(LSHR, shift).and(255).convert(I2F, 0);
          scaled = ((FloatVector) n.convert(I2F, 0)).fma(sc.mul(scale), scaled);
          minimums = m.fma(sum, minimums);
          FloatVector sc2 = (FloatVector) scales2.lanewise(LSHR, shift).and(255).convert(I2F, 0);
          FloatVector m2 = (FloatVector) mins2.lanewise(LSHR, shift).and(255).convert(I2F, 0);
          scaled2 = ((FloatVector) n2.convert(I2F, 0)).fma(sc2.mul(scale), scaled2);
          minimums2 = m2.fma(sum, minimums2);
        }
      }
      IntVector h = IntVector.fromMemorySegment(I, data, p, LE);
      FloatVector d =
          h.lanewise(LSHL, 16)
              .lanewise(ASHR, 3)
              .and(HALF_MASK)
              .reinterpretAsFloats()
              .mul(HALF_SCALE);
      FloatVector dmin = h.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(HALF_SCALE);
      total = scaled.fma(d, total).sub(minimums.mul(dmin));
      IntVector h2 = IntVector.fromMemorySegment(I, data, p + BYTES, LE);
      FloatVector d2 =
          h2.lanewise(LSHL, 16)
              .lanewise(ASHR, 3)
              .and(HALF_MASK)
              .reinterpretAsFloats()
              .mul(HALF_SCALE);
      FloatVector dmin2 = h2.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(HALF_SCALE);
      total2 = scaled2.fma(d2, total2).sub(minimums2.mul(dmin2));
    }
    total.intoArray(y, at);
    total2.intoArray(y, at + COUNT);
  }

  @Override
  void dequantize(MemorySegment data, long from, int columns, float[] panel, int at) {
    long p = from;
    int to = at;
    for (int b = 0; b < columns; b += 256, p += BLOCK) {
      IntVector h = IntVector.fromMemorySegment(I, data, p, LE);
      FloatVector d =
          h.lanewise(LSHL, 16)
              .lanewise(ASHR, 3)
              .and(HALF_MASK)
              .reinterpretAsFloats()
              .mul(HALF_SCALE);
      FloatVector dmin = h.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(HALF_SCALE);
      for (int half = 0; half < 2; half++) {
        int low = LOW[half];
        int high = HIGH[half];
        IntVector scales =
            IntVector.fromMemorySegment(I, data, p + SCALES + half * (REST - SCALES), LE)
                .and(low)
                .or(
                    IntVector.fromMemorySegment(I, data, p + SCALES, LE)
                        .lanewise(LSHR, 2)
                        .and(high));
        IntVector mins =
            IntVector.fromMemorySegment(I, data, p + MINIMUMS + half * (REST - MINIMUMS), LE)
                .lanewise(LSHR, 4 * half)
                .and(low)
                .or(
                    IntVector.fromMemorySegment(I, data, p + MINIMUMS, LE)
                        .lanewise(LSHR, 2)
                        .and(high));
        for (int s = 4 * half; s < 4 * half + 4; s++) {
          int shift = 8 * (s & 3);
          FloatVector scale =
              ((FloatVector) scales.lanewise(LSHR, shift).and(255).convert(I2F, 0)).mul(d);
          FloatVector minimum =
              ((FloatVector) mins.lanewise(LSHR, shift).and(255).convert(I2F, 0)).mul(dmin).neg();
          long block = p + BLOCKS + SUB_BLOCK * s;
          IntVector fifths = IntVector.fromMemorySegment(I, data, block, LE);
          for (int j = 0; j < 4; j++, to += 8 * WIDTH) {
            IntVector v = IntVector.fromMemorySegment(I, data, block + NIBBLES + 64 * j, LE);
            IntVector even = v.and(LOW_BITS).or(fifths.lanewise(LSHL, 4 - j).and(FIFTHS));
            IntVector odd =
                v.lanewise(LSHR, 4).and(LOW_BITS).or(fifths.lanewise(LSHR, j).and(FIFTHS));
            ((FloatVector) even.and(31).convert(I2F, 0)).fma(scale, minimum).intoArray(panel, to);
            ((FloatVector) even.lanewise(LSHR, 16).and(31).convert(I2F, 0))
                .fma(scale, minimum)
                .intoArray(panel, to + 1 * WIDTH);
            ((FloatVector) odd.and(31).convert(I2F, 0))
                .fma(scale, minimum)
                .intoArray(panel, to + 2 * WIDTH);
            ((FloatVector) odd.lanewise(LSHR, 16).and(31).convert(I2F, 0))
                .fma(scale, minimum)
                .intoArray(panel, to + 3 * WIDTH);
            ((FloatVector) even.lanewise(LSHR, 8).and(31).convert(I2F, 0))
                .fma(scale, minimum)
                .intoArray(panel, to + 4 * WIDTH);
            ((FloatVector) even.lanewise(LSHR, 24).convert(I2F, 0))
                .fma(scale, minimum)
                .intoArray(panel, to + 5 * WIDTH);
            ((FloatVector) odd.lanewise(LSHR, 8).and(31).convert(I2F, 0))
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
}
