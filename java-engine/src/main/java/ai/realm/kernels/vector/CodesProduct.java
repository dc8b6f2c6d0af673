package ai.realm.kernels.vector;

import static ai.realm.kernels.vector.Lanes.B;
import static ai.realm.kernels.vector.Lanes.BYTES;
import static ai.realm.kernels.vector.Lanes.COUNT;
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
import ai.realm.quant.IQ4_NL;
import ai.realm.quant.MXFP4;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShuffle;

/**
 * Products with {@link Layout#IQ4_NL} and {@link Layout#MXFP4}, whose nibbles are looked up: in
 * vectors of 16 lanes by one permutation of floats, in shorter ones as bytes, all low nibbles of a
 * vector, or all high ones, at a time.
 */
final class CodesProduct extends PackedProduct {
  /** The low nibble of each byte. */
  static final int NIBBLES = 0x0F0F0F0F;

  /** The top byte of a word, where a signed byte is 2^24 times too large. */
  static final int TOP = 0xFF000000;

  /** What brings sums of such bytes to their size. */
  static final float THREE_BYTES = 0x1p-24f;

  private final int[] floats;
  private final byte[] bytes;
  private final int blockBytes;

  /** Bytes of a scale: an exponent, or F16. */
  private final int scaleBytes;

  // A lane's scale from the word that it shares with those of other rows: to the top, down to its
  // place in a float, of which the mask keeps it alone, and times the factor.
  private final VectorShuffle<Integer> scaleWords;
  private final int[] scaleShifts;
  private final int exponent;
  private final int mask;
  private final float factor;

  private CodesProduct(
      Layout layout, byte[] values, int scaleBytes, int exponent, int mask, float factor) {
    floats = floats(values);
    bytes = bytes(values);
    blockBytes = layout.blockBytes();
    this.scaleBytes = scaleBytes;
    scaleWords = scaleWords(scaleBytes);
    scaleShifts = scaleShifts(scaleBytes);
    this.exponent = exponent;
    this.mask = mask;
    this.factor = factor;
  }

  static CodesProduct ofIq4nl() {
    return new CodesProduct(Layout.IQ4_NL, IQ4_NL.values(), Short.BYTES, 3, HALF_MASK, HALF_SCALE);
  }

  static CodesProduct ofMxfp4() {
    return new CodesProduct(Layout.MXFP4, MXFP4.values(), 1, 1, 0x7F800000, 0.5f);
  }

  /** Of words with scales of so many bytes, the one of each lane's row. */
  static VectorShuffle<Integer> scaleWords(int scaleBytes) {
    return VectorShuffle.fromOp(I, n -> n * scaleBytes / Integer.BYTES);
  }

  /** How far a lane's scale in that word is below the top. */
  static int[] scaleShifts(int scaleBytes) {
    int[] shifts = new int[COUNT];
    int top = Integer.BYTES - scaleBytes;
    Arrays.setAll(shifts, n -> (top - n * scaleBytes % Integer.BYTES) * Byte.SIZE);
    return shifts;
  }

  /** From where the words of a vector's rows begin in a block to where their scales do. */
  static long scalesFrom(long words, int blockBytes, int scaleBytes) {
    long row = words % blockBytes / Integer.BYTES;
    return row * (scaleBytes - Integer.BYTES);
  }

  /** The bits of 16 values as floats: the lanes of a vector that is as wide. */
  static int[] floats(byte[] values) {
    int[] floats = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = Float.floatToRawIntBits(values[i]);
    }
    return floats;
  }

  /** 16 values, and zeros up to the length of any vector. */
  static byte[] bytes(byte[] values) {
    return Arrays.copyOf(values, Math.max(values.length, BYTES));
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
    IntVector shifts = IntVector.fromArray(I, scaleShifts, 0);
    FloatVector total = FloatVector.zero(F);
    int nibbles = Layout.ROW_GROUP * scaleBytes;
    long scales = scalesFrom(from, blockBytes, scaleBytes);
    long p = from;
    for (int b = first; b < last; b += 32, p += blockBytes) {
      FloatVector c0 = FloatVector.zero(F);
      FloatVector c1 = FloatVector.zero(F);
      FloatVector c2 = FloatVector.zero(F);
      FloatVector c3 = FloatVector.zero(F);
      for (int j = 0; j < 4; j++) {
        IntVector v = IntVector.fromMemorySegment(I, data, p + nibbles + 64 * j, LE);
        int k = b + 8 * j;
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
      FloatVector d =
          IntVector.fromMemorySegment(I, data, p + scales, LE)
              .rearrange(scaleWords)
              .lanewise(LSHL, shifts)
              .lanewise(ASHR, exponent)
              .and(mask)
              .reinterpretAsFloats()
              .mul(factor);
      total = c0.add(c1).add(c2.add(c3)).fma(d, total);
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
    IntVector shifts = IntVector.fromArray(I, scaleShifts, 0);
    int nibbles = Layout.ROW_GROUP * scaleBytes;
    long scales = scalesFrom(from, blockBytes, scaleBytes);
    long p = from;
    for (int b = first; b < last; b += 32, p += blockBytes) {
      FloatVector c0 = FloatVector.zero(F);
      FloatVector c1 = FloatVector.zero(F);
      FloatVector e0 = FloatVector.zero(F);
      FloatVector e1 = FloatVector.zero(F);
      int k = b;
      int end = b + 32;
      do {
        long q = p + nibbles + 8 * (k - b);
        IntVector v = IntVector.fromMemorySegment(I, data, q, LE);
        IntVector v2 = IntVector.fromMemorySegment(I, data, q + BYTES, LE);
        IntVector even = v.and(NIBBLES).reinterpretAsBytes().selectFrom(table).reinterpretAsInts();
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
      FloatVector d =
          IntVector.fromMemorySegment(I, data, p + scales, LE)
              .rearrange(scaleWords)
              .lanewise(LSHL, shifts)
              .lanewise(ASHR, exponent)
              .and(mask)
              .reinterpretAsFloats()
              .mul(factor);
      total = c0.add(c1).mul(THREE_BYTES).fma(d, total);
      FloatVector d2 =
          IntVector.fromMemorySegment(I, data, p + scales + COUNT * scaleBytes, LE)
              .rearrange(scaleWords)
              .lanewise(LSHL, shifts)
              .lanewise(ASHR, exponent)
              .and(mask)
              .reinterpretAsFloats()
              .mul(factor);
      total2 = e0.add(e1).mul(THREE_BYTES).fma(d2, total2);
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
    IntVector shifts = IntVector.fromArray(I, scaleShifts, 0);
    int nibbles = Layout.ROW_GROUP * scaleBytes;
    long scales = scalesFrom(from, blockBytes, scaleBytes);
    long p = from;
    int to = at;
    for (int b = 0; b < columns; b += 32, p += blockBytes) {
      FloatVector d =
          IntVector.fromMemorySegment(I, data, p + scales, LE)
              .rearrange(scaleWords)
              .lanewise(LSHL, shifts)
              .lanewise(ASHR, exponent)
              .and(mask)
              .reinterpretAsFloats()
              .mul(factor);
      for (int j = 0; j < 4; j++, to += 8 * WIDTH) {
        IntVector v = IntVector.fromMemorySegment(I, data, p + nibbles + 64 * j, LE);
        v.selectFrom(table).reinterpretAsFloats().mul(d).intoArray(panel, to);
        v.lanewise(LSHR, 16)
            .selectFrom(table)
            .reinterpretAsFloats()
            .mul(d)
            .intoArray(panel, to + 1 * WIDTH);
        v.lanewise(LSHR, 4)
            .selectFrom(table)
            .reinterpretAsFloats()
            .mul(d)
            .intoArray(panel, to + 2 * WIDTH);
        v.lanewise(LSHR, 20)
            .selectFrom(table)
            .reinterpretAsFloats()
            .mul(d)
            .intoArray(panel, to + 3 * WIDTH);
        v.lanewise(LSHR, 8)
            .selectFrom(table)
            .reinterpretAsFloats()
            .mul(d)
            .intoArray(panel, to + 4 * WIDTH);
        v.lanewise(LSHR, 24)
            .selectFrom(table)
            .reinterpretAsFloats()
            .mul(d)
            .intoArray(panel, to + 5 * WIDTH);
        v.lanewise(LSHR, 12)
            .selectFrom(table)
            .reinterpretAsFloats()
            .mul(d)
            .intoArray(panel, to + 6 * WIDTH);
        v.lanewise(LSHR, 28)
            .selectFrom(table)
            .reinterpretAsFloats()
            .mul(d)
            .intoArray(panel, to + 7 * WIDTH);
      }
    }
  }

  private void dequantizeBytes(MemorySegment data, long from, int columns, float[] panel, int at) {
    ByteVector table = ByteVector.fromArray(B, bytes, 0);
    IntVector shifts = IntVector.fromArray(I, scaleShifts, 0);
    int nibbles = Layout.ROW_GROUP * scaleBytes;
    long scales = scalesFrom(from, blockBytes, scaleBytes);
    long p = from;
    int to = at;
    for (int b = 0; b < columns; b += 32, p += blockBytes) {
      FloatVector d =
          IntVector.fromMemorySegment(I, data, p + scales, LE)
              .rearrange(scaleWords)
              .lanewise(LSHL, shifts)
              .lanewise(ASHR, exponent)
              .and(mask)
              .reinterpretAsFloats()
              .mul(factor);
      for (int j = 0; j < 4; j++, to += 8 * WIDTH) {
        IntVector v = IntVector.fromMemorySegment(I, data, p + nibbles + 64 * j, LE);
        IntVector even = v.and(NIBBLES).reinterpretAsBytes().selectFrom(table).reinterpretAsInts();
        IntVector odd =
            v.lanewise(LSHR, 4)
                .and(NIBBLES)
                .reinterpretAsBytes()
                .selectFrom(table)
                .reinterpretAsInts();
        ((FloatVector) even.lanewise(LSHL, 24).lanewise(ASHR, 24).convert(I2F, 0))
            .mul(d)
            .intoArray(panel, to);
        ((FloatVector) even.lanewise(LSHL, 8).lanewise(ASHR, 24).convert(I2F, 0))
            .mul(d)
            .intoArray(panel, to + 1 * WIDTH);
        ((FloatVector) odd.lanewise(LSHL, 24).lanewise(ASHR, 24).convert(I2F, 0))
            .mul(d)
            .intoArray(panel, to + 2 * WIDTH);
        ((FloatVector) odd.lanewise(LSHL, 8).lanewise(ASHR, 24).convert(I2F, 0))
            .mul(d)
            .intoArray(panel, to + 3 * WIDTH);
        ((FloatVector) even.lanewise(LSHL, 16).lanewise(ASHR, 24).convert(I2F, 0))
            .mul(d)
            .intoArray(panel, to + 4 * WIDTH);
        ((FloatVector) even.lanewise(ASHR, 24).convert(I2F, 0))
            .mul(d)
            .intoArray(panel, to + 5 * WIDTH);
        ((FloatVector) odd.lanewise(LSHL, 16).lanewise(ASHR, 24).convert(I2F, 0))
            .mul(d)
            .intoArray(panel, to + 6 * WIDTH);
        ((FloatVector) odd.lanewise(ASHR, 24).convert(I2F, 0))
            .mul(d)
            .intoArray(panel, to + 7 * WIDTH);
      }
    }
  }
}
