package ai.realm.kernels.vector;

import static ai.realm.kernels.vector.CodesProduct.NIBBLES;
import static ai.realm.kernels.vector.CodesProduct.THREE_BYTES;
import static ai.realm.kernels.vector.CodesProduct.TOP;
import static ai.realm.kernels.vector.Lanes.B;
import static ai.realm.kernels.vector.Lanes.BYTES;
import static ai.realm.kernels.vector.Lanes.COUNT;
import static ai.realm.kernels.vector.Lanes.F;
import static ai.realm.kernels.vector.Lanes.I;
import static ai.realm.kernels.vector.Lanes.LE;
import static ai.realm.kernels.vector.PanelProduct.WIDTH;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import ai.realm.kernels.packed.Layout;
import ai.realm.quant.MXFP4;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShuffle;

/** Products with {@link Layout#NVFP4}: nibbles are looked up as in {@link CodesProduct}. */
final class Nvfp4Product extends PackedProduct {
  private static final int BLOCK = Layout.NVFP4.blockBytes();
  private static final int[] FLOATS = CodesProduct.floats(MXFP4.values());
  private static final byte[] VALUES = CodesProduct.bytes(MXFP4.values());

  // As in CodesProduct. Shifted to the place in a float, UE4M3 lacks 2^120 of its exponent, and
  // values are doubled.
  private static final VectorShuffle<Integer> SCALE_WORDS = CodesProduct.scaleWords(1);
  private static final int[] SCALE_SHIFTS = CodesProduct.scaleShifts(1);
  private static final int MASK = 0x07F00000;
  private static final float FACTOR = 0x1p119f;

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
    IntVector table = IntVector.fromArray(I, FLOATS, 0);
    FloatVector total = FloatVector.zero(F);
    IntVector shifts = IntVector.fromArray(I, SCALE_SHIFTS, 0);
    long scales = CodesProduct.scalesFrom(from, BLOCK, 1);
    long p = from;
    for (int b = first; b < last; b += 32, p += BLOCK) {
      for (int h = 0; h < 2; h++) {
        FloatVector c0 = FloatVector.zero(F);
        FloatVector c1 = FloatVector.zero(F);
        FloatVector c2 = FloatVector.zero(F);
        FloatVector c3 = FloatVector.zero(F);
        for (int w = 2 * h; w < 2 * h + 2; w++) {
          IntVector v = IntVector.fromMemorySegment(I, data, p + 32 + 64 * w, LE);
          int k = b + 8 * w;
          c0 = v.selectFrom(table).reinterpretAsFloats().fma(FloatVector.broadcast(F, a[k]), c0);
          c1 =
              v.lanewise(LSHR, 16)
                  .selectFrom(table)
                  .reinterpretAsFloats()
                  .fma(FloatVector.broadcast(F, a[k + 1]), c1);
          c2 =
              v.lanewise(LSHR, 4)
                  .selectFrom(table)
                  .reinterpretAsFloats()
                  .fma(FloatVector.broadcast(F, a[k + 2]), c2);
          c3 =
              v.lanewise(LSHR, 20)
                  .selectFrom(table)
                  .reinterpretAsFloats()
                  .fma(FloatVector.broadcast(F, a[k + 3]), c3);
          c0 =
              v.lanewise(LSHR, 8)
                  .selectFrom(table)
                  .reinterpretAsFloats()
                  .fma(FloatVector.broadcast(F, a[k + 4]), c0);
          c1 =
              v.lanewise(LSHR, 24)
                  .selectFrom(table)
                  .reinterpretAsFloats()
                  .fma(FloatVector.broadcast(F, a[k + 5]), c1);
          c2 =
              v.lanewise(LSHR, 12)
                  .selectFrom(table)
                  .reinterpretAsFloats()
                  .fma(FloatVector.broadcast(F, a[k + 6]), c2);
          c3 =
              v.lanewise(LSHR, 28)
                  .selectFrom(table)
                  .reinterpretAsFloats()
                  .fma(FloatVector.broadcast(F, a[k + 7]), c3);
        }
        FloatVector scale =
            IntVector.fromMemorySegment(I, data, p + scales + 16 * h, LE)
                .rearrange(SCALE_WORDS)
                .lanewise(LSHL, shifts)
                .lanewise(LSHR, 4)
                .and(MASK)
                .reinterpretAsFloats()
                .mul(FACTOR);
        total = c0.add(c1).add(c2.add(c3)).fma(scale, total);
      }
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
    ByteVector table = ByteVector.fromArray(B, VALUES, 0);
    FloatVector total = FloatVector.zero(F);
    FloatVector total2 = FloatVector.zero(F);
    IntVector shifts = IntVector.fromArray(I, SCALE_SHIFTS, 0);
    long scales = CodesProduct.scalesFrom(from, BLOCK, 1);
    long p = from;
    for (int b = first; b < last; b += 32, p += BLOCK) {
      for (int h = 0; h < 2; h++) {
        FloatVector c0 = FloatVector.zero(F);
        FloatVector c1 = FloatVector.zero(F);
        FloatVector e0 = FloatVector.zero(F);
        FloatVector e1 = FloatVector.zero(F);
        for (int w = 2 * h; w < 2 * h + 2; w++) {
          long q = p + 32 + 64 * w;
          IntVector v = IntVector.fromMemorySegment(I, data, q, LE);
          IntVector v2 = IntVector.fromMemorySegment(I, data, q + BYTES, LE);
          int k = b + 8 * w;
          IntVector even =
              v.and(NIBBLES).reinterpretAsBytes().selectFrom(table).reinterpretAsInts();
          IntVector odd =
              v.lanewise(LSHR, 4)
                  .and(NIBBLES)
                  .reinterpretAsBytes()
                  .selectFrom(table)
                  .reinterpretAsInts();
          IntVector even2 =
              v2.and(NIBBLES).reinterpretAsBytes().selectFrom(table).reinterpretAsInts();
          IntVector odd2 =
              v2.lanewise(LSHR, 4)
                  .and(NIBBLES)
                  .reinterpretAsBytes()
                  .selectFrom(table)
                  .reinterpretAsInts();
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
        FloatVector scale =
            IntVector.fromMemorySegment(I, data, p + scales + 16 * h, LE)
                .rearrange(SCALE_WORDS)
                .lanewise(LSHL, shifts)
                .lanewise(LSHR, 4)
                .and(MASK)
                .reinterpretAsFloats()
                .mul(FACTOR);
        total = c0.add(c1).mul(THREE_BYTES).fma(scale, total);
        FloatVector scale2 =
            IntVector.fromMemorySegment(I, data, p + scales + 16 * h + COUNT, LE)
                .rearrange(SCALE_WORDS)
                .lanewise(LSHL, shifts)
                .lanewise(LSHR, 4)
                .and(MASK)
                .reinterpretAsFloats()
                .mul(FACTOR);
        total2 = e0.add(e1).mul(THREE_BYTES).fma(scale2, total2);
      }
    }
    total.intoArray(y, at);
    total2.intoArray(y, at + COUNT);
  }

  @Override
  void dequantize(MemorySegment data, long from, int columns, float[] panel, int at) {
    if (COUNT == Layout.ROW_GROUP) {
      dequantizeFloats(data, from, columns, panel, at);
    } else {
      dequantizeBytes(data, from, columns, panel, at);
    }
  }

  private static void dequantizeFloats(
      MemorySegment data, long from, int columns, float[] panel, int at) {
    IntVector table = IntVector.fromArray(I, FLOATS, 0);
    IntVector shifts = IntVector.fromArray(I, SCALE_SHIFTS, 0);
    long scales = CodesProduct.scalesFrom(from, BLOCK, 1);
    long p = from;
    int to = at;
    for (int b = 0; b < columns; b += 32, p += BLOCK) {
      for (int w = 0; w < 4; w++, to += 8 * WIDTH) {
        int h = w >> 1;
        IntVector v = IntVector.fromMemorySegment(I, data, p + 32 + 64 * w, LE);
        FloatVector scale =
            IntVector.fromMemorySegment(I, data, p + scales + 16 * h, LE)
                .rearrange(SCALE_WORDS)
                .lanewise(LSHL, shifts)
                .lanewise(LSHR, 4)
                .and(MASK)
                .reinterpretAsFloats()
                .mul(FACTOR);
        v.selectFrom(table).reinterpretAsFloats().mul(scale).intoArray(panel, to);
        v.lanewise(LSHR, 16)
            .selectFrom(table)
            .reinterpretAsFloats()
            .mul(scale)
            .intoArray(panel, to + 1 * WIDTH);
        v.lanewise(LSHR, 4)
            .selectFrom(table)
            .reinterpretAsFloats()
            .mul(scale)
            .intoArray(panel, to + 2 * WIDTH);
        v.lanewise(LSHR, 20)
            .selectFrom(table)
            .reinterpretAsFloats()
            .mul(scale)
            .intoArray(panel, to + 3 * WIDTH);
        v.lanewise(LSHR, 8)
            .selectFrom(table)
            .reinterpretAsFloats()
            .mul(scale)
            .intoArray(panel, to + 4 * WIDTH);
        v.lanewise(LSHR, 24)
            .selectFrom(table)
            .reinterpretAsFloats()
            .mul(scale)
            .intoArray(panel, to + 5 * WIDTH);
        v.lanewise(LSHR, 12)
            .selectFrom(table)
            .reinterpretAsFloats()
            .mul(scale)
            .intoArray(panel, to + 6 * WIDTH);
        v.lanewise(LSHR, 28)
            .selectFrom(table)
            .reinterpretAsFloats()
            .mul(scale)
            .intoArray(panel, to + 7 * WIDTH);
      }
    }
  }

  private static void dequantizeBytes(
      MemorySegment data, long from, int columns, float[] panel, int at) {
    ByteVector table = ByteVector.fromArray(B, VALUES, 0);
    IntVector shifts = IntVector.fromArray(I, SCALE_SHIFTS, 0);
    long scales = CodesProduct.scalesFrom(from, BLOCK, 1);
    long p = from;
    int to = at;
    for (int b = 0; b < columns; b += 32, p += BLOCK) {
      for (int w = 0; w < 4; w++, to += 8 * WIDTH) {
        int h = w >> 1;
        IntVector v = IntVector.fromMemorySegment(I, data, p + 32 + 64 * w, LE);
        FloatVector scale =
            IntVector.fromMemorySegment(I, data, p + scales + 16 * h, LE)
                .rearrange(SCALE_WORDS)
                .lanewise(LSHL, shifts)
                .lanewise(LSHR, 4)
                .and(MASK)
                .reinterpretAsFloats()
                .mul(FACTOR);
        IntVector even = v.and(NIBBLES).reinterpretAsBytes().selectFrom(table).reinterpretAsInts();
        IntVector odd =
            v.lanewise(LSHR, 4)
                .and(NIBBLES)
                .reinterpretAsBytes()
                .selectFrom(table)
                .reinterpretAsInts();
        ((FloatVector) even.lanewise(LSHL, 24).lanewise(ASHR, 24).convert(I2F, 0))
            .mul(scale)
            .intoArray(panel, to);
        ((FloatVector) even.lanewise(LSHL, 8).lanewise(ASHR, 24).convert(I2F, 0))
            .mul(scale)
            .intoArray(panel, to + 1 * WIDTH);
        ((FloatVector) odd.lanewise(LSHL, 24).lanewise(ASHR, 24).convert(I2F, 0))
            .mul(scale)
            .intoArray(panel, to + 2 * WIDTH);
        ((FloatVector) odd.lanewise(LSHL, 8).lanewise(ASHR, 24).convert(I2F, 0))
            .mul(scale)
            .intoArray(panel, to + 3 * WIDTH);
        ((FloatVector) even.lanewise(LSHL, 16).lanewise(ASHR, 24).convert(I2F, 0))
            .mul(scale)
            .intoArray(panel, to + 4 * WIDTH);
        ((FloatVector) even.lanewise(ASHR, 24).convert(I2F, 0))
            .mul(scale)
            .intoArray(panel, to + 5 * WIDTH);
        ((FloatVector) odd.lanewise(LSHL, 16).lanewise(ASHR, 24).convert(I2F, 0))
            .mul(scale)
            .intoArray(panel, to + 6 * WIDTH);
        ((FloatVector) odd.lanewise(ASHR, 24).convert(I2F, 0))
            .mul(scale)
            .intoArray(panel, to + 7 * WIDTH);
      }
    }
  }
}
