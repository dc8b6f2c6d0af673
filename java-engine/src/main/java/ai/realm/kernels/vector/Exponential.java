package ai.realm.kernels.vector;

import static ai.realm.kernels.vector.Lanes.COUNT;
import static ai.realm.kernels.vector.Lanes.F;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * What needs {@code e^x}: 2^n times a polynomial in the rest, after Cephes' expf (Moshier);
 * relative error below 2e-7. The steps stand in each loop: a method that takes or returns vectors
 * would pass them through memory.
 */
final class Exponential {
  private static final float LOG2_E = 1.44269504f;
  private static final float LN2_HIGH = 0.693359375f;
  private static final float LN2_LOW = -2.12194440e-4f;

  /** Adding this rounds to an integer, which then stands in the low bits. */
  private static final float ROUND = 12582912f;

  private static final float C0 = 1.9875691500e-4f;
  private static final float C1 = 1.3981999507e-3f;
  private static final float C2 = 8.3334519073e-3f;
  private static final float C3 = 4.1665795894e-2f;
  private static final float C4 = 1.6666665459e-1f;
  private static final float C5 = 5.0000001201e-1f;

  /** Below this e^x counts as zero; its negative is the largest that stays finite. */
  private static final float LIMIT = -87.3f;

  /** Of -2u, u = sqrt(2 / pi) * (g + 0.044715 g^3), the factors of g^3 and g. */
  private static final float GELU_ONE = (float) (-2 * Math.sqrt(2 / Math.PI));

  private static final float GELU_CUBE = (float) (-2 * Math.sqrt(2 / Math.PI) * 0.044715);

  /** Gates' other side where there is none. */
  private static final float[] ONES = ones(4096);

  private Exponential() {}

  private static float[] ones(int n) {
    float[] ones = new float[n];
    Arrays.fill(ones, 1);
    return ones;
  }

  /**
   * Replaces {@code n} scores from {@code at} by {@code e^(score - max)}.
   *
   * @param scratch room for a vector
   * @return their sum
   */
  static float exponentials(float[] scores, int at, int n, float max, float[] scratch) {
    FloatVector sum = FloatVector.zero(F);
    int i = 0;
    for (; i + COUNT <= n; i += COUNT) {
      FloatVector x = FloatVector.fromArray(F, scores, at + i).sub(max);
      VectorMask<Float> tiny = x.compare(VectorOperators.LT, LIMIT);
      x = x.lanewise(VectorOperators.MAX, LIMIT);
      FloatVector t = x.fma(FloatVector.broadcast(F, LOG2_E), FloatVector.broadcast(F, ROUND));
      FloatVector k = t.sub(ROUND);
      FloatVector r = k.fma(FloatVector.broadcast(F, -LN2_HIGH), x);
      r = k.fma(FloatVector.broadcast(F, -LN2_LOW), r);
      FloatVector p = FloatVector.broadcast(F, C0);
      p = p.fma(r, FloatVector.broadcast(F, C1));
      p = p.fma(r, FloatVector.broadcast(F, C2));
      p = p.fma(r, FloatVector.broadcast(F, C3));
      p = p.fma(r, FloatVector.broadcast(F, C4));
      p = p.fma(r, FloatVector.broadcast(F, C5));
      p = p.fma(r.mul(r), r.add(1));
      FloatVector e =
          p.reinterpretAsInts()
              .add(t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
              .reinterpretAsFloats()
              .blend(0, tiny);
      e.intoArray(scores, at + i);
      sum = e.add(sum);
    }
    sum.intoArray(scratch, 0);
    float total = Lanes.sum(scratch);
    for (; i < n; i++) {
      float x = scores[at + i] - max;
      float e = x < LIMIT ? 0 : (float) Math.exp(x);
      scores[at + i] = e;
      total += e;
    }
    return total;
  }

  /** {@code out = gate / (1 + e^-gate) * up}. */
  static void swiglu(
      float[] gate, int gateAt, float[] up, int upAt, float[] out, int outAt, int n) {
    int i = 0;
    for (; i + COUNT <= n; i += COUNT) {
      FloatVector g = FloatVector.fromArray(F, gate, gateAt + i);
      FloatVector x = g.neg();
      VectorMask<Float> huge = x.compare(VectorOperators.GT, -LIMIT);
      x = x.lanewise(VectorOperators.MAX, LIMIT).lanewise(VectorOperators.MIN, -LIMIT);
      FloatVector t = x.fma(FloatVector.broadcast(F, LOG2_E), FloatVector.broadcast(F, ROUND));
      FloatVector k = t.sub(ROUND);
      FloatVector r = k.fma(FloatVector.broadcast(F, -LN2_HIGH), x);
      r = k.fma(FloatVector.broadcast(F, -LN2_LOW), r);
      FloatVector p = FloatVector.broadcast(F, C0);
      p = p.fma(r, FloatVector.broadcast(F, C1));
      p = p.fma(r, FloatVector.broadcast(F, C2));
      p = p.fma(r, FloatVector.broadcast(F, C3));
      p = p.fma(r, FloatVector.broadcast(F, C4));
      p = p.fma(r, FloatVector.broadcast(F, C5));
      p = p.fma(r.mul(r), r.add(1));
      FloatVector e =
          p.reinterpretAsInts()
              .add(t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
              .reinterpretAsFloats();
      g.div(e.add(1))
          .blend(0, huge)
          .mul(FloatVector.fromArray(F, up, upAt + i))
          .intoArray(out, outAt + i);
    }
    for (; i < n; i++) {
      float g = gate[gateAt + i];
      float silu = -g > -LIMIT ? 0 : (float) (g / (1 + Math.exp(-g)));
      out[outAt + i] = silu * up[upAt + i];
    }
  }

  /** {@code y = y / (1 + e^-gate)}. */
  static void sigmoidGate(float[] y, int at, float[] gate, int gateAt, int n) {
    int i = 0;
    for (; i + COUNT <= n; i += COUNT) {
      FloatVector x = FloatVector.fromArray(F, gate, gateAt + i).neg();
      VectorMask<Float> huge = x.compare(VectorOperators.GT, -LIMIT);
      x = x.lanewise(VectorOperators.MAX, LIMIT).lanewise(VectorOperators.MIN, -LIMIT);
      FloatVector t = x.fma(FloatVector.broadcast(F, LOG2_E), FloatVector.broadcast(F, ROUND));
      FloatVector k = t.sub(ROUND);
      FloatVector r = k.fma(FloatVector.broadcast(F, -LN2_HIGH), x);
      r = k.fma(FloatVector.broadcast(F, -LN2_LOW), r);
      FloatVector p = FloatVector.broadcast(F, C0);
      p = p.fma(r, FloatVector.broadcast(F, C1));
      p = p.fma(r, FloatVector.broadcast(F, C2));
      p = p.fma(r, FloatVector.broadcast(F, C3));
      p = p.fma(r, FloatVector.broadcast(F, C4));
      p = p.fma(r, FloatVector.broadcast(F, C5));
      p = p.fma(r.mul(r), r.add(1));
      FloatVector e =
          p.reinterpretAsInts()
              .add(t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
              .reinterpretAsFloats();
      FloatVector.fromArray(F, y, at + i).div(e.add(1)).blend(0, huge).intoArray(y, at + i);
    }
    for (; i < n; i++) {
      float x = -gate[gateAt + i];
      y[at + i] = x > -LIMIT ? 0 : (float) (y[at + i] / (1 + Math.exp(x)));
    }
  }

  /**
   * {@code out = g / (1 + e^(-1.702 g)) * (u + 1)} of {@code g = min(gate, 7)} and of {@code u},
   * which is {@code up} within {@code +-7}.
   */
  static void clampedSwiglu(
      float[] gate, int gateAt, float[] up, int upAt, float[] out, int outAt, int n) {
    int i = 0;
    for (; i + COUNT <= n; i += COUNT) {
      FloatVector g = FloatVector.fromArray(F, gate, gateAt + i).lanewise(VectorOperators.MIN, 7);
      FloatVector x = g.mul(-1.702f);
      VectorMask<Float> huge = x.compare(VectorOperators.GT, -LIMIT);
      x = x.lanewise(VectorOperators.MIN, -LIMIT);
      FloatVector t = x.fma(FloatVector.broadcast(F, LOG2_E), FloatVector.broadcast(F, ROUND));
      FloatVector k = t.sub(ROUND);
      FloatVector r = k.fma(FloatVector.broadcast(F, -LN2_HIGH), x);
      r = k.fma(FloatVector.broadcast(F, -LN2_LOW), r);
      FloatVector p = FloatVector.broadcast(F, C0);
      p = p.fma(r, FloatVector.broadcast(F, C1));
      p = p.fma(r, FloatVector.broadcast(F, C2));
      p = p.fma(r, FloatVector.broadcast(F, C3));
      p = p.fma(r, FloatVector.broadcast(F, C4));
      p = p.fma(r, FloatVector.broadcast(F, C5));
      p = p.fma(r.mul(r), r.add(1));
      FloatVector e =
          p.reinterpretAsInts()
              .add(t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
              .reinterpretAsFloats();
      FloatVector u = FloatVector.fromArray(F, up, upAt + i);
      u = u.lanewise(VectorOperators.MIN, 7).lanewise(VectorOperators.MAX, -7);
      g.div(e.add(1)).blend(0, huge).mul(u.add(1)).intoArray(out, outAt + i);
    }
    for (; i < n; i++) {
      float g = Math.min(gate[gateAt + i], 7);
      float x = -1.702f * g;
      float silu = x > -LIMIT ? 0 : (float) (g / (1 + Math.exp(x)));
      out[outAt + i] = silu * (Math.clamp(up[upAt + i], -7f, 7f) + 1);
    }
  }

  /**
   * {@code out = gelu(gate) * up}. With tanh(u) = 1 - 2 / (e^2u + 1), {@code gelu(g) = g / 2 * (1 +
   * tanh(u)) = g / (1 + e^-2u)}, u = sqrt(2 / pi) * (g + 0.044715 g^3).
   */
  static void geglu(float[] gate, int gateAt, float[] up, int upAt, float[] out, int outAt, int n) {
    int i = 0;
    for (; i + COUNT <= n; i += COUNT) {
      FloatVector g = FloatVector.fromArray(F, gate, gateAt + i);
      FloatVector x =
          g.mul(g)
              .fma(FloatVector.broadcast(F, GELU_CUBE), FloatVector.broadcast(F, GELU_ONE))
              .mul(g);
      VectorMask<Float> huge = x.compare(VectorOperators.GT, -LIMIT);
      x = x.lanewise(VectorOperators.MAX, LIMIT).lanewise(VectorOperators.MIN, -LIMIT);
      FloatVector t = x.fma(FloatVector.broadcast(F, LOG2_E), FloatVector.broadcast(F, ROUND));
      FloatVector k = t.sub(ROUND);
      FloatVector r = k.fma(FloatVector.broadcast(F, -LN2_HIGH), x);
      r = k.fma(FloatVector.broadcast(F, -LN2_LOW), r);
      FloatVector p = FloatVector.broadcast(F, C0);
      p = p.fma(r, FloatVector.broadcast(F, C1));
      p = p.fma(r, FloatVector.broadcast(F, C2));
      p = p.fma(r, FloatVector.broadcast(F, C3));
      p = p.fma(r, FloatVector.broadcast(F, C4));
      p = p.fma(r, FloatVector.broadcast(F, C5));
      p = p.fma(r.mul(r), r.add(1));
      FloatVector e =
          p.reinterpretAsInts()
              .add(t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
              .reinterpretAsFloats();
      g.div(e.add(1))
          .blend(0, huge)
          .mul(FloatVector.fromArray(F, up, upAt + i))
          .intoArray(out, outAt + i);
    }
    for (; i < n; i++) {
      float g = gate[gateAt + i];
      float x = (g * g * GELU_CUBE + GELU_ONE) * g;
      float gelu = x > -LIMIT ? 0 : (float) (g / (1 + Math.exp(x)));
      out[outAt + i] = gelu * up[upAt + i];
    }
  }

  /** {@code out = gelu(x)}: what {@link #geglu} gives for gates that are open. */
  static void gelu(float[] x, int at, float[] out, int outAt, int n) {
    for (int i = 0; i < n; i += ONES.length) {
      geglu(x, at + i, ONES, 0, out, outAt + i, Math.min(ONES.length, n - i));
    }
  }

  /** {@code x = cap * tanh(x / cap) = cap - 2 cap / (e^(2 x / cap) + 1)}. */
  static void softcap(float[] values, int at, float cap, int n) {
    int i = 0;
    for (; i + COUNT <= n; i += COUNT) {
      FloatVector x = FloatVector.fromArray(F, values, at + i).mul(2 / cap);
      x = x.lanewise(VectorOperators.MAX, LIMIT).lanewise(VectorOperators.MIN, -LIMIT);
      FloatVector t = x.fma(FloatVector.broadcast(F, LOG2_E), FloatVector.broadcast(F, ROUND));
      FloatVector k = t.sub(ROUND);
      FloatVector r = k.fma(FloatVector.broadcast(F, -LN2_HIGH), x);
      r = k.fma(FloatVector.broadcast(F, -LN2_LOW), r);
      FloatVector p = FloatVector.broadcast(F, C0);
      p = p.fma(r, FloatVector.broadcast(F, C1));
      p = p.fma(r, FloatVector.broadcast(F, C2));
      p = p.fma(r, FloatVector.broadcast(F, C3));
      p = p.fma(r, FloatVector.broadcast(F, C4));
      p = p.fma(r, FloatVector.broadcast(F, C5));
      p = p.fma(r.mul(r), r.add(1));
      FloatVector e =
          p.reinterpretAsInts()
              .add(t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
              .reinterpretAsFloats();
      FloatVector.broadcast(F, cap)
          .sub(FloatVector.broadcast(F, 2 * cap).div(e.add(1)))
          .intoArray(values, at + i);
    }
    for (; i < n; i++) {
      values[at + i] = (float) (cap * Math.tanh(values[at + i] / cap));
    }
  }
}
