package ai.realm.kernels.vector;

import static ai.realm.kernels.KvFormat.RUN;
import static ai.realm.kernels.KvLayer.BLOCK;
import static ai.realm.kernels.vector.Lanes.COUNT;
import static ai.realm.kernels.vector.Lanes.F;
import static ai.realm.kernels.vector.Lanes.HALF_MASK;
import static ai.realm.kernels.vector.Lanes.HALF_SCALE;
import static ai.realm.kernels.vector.Lanes.I;
import static ai.realm.kernels.vector.Lanes.LE;
import static ai.realm.kernels.vector.PanelProduct.WIDTH;
import static jdk.incubator.vector.VectorOperators.B2F;
import static jdk.incubator.vector.VectorOperators.B2I;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.S2I;

import ai.realm.kernels.KvFormat;
import ai.realm.kernels.KvLayer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** Keys and values of a page of the KV cache, widened to the panels of dense products. */
final class KvPanels {
  /** As many F16 as a vector has lanes. */
  static final VectorSpecies<Short> S =
      COUNT == 4
          ? ShortVector.SPECIES_64
          : VectorSpecies.of(short.class, VectorShape.forBitSize(F.vectorBitSize() / 2));

  /**
   * As many bytes as a vector has lanes; for four lanes, of which there is no vector, eight. The
   * four too many lie in the page still: scales follow the bytes.
   */
  private static final VectorSpecies<Byte> B =
      COUNT == 4
          ? ByteVector.SPECIES_64
          : VectorSpecies.of(byte.class, VectorShape.forBitSize(F.vectorBitSize() / 4));

  private KvPanels() {}

  /**
   * A block of keys to 16 columns of a panel: {@code (head_dim, 16)} values from {@code out[at]}
   * on, rows {@link PanelProduct#WIDTH} apart.
   */
  static void keys(KvLayer kv, MemorySegment page, int kvHead, int block, float[] out, int at) {
    int dim = kv.headDim();
    long from = (long) block * dim * BLOCK;
    switch (kv.format()) {
      case F16 -> halfKeys(page, kv.keys(kvHead) + from * Short.BYTES, dim, out, at);
      case Q8_0 -> {
        long scales =
            kv.keyScales(kvHead) + (long) block * KvFormat.runs(dim) * BLOCK * Short.BYTES;
        for (int run = 0, i = 0; i < dim; run++, i += RUN) {
          byteKeys(
              page,
              kv.keys(kvHead) + from + (long) i * BLOCK,
              scales + (long) run * BLOCK * Short.BYTES,
              Math.min(RUN, dim - i),
              out,
              at + i * WIDTH);
        }
      }
      case Q4_0 -> {
        long codes = kv.keys(kvHead) + (long) block * kv.format().rowBytes(dim) * BLOCK;
        long scales =
            kv.keyScales(kvHead) + (long) block * KvFormat.runs(dim) * BLOCK * Short.BYTES;
        for (int run = 0, i = 0; i < dim; run++, i += RUN) {
          codeKeys(
              page,
              codes + (long) i / 2 * BLOCK,
              scales + (long) run * BLOCK * Short.BYTES,
              Math.min(RUN, dim - i),
              out,
              at + i * WIDTH);
        }
      }
    }
  }

  /**
   * Features {@code n} to {@code n + columns}, all of one run of the head, of the first positions
   * to a panel: {@code (positions, WIDTH)} values from {@code out[at]} on.
   */
  static void values(
      KvLayer kv,
      MemorySegment page,
      int kvHead,
      int n,
      int columns,
      int positions,
      float[] out,
      int at) {
    int dim = kv.headDim();
    switch (kv.format()) {
      case F16 ->
          halfValues(
              page, kv.values(kvHead) + (long) n * Short.BYTES, dim, positions, columns, out, at);
      case Q8_0 ->
          byteValues(
              page,
              kv.values(kvHead) + n,
              kv.valueScales(kvHead) + (long) n / RUN * Short.BYTES,
              dim,
              positions,
              columns,
              out,
              at);
      case Q4_0 ->
          codeValues(
              page,
              kv.values(kvHead) + n / RUN * (RUN / 2),
              kv.valueScales(kvHead) + (long) n / RUN * Short.BYTES,
              dim,
              n,
              positions,
              columns,
              out,
              at);
    }
  }

  private static void halfKeys(MemorySegment page, long from, int lines, float[] out, int at) {
    long p = from;
    for (int line = 0; line < lines; line++, p += BLOCK * Short.BYTES) {
      for (int i = 0; i < BLOCK; i += COUNT) {
        ShortVector.fromMemorySegment(S, page, p + (long) i * Short.BYTES, LE)
            .convertShape(S2I, I, 0)
            .reinterpretAsInts()
            .lanewise(LSHL, 13)
            .and(HALF_MASK)
            .reinterpretAsFloats()
            .mul(HALF_SCALE)
            .intoArray(out, at + line * WIDTH + i);
      }
    }
  }

  private static void byteKeys(
      MemorySegment page, long from, long scales, int lines, float[] out, int at) {
    for (int i = 0; i < BLOCK; i += COUNT) {
      FloatVector scale = scales(page, scales + (long) i * Short.BYTES);
      long p = from + i;
      for (int line = 0; line < lines; line++, p += BLOCK) {
        ((FloatVector) ByteVector.fromMemorySegment(B, page, p, LE).convertShape(B2F, F, 0))
            .mul(scale)
            .intoArray(out, at + line * WIDTH + i);
      }
    }
  }

  /** The keys of one run, of {@code lines} features, from bytes that have two each. */
  private static void codeKeys(
      MemorySegment page, long from, long scales, int lines, float[] out, int at) {
    int pairs = Math.ceilDiv(lines, 2);
    for (int i = 0; i < BLOCK; i += COUNT) {
      FloatVector scale = scales(page, scales + (long) i * Short.BYTES);
      long p = from + i;
      for (int line = 0; line < pairs; line++, p += BLOCK) {
        IntVector pair =
            (IntVector) ByteVector.fromMemorySegment(B, page, p, LE).convertShape(B2I, I, 0);
        ((FloatVector) pair.and(15).sub(8).convert(I2F, 0))
            .mul(scale)
            .intoArray(out, at + line * WIDTH + i);
        if (line + pairs < lines) {
          ((FloatVector) pair.lanewise(LSHR, 4).and(15).sub(8).convert(I2F, 0))
              .mul(scale)
              .intoArray(out, at + (line + pairs) * WIDTH + i);
        }
      }
    }
  }

  /** F16 scales of as many positions as a vector has lanes. */
  private static FloatVector scales(MemorySegment page, long at) {
    return ShortVector.fromMemorySegment(S, page, at, LE)
        .convertShape(S2I, I, 0)
        .reinterpretAsInts()
        .lanewise(LSHL, 13)
        .and(HALF_MASK)
        .reinterpretAsFloats()
        .mul(HALF_SCALE);
  }

  private static void halfValues(
      MemorySegment page, long from, int dim, int rows, int columns, float[] out, int at) {
    long p = from;
    for (int row = 0; row < rows; row++, p += (long) dim * Short.BYTES) {
      int i = 0;
      for (; i + COUNT <= columns; i += COUNT) {
        ShortVector.fromMemorySegment(S, page, p + (long) i * Short.BYTES, LE)
            .convertShape(S2I, I, 0)
            .reinterpretAsInts()
            .lanewise(LSHL, 13)
            .and(HALF_MASK)
            .reinterpretAsFloats()
            .mul(HALF_SCALE)
            .intoArray(out, at + row * WIDTH + i);
      }
      for (; i < columns; i++) {
        out[at + row * WIDTH + i] = half(page, p + (long) i * Short.BYTES);
      }
    }
  }

  private static void byteValues(
      MemorySegment page,
      long from,
      long scales,
      int dim,
      int rows,
      int columns,
      float[] out,
      int at) {
    long p = from;
    for (int row = 0; row < rows; row++, p += dim) {
      float scale = half(page, scales + (long) row * KvFormat.runs(dim) * Short.BYTES);
      int i = 0;
      for (; i + COUNT <= columns; i += COUNT) {
        ((FloatVector) ByteVector.fromMemorySegment(B, page, p + i, LE).convertShape(B2F, F, 0))
            .mul(scale)
            .intoArray(out, at + row * WIDTH + i);
      }
      for (; i < columns; i++) {
        out[at + row * WIDTH + i] = page.get(ValueLayout.JAVA_BYTE, p + i) * scale;
      }
    }
  }

  /** The values of a part of a run from bytes that have two each: the low halves, then the high. */
  private static void codeValues(
      MemorySegment page,
      long from,
      long scales,
      int dim,
      int n,
      int rows,
      int columns,
      float[] out,
      int at) {
    int first = n % RUN;
    int pairs = Math.ceilDiv(Math.min(RUN, dim - (n - first)), 2);
    int rowBytes = KvFormat.Q4_0.rowBytes(dim);
    long p = from;
    for (int row = 0; row < rows; row++, p += rowBytes) {
      float scale = half(page, scales + (long) row * KvFormat.runs(dim) * Short.BYTES);
      int to = at + row * WIDTH - first;
      for (int half = 0; half < 2; half++) {
        long bytes = p - half * pairs;
        int i = Math.max(first, half * pairs);
        int end = Math.min(first + columns, (half + 1) * pairs);
        for (; i + COUNT <= end; i += COUNT) {
          IntVector pair =
              (IntVector)
                  ByteVector.fromMemorySegment(B, page, bytes + i, LE).convertShape(B2I, I, 0);
          ((FloatVector) pair.lanewise(LSHR, 4 * half).and(15).sub(8).convert(I2F, 0))
              .mul(scale)
              .intoArray(out, to + i);
        }
        for (; i < end; i++) {
          int pair = page.get(ValueLayout.JAVA_BYTE, bytes + i);
          out[to + i] = ((pair >> 4 * half & 15) - 8) * scale;
        }
      }
    }
  }

  private static float half(MemorySegment page, long at) {
    return Float.float16ToFloat(page.get(ValueLayout.JAVA_SHORT_UNALIGNED, at));
  }
}
