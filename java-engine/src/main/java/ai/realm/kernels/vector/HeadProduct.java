package ai.realm.kernels.vector;

import static ai.realm.kernels.KvLayer.BLOCK;
import static ai.realm.kernels.KvLayer.PAGE;
import static ai.realm.kernels.vector.Lanes.COUNT;
import static ai.realm.kernels.vector.Lanes.F;
import static ai.realm.kernels.vector.Lanes.HALF_MASK;
import static ai.realm.kernels.vector.Lanes.HALF_SCALE;
import static ai.realm.kernels.vector.Lanes.I;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.S2I;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;

/**
 * Products of one token's heads with a page of F16 keys or values: so few rows are not worth a
 * panel. Two heads go together and share what is widened. The sums are those of {@link
 * PanelProduct}, in the same order. Each method is one flat loop, because vectors do not stay in
 * registers across calls.
 */
final class HeadProduct {
  /** Positions whose scores are summed together: four vectors. */
  private static final int POSITIONS = 4 * COUNT;

  private HeadProduct() {}

  /** Whether heads of this size have whole vectors. */
  static boolean fits(int dim) {
    return dim % COUNT == 0;
  }

  /**
   * {@code scores[row][p] = q[row] . key p}, for rows {@link PAGE} scores apart. An odd last row
   * goes with the one after it, for which there is room.
   */
  static void score(float[] q, int rows, int dim, short[] keys, int positions, float[] scores) {
    for (int p = 0; p < positions; p += POSITIONS) {
      for (int row = 0; row < rows; row += 2) {
        scoreTwo(q, row * dim, dim, keys, p * dim, scores, row * PAGE + p);
      }
    }
  }

  /**
   * {@code out[row] += sum_p weights[row][p] * value p}, for rows {@code dim} apart; an odd last
   * one goes with the one after it.
   */
  static void mix(float[] weights, int rows, int dim, short[] values, int positions, float[] out) {
    for (int row = 0; row < rows; row += 2) {
      int i = 0;
      for (; i + 2 * COUNT <= dim; i += 2 * COUNT) {
        mixTwo(weights, row * PAGE, dim, values, i, positions, out, row * dim + i);
      }
      for (; i < dim; i += COUNT) {
        mixOne(weights, row * PAGE, dim, values, i, positions, out, row * dim + i);
        mixOne(weights, (row + 1) * PAGE, dim, values, i, positions, out, (row + 1) * dim + i);
      }
    }
  }

  /** Two rows, four vectors of positions. */
  private static void scoreTwo(
      float[] q, int at, int dim, short[] halves, int from, float[] scores, int to) {
    int offset1 = offset(1, dim);
    int offset2 = offset(2, dim);
    int offset3 = offset(3, dim);
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s01 = FloatVector.zero(F);
    FloatVector s02 = FloatVector.zero(F);
    FloatVector s03 = FloatVector.zero(F);
    FloatVector s10 = FloatVector.zero(F);
    FloatVector s11 = FloatVector.zero(F);
    FloatVector s12 = FloatVector.zero(F);
    FloatVector s13 = FloatVector.zero(F);
    int p = from;
    for (int i = 0; i < dim; i++, p += BLOCK) {
      FloatVector x0 = FloatVector.broadcast(F, q[at + i]);
      FloatVector x1 = FloatVector.broadcast(F, q[at + dim + i]);
      FloatVector key0 =
          ShortVector.fromArray(KvPanels.S, halves, p)
              .convertShape(S2I, I, 0)
              .reinterpretAsInts()
              .lanewise(LSHL, 13)
              .and(HALF_MASK)
              .reinterpretAsFloats()
              .mul(HALF_SCALE);
      s00 = x0.fma(key0, s00);
      s10 = x1.fma(key0, s10);
      FloatVector key1 =
          ShortVector.fromArray(KvPanels.S, halves, p + offset1)
              .convertShape(S2I, I, 0)
              .reinterpretAsInts()
              .lanewise(LSHL, 13)
              .and(HALF_MASK)
              .reinterpretAsFloats()
              .mul(HALF_SCALE);
      s01 = x0.fma(key1, s01);
      s11 = x1.fma(key1, s11);
      FloatVector key2 =
          ShortVector.fromArray(KvPanels.S, halves, p + offset2)
              .convertShape(S2I, I, 0)
              .reinterpretAsInts()
              .lanewise(LSHL, 13)
              .and(HALF_MASK)
              .reinterpretAsFloats()
              .mul(HALF_SCALE);
      s02 = x0.fma(key2, s02);
      s12 = x1.fma(key2, s12);
      FloatVector key3 =
          ShortVector.fromArray(KvPanels.S, halves, p + offset3)
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

  /** Two rows, two vectors of features. */
  private static void mixTwo(
      float[] weights,
      int at,
      int dim,
      short[] halves,
      int from,
      int positions,
      float[] out,
      int to) {
    FloatVector s00 = FloatVector.fromArray(F, out, to);
    FloatVector s01 = FloatVector.fromArray(F, out, to + COUNT);
    FloatVector s10 = FloatVector.fromArray(F, out, to + dim);
    FloatVector s11 = FloatVector.fromArray(F, out, to + dim + COUNT);
    int p = from;
    for (int i = 0; i < positions; i++, p += dim) {
      FloatVector w0 = FloatVector.broadcast(F, weights[at + i]);
      FloatVector w1 = FloatVector.broadcast(F, weights[at + PAGE + i]);
      FloatVector value0 =
          ShortVector.fromArray(KvPanels.S, halves, p)
              .convertShape(S2I, I, 0)
              .reinterpretAsInts()
              .lanewise(LSHL, 13)
              .and(HALF_MASK)
              .reinterpretAsFloats()
              .mul(HALF_SCALE);
      s00 = w0.fma(value0, s00);
      s10 = w1.fma(value0, s10);
      FloatVector value1 =
          ShortVector.fromArray(KvPanels.S, halves, p + COUNT)
              .convertShape(S2I, I, 0)
              .reinterpretAsInts()
              .lanewise(LSHL, 13)
              .and(HALF_MASK)
              .reinterpretAsFloats()
              .mul(HALF_SCALE);
      s01 = w0.fma(value1, s01);
      s11 = w1.fma(value1, s11);
    }
    s00.intoArray(out, to);
    s01.intoArray(out, to + COUNT);
    s10.intoArray(out, to + dim);
    s11.intoArray(out, to + dim + COUNT);
  }

  /** One row, one vector of features. */
  private static void mixOne(
      float[] weights,
      int at,
      int dim,
      short[] halves,
      int from,
      int positions,
      float[] out,
      int to) {
    FloatVector s0 = FloatVector.fromArray(F, out, to);
    int p = from;
    for (int i = 0; i < positions; i++, p += dim) {
      FloatVector value =
          ShortVector.fromArray(KvPanels.S, halves, p)
              .convertShape(S2I, I, 0)
              .reinterpretAsInts()
              .lanewise(LSHL, 13)
              .and(HALF_MASK)
              .reinterpretAsFloats()
              .mul(HALF_SCALE);
      s0 = FloatVector.broadcast(F, weights[at + i]).fma(value, s0);
    }
    s0.intoArray(out, to);
  }

  /** Halves from the first vector of a group of keys to vector {@code j}. */
  private static int offset(int j, int dim) {
    int position = j * COUNT;
    return position / BLOCK * dim * BLOCK + position % BLOCK;
  }
}
