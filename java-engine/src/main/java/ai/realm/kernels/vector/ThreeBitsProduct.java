package ai.realm.kernels.vector;

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
import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Products with {@link Layout#IQ2} and {@link Layout#Q3_K}. The four words of 32 columns are put
 * together first: a loop over them that took three from memory and made the fourth would have to be
 * written out twice.
 */
final class ThreeBitsProduct extends PackedProduct {
  private static final int SCALES = 64;

  /** Four bits of each byte: a code and a bit that makes no difference. */
  private static final int CODE = 0x0F0F0F0F;

  /** The low two bits of each byte, of which the fourth word has three times two. */
  private static final int FIRST_TWO = 0x03030303;

  /** What codes stand for: larger ones than there are choose the same again. */
  private final int[] floats;

  private final byte[] bytes;
  private final int blockBytes;

  /** Where a block's codes begin, behind the scales. */
  private final int codes;

  /** Bits of a scale of 16 columns. */
  private final int scaleBits;

  // A scale at the top of its word: how far down it is to go, which of its bits count then, and
  // what it has besides.
  private final int down;
  private final int mask;
  private final int one;

  private ThreeBitsProduct(
      Layout layout, byte[] values, int scaleBits, int down, int mask, int one) {
    byte[] repeated = Arrays.copyOf(values, 16);
    System.arraycopy(values, 0, repeated, 8, 8);
    floats = CodesProduct.floats(repeated);
    bytes = CodesProduct.bytes(repeated);
    blockBytes = layout.blockBytes();
    codes = blockBytes - 8 * 192;
    this.scaleBits = scaleBits;
    this.down = down;
    this.mask = mask;
    this.one = one;
  }

  /** Scales are 2s + 1. */
  static ThreeBitsProduct ofIq2(byte[] values) {
    return new ThreeBitsProduct(Layout.IQ2, values, 4, 27, 30, 1);
  }

  /** Scales are signed bytes. */
  static ThreeBitsProduct ofQ3k() {
    byte[] values = {-4, -3, -2, -1, 0, 1, 2, 3};
    return new ThreeBitsProduct(Layout.Q3_K, values, 8, 24, -1, 0);
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
    int[] words = new int[8 * COUNT];
    FloatVector total = FloatVector.zero(F);
    long p = from;
    for (int b = first; b < last; b += 256, p += blockBytes) {
      FloatVector scaled = FloatVector.zero(F);
      for (int s = 0; s < 8; s++) {
        long q = p + codes + 192 * s;
        IntVector firstWord = IntVector.fromMemorySegment(I, data, q, LE);
        IntVector secondWord = IntVector.fromMemorySegment(I, data, q + 64, LE);
        IntVector thirdWord = IntVector.fromMemorySegment(I, data, q + 128, LE);
        firstWord.intoArray(words, 0);
        secondWord.intoArray(words, 2 * COUNT);
        thirdWord.intoArray(words, 4 * COUNT);
        firstWord
            .lanewise(LSHR, 6)
            .and(FIRST_TWO)
            .or(secondWord.lanewise(LSHR, 4).and(FIRST_TWO << 2))
            .or(thirdWord.lanewise(LSHR, 2).and(FIRST_TWO << 4))
            .intoArray(words, 6 * COUNT);
        for (int w = 0; w < 4; w++) {
          FloatVector c0 = FloatVector.zero(F);
          FloatVector c1 = FloatVector.zero(F);
          FloatVector c2 = FloatVector.zero(F);
          FloatVector c3 = FloatVector.zero(F);
          IntVector v = IntVector.fromArray(I, words, 2 * w * COUNT);
          int k = b + 32 * s + 8 * w;
          c0 = v.selectFrom(table).reinterpretAsFloats().fma(FloatVector.broadcast(F, a[k]), c0);
          c1 =
              v.lanewise(LSHR, 16)
                  .selectFrom(table)
                  .reinterpretAsFloats()
                  .fma(FloatVector.broadcast(F, a[k + 1]), c1);
          c2 =
              v.lanewise(LSHR, 3)
                  .selectFrom(table)
                  .reinterpretAsFloats()
                  .fma(FloatVector.broadcast(F, a[k + 2]), c2);
          c3 =
              v.lanewise(LSHR, 19)
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
              v.lanewise(LSHR, 11)
                  .selectFrom(table)
                  .reinterpretAsFloats()
                  .fma(FloatVector.broadcast(F, a[k + 6]), c2);
          c3 =
              v.lanewise(LSHR, 27)
                  .selectFrom(table)
                  .reinterpretAsFloats()
                  .fma(FloatVector.broadcast(F, a[k + 7]), c3);
          int bit = scaleBits * (2 * s + (w >> 1));
          FloatVector scale =
              (FloatVector)
                  IntVector.fromMemorySegment(I, data, p + SCALES + 64 * (bit >> 5), LE)
                      .lanewise(LSHL, 32 - scaleBits - (bit & 31))
                      .lanewise(ASHR, down)
                      .and(mask)
                      .or(one)
                      .convert(I2F, 0);
          scaled = c0.add(c1).add(c2.add(c3)).fma(scale, scaled);
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
    int[] words = new int[8 * COUNT];
    FloatVector total = FloatVector.zero(F);
    FloatVector total2 = FloatVector.zero(F);
    long p = from;
    for (int b = first; b < last; b += 256, p += blockBytes) {
      FloatVector scaled = FloatVector.zero(F);
      FloatVector scaled2 = FloatVector.zero(F);
      for (int s = 0; s < 8; s++) {
        long q = p + codes + 192 * s;
        IntVector firstWord = IntVector.fromMemorySegment(I, data, q, LE);
        IntVector secondWord = IntVector.fromMemorySegment(I, data, q + 64, LE);
        IntVector thirdWord = IntVector.fromMemorySegment(I, data, q + 128, LE);
        firstWord.intoArray(words, 0);
        secondWord.intoArray(words, 2 * COUNT);
        thirdWord.intoArray(words, 4 * COUNT);
        firstWord
            .lanewise(LSHR, 6)
            .and(FIRST_TWO)
            .or(secondWord.lanewise(LSHR, 4).and(FIRST_TWO << 2))
            .or(thirdWord.lanewise(LSHR, 2).and(FIRST_TWO << 4))
            .intoArray(words, 6 * COUNT);
        IntVector firstWord2 = IntVector.fromMemorySegment(I, data, q + BYTES, LE);
        IntVector secondWord2 = IntVector.fromMemorySegment(I, data, q + 64 + BYTES, LE);
        IntVector thirdWord2 = IntVector.fromMemorySegment(I, data, q + 128 + BYTES, LE);
        firstWord2.intoArray(words, COUNT);
        secondWord2.intoArray(words, 3 * COUNT);
        thirdWord2.intoArray(words, 5 * COUNT);
        firstWord2
            .lanewise(LSHR, 6)
            .and(FIRST_TWO)
            .or(secondWord2.lanewise(LSHR, 4).and(FIRST_TWO << 2))
            .or(thirdWord2.lanewise(LSHR, 2).and(FIRST_TWO << 4))
            .intoArray(words, 7 * COUNT);
        for (int w = 0; w < 4; w++) {
          FloatVector c0 = FloatVector.zero(F);
          FloatVector c1 = FloatVector.zero(F);
          FloatVector e0 = FloatVector.zero(F);
          FloatVector e1 = FloatVector.zero(F);
          IntVector v = IntVector.fromArray(I, words, 2 * w * COUNT);
          IntVector v2 = IntVector.fromArray(I, words, (2 * w + 1) * COUNT);
          int k = b + 32 * s + 8 * w;
          IntVector even = v.and(CODE).reinterpretAsBytes().selectFrom(table).reinterpretAsInts();
          IntVector odd =
              v.lanewise(LSHR, 3)
                  .and(CODE)
                  .reinterpretAsBytes()
                  .selectFrom(table)
                  .reinterpretAsInts();
          IntVector even2 = v2.and(CODE).reinterpretAsBytes().selectFrom(table).reinterpretAsInts();
          IntVector odd2 =
              v2.lanewise(LSHR, 3)
                  .and(CODE)
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
          int bit = scaleBits * (2 * s + (w >> 1));
          FloatVector scale =
              (FloatVector)
                  IntVector.fromMemorySegment(I, data, p + SCALES + 64 * (bit >> 5), LE)
                      .lanewise(LSHL, 32 - scaleBits - (bit & 31))
                      .lanewise(ASHR, down)
                      .and(mask)
                      .or(one)
                      .convert(I2F, 0);
          scaled = c0.add(c1).mul(THREE_BYTES).fma(scale, scaled);
          FloatVector scale2 =
              (FloatVector)
                  IntVector.fromMemorySegment(I, data, p + SCALES + 64 * (bit >> 5) + BYTES, LE)
                      .lanewise(LSHL, 32 - scaleBits - (bit & 31))
                      .lanewise(ASHR, down)
                      .and(mask)
                      .or(one)
                      .convert(I2F, 0);
          scaled2 = e0.add(e1).mul(THREE_BYTES).fma(scale2, scaled2);
        }
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
    int[] words = new int[8 * COUNT];
    long p = from;
    int to = at;
    for (int b = 0; b < columns; b += 256, p += blockBytes) {
      FloatVector d = FloatVector.fromMemorySegment(F, data, p, LE);
      for (int s = 0; s < 8; s++) {
        long q = p + codes + 192 * s;
        IntVector firstWord = IntVector.fromMemorySegment(I, data, q, LE);
        IntVector secondWord = IntVector.fromMemorySegment(I, data, q + 64, LE);
        IntVector thirdWord = IntVector.fromMemorySegment(I, data, q + 128, LE);
        firstWord.intoArray(words, 0);
        secondWord.intoArray(words, 2 * COUNT);
        thirdWord.intoArray(words, 4 * COUNT);
        firstWord
            .lanewise(LSHR, 6)
            .and(FIRST_TWO)
            .or(secondWord.lanewise(LSHR, 4).and(FIRST_TWO << 2))
            .or(thirdWord.lanewise(LSHR, 2).and(FIRST_TWO << 4))
            .intoArray(words, 6 * COUNT);
        for (int w = 0; w < 4; w++, to += 8 * WIDTH) {
          IntVector v = IntVector.fromArray(I, words, 2 * w * COUNT);
          int bit = scaleBits * (2 * s + (w >> 1));
          FloatVector sc =
              (FloatVector)
                  IntVector.fromMemorySegment(I, data, p + SCALES + 64 * (bit >> 5), LE)
                      .lanewise(LSHL, 32 - scaleBits - (bit & 31))
                      .lanewise(ASHR, down)
                      .and(mask)
                      .or(one)
                      .convert(I2F, 0);
          FloatVector scale = sc.mul(d);
          v.selectFrom(table).reinterpretAsFloats().mul(scale).intoArray(panel, to);
          v.lanewise(LSHR, 16)
              .selectFrom(table)
              .reinterpretAsFloats()
              .mul(scale)
              .intoArray(panel, to + 1 * WIDTH);
          v.lanewise(LSHR, 3)
              .selectFrom(table)
              .reinterpretAsFloats()
              .mul(scale)
              .intoArray(panel, to + 2 * WIDTH);
          v.lanewise(LSHR, 19)
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
          v.lanewise(LSHR, 11)
              .selectFrom(table)
              .reinterpretAsFloats()
              .mul(scale)
              .intoArray(panel, to + 6 * WIDTH);
          v.lanewise(LSHR, 27)
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
    int[] words = new int[8 * COUNT];
    long p = from;
    int to = at;
    for (int b = 0; b < columns; b += 256, p += blockBytes) {
      FloatVector d = FloatVector.fromMemorySegment(F, data, p, LE);
      for (int s = 0; s < 8; s++) {
        long q = p + codes + 192 * s;
        IntVector firstWord = IntVector.fromMemorySegment(I, data, q, LE);
        IntVector secondWord = IntVector.fromMemorySegment(I, data, q + 64, LE);
        IntVector thirdWord = IntVector.fromMemorySegment(I, data, q + 128, LE);
        firstWord.intoArray(words, 0);
        secondWord.intoArray(words, 2 * COUNT);
        thirdWord.intoArray(words, 4 * COUNT);
        firstWord
            .lanewise(LSHR, 6)
            .and(FIRST_TWO)
            .or(secondWord.lanewise(LSHR, 4).and(FIRST_TWO << 2))
            .or(thirdWord.lanewise(LSHR, 2).and(FIRST_TWO << 4))
            .intoArray(words, 6 * COUNT);
        for (int w = 0; w < 4; w++, to += 8 * WIDTH) {
          IntVector v = IntVector.fromArray(I, words, 2 * w * COUNT);
          int bit = scaleBits * (2 * s + (w >> 1));
          FloatVector sc =
              (FloatVector)
                  IntVector.fromMemorySegment(I, data, p + SCALES + 64 * (bit >> 5), LE)
                      .lanewise(LSHL, 32 - scaleBits - (bit & 31))
                      .lanewise(ASHR, down)
                      .and(mask)
                      .or(one)
                      .convert(I2F, 0);
          FloatVector scale = sc.mul(d);
          IntVector even = v.and(CODE).reinterpretAsBytes().selectFrom(table).reinterpretAsInts();
          IntVector odd =
              v.lanewise(LSHR, 3)
                  .and(CODE)
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
