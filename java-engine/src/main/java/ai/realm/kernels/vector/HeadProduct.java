package ai.realm.kernels.vector;

import static ai.realm.kernels.KvLayer.BLOCK;
import static ai.realm.kernels.KvLayer.PAGE;
import static ai.realm.kernels.vector.Lanes.COUNT;
import static ai.realm.kernels.vector.Lanes.F;
import static ai.realm.kernels.vector.Lanes.HALF_MASK;
import static ai.realm.kernels.vector.Lanes.HALF_SCALE;
import static ai.realm.kernels.vector.Lanes.I;
import static ai.realm.kernels.vector.Lanes.LE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.S2I;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;

/**
 * Products of one token's heads with a page of F16 keys and values, which are read as they lie: so
 * few rows are not worth a panel. Two heads go together and share what is widened. The sums are
 * those of {@link PanelProduct}, in the same order. Each method is one flat loop, because vectors
 * do not stay in registers across calls.
 */
final class HeadProduct {
  /** Positions whose scores are summed together: four vectors. */
  private static final int POSITIONS = 4 * COUNT;

  private HeadProduct() {}

  /** Whether heads of this size have whole vectors. */
  static boolean fits(int dim) {
    return dim % COUNT == 0;
  }

  /** {@code scores[row][p] = q[row] . key p}, for rows {@link PAGE} scores apart. */
  static void score(
      float[] q, int rows, int dim, MemorySegment page, long keys, int positions, float[] scores) {
    for (int p = 0; p < positions; p += POSITIONS) {
      long from = keys + (long) p * dim * Short.BYTES;
      int row = 0;
      for (; row + 2 <= rows; row += 2) {
        scoreTwo(q, row * dim, dim, page, from, scores, row * PAGE + p);
      }
      if (row < rows) {
        scoreOne(q, row * dim, dim, page, from, scores, row * PAGE + p);
      }
    }
  }

  /** {@code out[row] += sum_p weights[row][p] * value p}, for rows {@code dim} apart. */
  static void mix(
      float[] weights,
      int rows,
      int dim,
      MemorySegment page,
      long values,
      int positions,
      float[] out) {
    int row = 0;
    for (; row + 2 <= rows; row += 2) {
      int i = 0;
      for (; i + 2 * COUNT <= dim; i += 2 * COUNT) {
        long from = values + (long) i * Short.BYTES;
        mixTwo(weights, row * PAGE, dim, page, from, positions, out, row * dim + i);
      }
      mixRest(weights, row, i, dim, page, values, positions, out);
      mixRest(weights, row + 1, i, dim, page, values, positions, out);
    }
    if (row < rows) {
      mixRest(weights, row, 0, dim, page, values, positions, out);
    }
  }

  /** The features of a row from {@code first} on. */
  private static void mixRest(
      float[] weights,
      int row,
      int first,
      int dim,
      MemorySegment page,
      long values,
      int positions,
      float[] out) {
    for (int i = first; i < dim; i += COUNT) {
      long from = values + (long) i * Short.BYTES;
      mixOne(weights, row * PAGE, dim, page, from, positions, out, row * dim + i);
    }
  }

  /** Two rows, four vectors of positions. */
  private static void scoreTwo(
      float[] q, int at, int dim, MemorySegment page, long from, float[] scores, int to) {
    long offset1 = offset(1, dim);
    long offset2 = offset(2, dim);
    long offset3 = offset(3, dim);
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s01 = FloatVector.zero(F);
    FloatVector s02 = FloatVector.zero(F);
    FloatVector s03 = FloatVector.zero(F);
    FloatVector s10 = FloatVector.zero(F);
    FloatVector s11 = FloatVector.zero(F);
    FloatVector s12 = FloatVector.zero(F);
    FloatVector s13 = FloatVector.zero(F);
    long p = from;
    for (int i = 0; i < dim; i++, p += BLOCK * Short.BYTES) {
      FloatVector x0 = FloatVector.broadcast(F, q[at + i]);
      FloatVector x1 = FloatVector.broadcast(F, q[at + dim + i]);
      FloatVector key0 =
          ShortVector.fromMemorySegment(KvPanels.S, page, p, LE)
              .convertShape(S2I, I, 0)
              .reinterpretAsInts()
              .lanewise(LSHL, 13)
              .and(HALF_MASK)
              .reinterpretAsFloats()
              .mul(HALF_SCALE);
      s00 = x0.fma(key0, s00);
      s10 = x1.fma(key0, s10);
      FloatVector key1 =
          ShortVector.fromMemorySegment(KvPanels.S, page, p + offset1, LE)
              .convertShape(S2I, I, 0)
              .reinterpretAsInts()
              .lanewise(LSHL, 13)
              .and(HALF_MASK)
              .reinterpretAsFloats()
              .mul(HALF_SCALE);
      s01 = x0.fma(key1, s01);
      s11 = x1.fma(key1, s11);
      FloatVector key2 =
          ShortVector.fromMemorySegment(KvPanels.S, page, p + offset2, LE)
              .convertShape(S2I, I, 0)
              .reinterpretAsInts()
              .lanewise(LSHL, 13)
              .and(HALF_MASK)
              .reinterpretAsFloats()
              .mul(HALF_SCALE);
      s02 = x0.fma(key2, s02);
      s12 = x1.fma(key2, s12);
      FloatVector key3 =
          ShortVector.fromMemorySegment(KvPanels.S, page, p + offset3, LE)
              .convertShape(S2I, I, 0)
              .reinterpretAsInts()
              .lanewise(LSHL, 13)
              .and(HALF_MASK)
              .reinterpretAsFloats()
              .mul(HALF_SCALE);
      s03 = x0.fma(key3, s03);
      s13 = x1.fma(key3, s13);
    }
    s00.intoArray(scores, to);
    s01.intoArray(scores, to + 1 * COUNT);
    s02.intoArray(scores, to + 2 * COUNT);
    s03.intoArray(scores, to + 3 * COUNT);
    s10.intoArray(scores, to + PAGE);
    s11.intoArray(scores, to + PAGE + 1 * COUNT);
    s12.intoArray(scores, to + PAGE + 2 * COUNT);
    s13.intoArray(scores, to + PAGE + 3 * COUNT);
  }

  /** One row, four vectors of positions. */
  private static void scoreOne(
      float[] q, int at, int dim, MemorySegment page, long from, float[] scores, int to) {
    long offset1 = offset(1, dim);
    long offset2 = offset(2, dim);
    long offset3 = offset(3, dim);
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s01 = FloatVector.zero(F);
    FloatVector s02 = FloatVector.zero(F);
    FloatVector s03 = FloatVector.zero(F);
    long p = from;
    for (int i = 0; i < dim; i++, p += BLOCK * Short.BYTES) {
      FloatVector x0 = FloatVector.broadcast(F, q[at + i]);
      FloatVector key0 =
          ShortVector.fromMemorySegment(KvPanels.S, page, p, LE)
              .convertShape(S2I, I, 0)
              .reinterpretAsInts()
              .lanewise(LSHL, 13)
              .and(HALF_MASK)
              .reinterpretAsFloats()
              .mul(HALF_SCALE);
      s00 = x0.fma(key0, s00);
      FloatVector key1 =
          ShortVector.fromMemorySegment(KvPanels.S, page, p + offset1, LE)
              .convertShape(S2I, I, 0)
              .reinterpretAsInts()
              .lanewise(LSHL, 13)
              .and(HALF_MASK)
              .reinterpretAsFloats()
              .mul(HALF_SCALE);
      s01 = x0.fma(key1, s01);
      FloatVector key2 =
          ShortVector.fromMemorySegment(KvPanels.S, page, p + offset2, LE)
              .convertShape(S2I, I, 0)
              .reinterpretAsInts()
              .lanewise(LSHL, 13)
              .and(HALF_MASK)
              .reinterpretAsFloats()
              .mul(HALF_SCALE);
      s02 = x0.fma(key2, s02);
      FloatVector key3 =
          ShortVector.fromMemorySegment(KvPanels.S, page, p + offset3, LE)
              .convertShape(S2I, I, 0)
              .reinterpretAsInts()
              .lanewise(LSHL, 13)
              .and(HALF_MASK)
              .reinterpretAsFloats()
              .mul(HALF_SCALE);
      s03 = x0.fma(key3, s03);
    }
    s00.intoArray(scores, to);
    s01.intoArray(scores, to + 1 * COUNT);
    s02.intoArray(scores, to + 2 * COUNT);
    s03.intoArray(scores, to + 3 * COUNT);
  }

  /** Two rows, two vectors of features. */
  private static void mixTwo(
      float[] weights,
      int at,
      int dim,
      MemorySegment page,
      long from,
      int positions,
      float[] out,
      int to) {
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s01 = FloatVector.zero(F);
    FloatVector s10 = FloatVector.zero(F);
    FloatVector s11 = FloatVector.zero(F);
    long p = from;
    for (int i = 0; i < positions; i++, p += (long) dim * Short.BYTES) {
      FloatVector w0 = FloatVector.broadcast(F, weights[at + i]);
      FloatVector w1 = FloatVector.broadcast(F, weights[at + PAGE + i]);
      FloatVector value0 =
          ShortVector.fromMemorySegment(KvPanels.S, page, p, LE)
              .convertShape(S2I, I, 0)
              .reinterpretAsInts()
              .lanewise(LSHL, 13)
              .and(HALF_MASK)
              .reinterpretAsFloats()
              .mul(HALF_SCALE);
      s00 = w0.fma(value0, s00);
      s10 = w1.fma(value0, s10);
      FloatVector value1 =
          ShortVector.fromMemorySegment(KvPanels.S, page, p + COUNT * Short.BYTES, LE)
              .convertShape(S2I, I, 0)
              .reinterpretAsInts()
              .lanewise(LSHL, 13)
              .and(HALF_MASK)
              .reinterpretAsFloats()
              .mul(HALF_SCALE);
      s01 = w0.fma(value1, s01);
      s11 = w1.fma(value1, s11);
    }
    FloatVector.fromArray(F, out, to).add(s00).intoArray(out, to);
    FloatVector.fromArray(F, out, to + COUNT).add(s01).intoArray(out, to + COUNT);
    FloatVector.fromArray(F, out, to + dim).add(s10).intoArray(out, to + dim);
    FloatVector.fromArray(F, out, to + dim + COUNT).add(s11).intoArray(out, to + dim + COUNT);
  }

  /** One row, one vector of features. */
  private static void mixOne(
      float[] weights,
      int at,
      int dim,
      MemorySegment page,
      long from,
      int positions,
      float[] out,
      int to) {
    FloatVector s0 = FloatVector.zero(F);
    long p = from;
    for (int i = 0; i < positions; i++, p += (long) dim * Short.BYTES) {
      FloatVector value =
          ShortVector.fromMemorySegment(KvPanels.S, page, p, LE)
              .convertShape(S2I, I, 0)
              .reinterpretAsInts()
              .lanewise(LSHL, 13)
              .and(HALF_MASK)
              .reinterpretAsFloats()
              .mul(HALF_SCALE);
      s0 = FloatVector.broadcast(F, weights[at + i]).fma(value, s0);
    }
    FloatVector.fromArray(F, out, to).add(s0).intoArray(out, to);
  }

  /** Bytes from the first vector of a group of keys to vector {@code j}. */
  private static long offset(int j, int dim) {
    int position = j * COUNT;
    return ((long) position / BLOCK * dim * BLOCK + position % BLOCK) * Short.BYTES;
  }
}
