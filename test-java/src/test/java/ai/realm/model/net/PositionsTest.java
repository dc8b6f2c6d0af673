package ai.realm.model.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.realm.model.net.Rope.Pairing;
import org.junit.jupiter.api.Test;

/** Heads of six values, of which four turn. */
class PositionsTest {
  private static final double[] FREQUENCIES = {1, 0.1};
  private static final int POSITION = 3;

  private static float[] head() {
    return new float[] {1, 2, 3, 4, 5, 6};
  }

  /** {@code (a, b)} turned by an angle, by the formula. */
  private static double[] turned(double a, double b, double angle) {
    return new double[] {
      a * Math.cos(angle) - b * Math.sin(angle), a * Math.sin(angle) + b * Math.cos(angle)
    };
  }

  @Test
  void pairsAreNeighboursOrLieHalfOfWhatTurnsApart() {
    float[] pairs = head();
    float[] halves = head();
    Rope neighbours = new Rope(FREQUENCIES, 1, Pairing.PAIRS);
    Rope apart = new Rope(FREQUENCIES, 1, Pairing.HALVES);
    neighbours.reach(POSITION + 1);
    apart.reach(POSITION + 1);
    neighbours.keys(pairs, 0, 1, 6, POSITION);
    apart.keys(halves, 0, 1, 6, POSITION);
    double[] first = turned(1, 2, POSITION);
    double[] second = turned(3, 4, POSITION * 0.1);
    assertNear(new double[] {first[0], first[1], second[0], second[1], 5, 6}, pairs);
    first = turned(1, 3, POSITION);
    second = turned(2, 4, POSITION * 0.1);
    assertNear(new double[] {first[0], second[0], first[1], second[1], 5, 6}, halves);
  }

  @Test
  void withoutPositionsNothingTurns() {
    float[] x = head();
    Positions.NONE.reach(POSITION + 1);
    Positions.NONE.queries(x, 0, 1, 6, POSITION);
    Positions.NONE.keys(x, 0, 1, 6, POSITION);
    assertArrayEquals(head(), x);
  }

  /** As Ministral 3 has it: queries grow behind each multiple of the first context. */
  @Test
  void aTemperatureMultipliesQueriesAlone() {
    Rope still = new Rope(new double[] {0, 0}, 1, Pairing.PAIRS);
    Positions tempered = new Positions.Tempered(still, 0.5f, 0, 2);
    tempered.reach(5);
    for (int position : new int[] {0, 1, 2, 3, 4}) {
      float[] q = head();
      float[] k = head();
      tempered.queries(q, 0, 1, 6, position);
      tempered.keys(k, 0, 1, 6, position);
      double factor = 1 + 0.5 * Math.log(Math.floor(position / 2.0) + 1);
      assertNear(
          new double[] {factor, 2 * factor, 3 * factor, 4 * factor, 5 * factor, 6 * factor}, q);
      assertArrayEquals(head(), k);
    }
  }

  /** As Llama 4 has it: the first position counts as 1, and nothing turns. */
  @Test
  void aTemperatureMayCountFromOne() {
    Positions tempered = new Positions.Tempered(Positions.NONE, 0.5f, 1, 2);
    for (int position : new int[] {0, 1, 2, 3}) {
      float[] q = {1};
      tempered.queries(q, 0, 1, 1, position);
      double factor = 1 + 0.5 * Math.log(Math.floor((position + 1) / 2.0) + 1);
      assertEquals(factor, q[0], 1e-6);
    }
  }

  /**
   * As Hunyuan has it: a head is normed once it is turned, queries and keys by weights of theirs.
   */
  @Test
  void normsComeBehindTheTurn() {
    Rope rope = new Rope(FREQUENCIES, 1, Pairing.PAIRS);
    float[] ones = {1, 1, 1, 1, 1, 1};
    float[] weights = {1, 2, 3, 4, 5, 6};
    float epsilon = 0.5f;
    Positions positions =
        new Positions.ThenNorm(rope, new Norm.Rms(weights, epsilon), new Norm.Rms(ones, epsilon));
    positions.reach(POSITION + 1);
    float[] q = head();
    float[] k = head();
    positions.queries(q, 0, 1, 6, POSITION);
    positions.keys(k, 0, 1, 6, POSITION);
    double[] first = turned(1, 2, POSITION);
    double[] second = turned(3, 4, POSITION * 0.1);
    double[] expected = {first[0], first[1], second[0], second[1], 5, 6};
    double root =
        Math.sqrt((1 + 4 + 9 + 16 + 25 + 36) / 6.0 + epsilon); // No turn changes this sum.
    for (int i = 0; i < 6; i++) {
      expected[i] /= root;
    }
    assertNear(expected, k);
    for (int i = 0; i < 6; i++) {
      expected[i] *= weights[i];
    }
    assertNear(expected, q);
  }

  private static void assertNear(double[] expected, float[] actual) {
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], 1e-6 * Math.max(1, Math.abs(expected[i])));
    }
  }
}
