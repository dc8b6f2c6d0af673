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
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Products with {@link Layout#IQ4_XS}, {@link Layout#IQ3_S} and {@link Layout#IQ3_XXS}: nibbles are
 * looked up as in {@link CodesProduct}.
 */
final class Iq4xsProduct extends PackedProduct {
  private static final int BLOCK = Layout.IQ4_XS.blockBytes();
  private static final int SCALES = 64;
  private static final int CODES = 192;
  private final int[] floats;
  private final byte[] bytes;

  /** Nibble q stands for {@code values[q]}. */
  Iq4xsProduct(byte[] values) {
    floats = CodesProduct.floats(values);
    bytes = CodesProduct.bytes(values);
  }

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
    IntVector table = IntVector.fromArray(I, floats, 0);
    FloatVector total = FloatVector.zero(F);
    long p = from;
    for (int b = first; b < last; b += 256, p += BLOCK) {
      FloatVector scaled = FloatVector.zero(F);
      for (int half = 0; half < 2; half++) {
        // A byte for each of four sub-blocks.
        IntVector scales = IntVector.fromMemorySegment(I, data, p + SCALES + 64 * half, LE);
        for (int s = 4 * half; s < 4 * half + 4; s++) {
          FloatVector c0 = FloatVector.zero(F);
          FloatVector c1 = FloatVector.zero(F);
          FloatVector c2 = FloatVector.zero(F);
          FloatVector c3 = FloatVector.zero(F);
          for (int j = 0; j < 4; j++) {
            IntVector v = IntVector.fromMemorySegment(I, data, p + CODES + 256 * s + 64 * j, LE);
            int k = b + 32 * s + 8 * j;
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
          FloatVector sc =
              (FloatVector)
                  scales.lanewise(LSHL, 24 - 8 * (s & 3)).lanewise(ASHR, 24).convert(I2F, 0);
          scaled = c0.add(c1).add(c2.add(c3)).fma(sc, scaled);
        }
      }
      total = scaled.fma(FloatVector.fromMemorySegment(F, data, p, LE), total);
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
    ByteVector table = ByteVector.fromArray(B, bytes, 0);
    FloatVector total = FloatVector.zero(F);
    FloatVector total2 = FloatVector.zero(F);
    long p = from;
    for (int b = first; b < last; b += 256, p += BLOCK) {
      FloatVector scaled = FloatVector.zero(F);
      FloatVector scaled2 = FloatVector.zero(F);
      for (int s = 0; s < 8; s++) {
        FloatVector c0 = FloatVector.zero(F);
        FloatVector c1 = FloatVector.zero(F);
        FloatVector e0 = FloatVector.zero(F);
        FloatVector e1 = FloatVector.zero(F);
        int column = b + 32 * s;
        int k = column;
        int end = column + 32;
        do {
          long q = p + CODES + 256 * s + 8 * (k - column);
          IntVector v = IntVector.fromMemorySegment(I, data, q, LE);
          IntVector v2 = IntVector.fromMemorySegment(I, data, q + BYTES, LE);
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
          k += 8;
        } while (k != end);
        long scales = p + SCALES + 64 * (s >> 2);
        int shift = 24 - 8 * (s & 3);
        FloatVector sc =
            (FloatVector)
                IntVector.fromMemorySegment(I, data, scales, LE)
                    .lanewise(LSHL, shift)
                    .lanewise(ASHR, 24)
                    .convert(I2F, 0);
        scaled = c0.add(c1).mul(THREE_BYTES).fma(sc, scaled);
        FloatVector sc2 =
            (FloatVector)
                IntVector.fromMemorySegment(I, data, scales + BYTES, LE)
                    .lanewise(LSHL, shift)
                    .lanewise(ASHR, 24)
                    .convert(I2F, 0);
        scaled2 = e0.add(e1).mul(THREE_BYTES).fma(sc2, scaled2);
      }
      total = scaled.fma(FloatVector.fromMemorySegment(F, data, p, LE), total);
      total2 = scaled2.fma(FloatVector.fromMemorySegment(F, data, p + BYTES, LE), total2);
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

  private void dequantizeFloats(MemorySegment data, long from, int columns, float[] panel, int at) {
    IntVector table = IntVector.fromArray(I, floats, 0);
    long p = from;
    int to = at;
    for (int b = 0; b < columns; b += 256, p += BLOCK) {
      FloatVector d = FloatVector.fromMemorySegment(F, data, p, LE);
      for (int s = 0; s < 8; s++) {
        FloatVector scale =
            ((FloatVector)
                    IntVector.fromMemorySegment(I, data, p + SCALES + 64 * (s >> 2), LE)
                        .lanewise(LSHL, 24 - 8 * (s & 3))
                        .lanewise(ASHR, 24)
                        .convert(I2F, 0))
                .mul(d);
        for (int j = 0; j < 4; j++, to += 8 * WIDTH) {
          IntVector v = IntVector.fromMemorySegment(I, data, p + CODES + 256 * s + 64 * j, LE);
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
  }

  private void dequantizeBytes(MemorySegment data, long from, int columns, float[] panel, int at) {
    ByteVector table = ByteVector.fromArray(B, bytes, 0);
    long p = from;
    int to = at;
    for (int b = 0; b < columns; b += 256, p += BLOCK) {
      FloatVector d = FloatVector.fromMemorySegment(F, data, p, LE);
      for (int s = 0; s < 8; s++) {
        FloatVector scale =
            ((FloatVector)
                    IntVector.fromMemorySegment(I, data, p + SCALES + 64 * (s >> 2), LE)
                        .lanewise(LSHL, 24 - 8 * (s & 3))
                        .lanewise(ASHR, 24)
                        .convert(I2F, 0))
                .mul(d);
        for (int j = 0; j < 4; j++, to += 8 * WIDTH) {
          IntVector v = IntVector.fromMemorySegment(I, data, p + CODES + 256 * s + 64 * j, LE);
          IntVector even =
              v.and(NIBBLES).reinterpretAsBytes().selectFrom(table).reinterpretAsInts();
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
}
