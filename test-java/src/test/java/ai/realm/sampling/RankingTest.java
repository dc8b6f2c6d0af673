package ai.realm.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RankingTest {

  @Test
  void givesTheLogSoftmaxOfTheMostProbable() {
    // Probabilities 1/8, 1/2, 1/8, 1/4, shifted by a constant that must not matter.
    float ln2 = (float) Math.log(2);
    float[] rows = {0, 0, 100 + ln2, 100 + 3 * ln2, 100 + ln2, 100 + 2 * ln2, 0};
    Ranking.TopTokens top = new Ranking(3).rank(rows, 2, 4);
    assertArrayEquals(new int[] {1, 3, 0}, top.ids());
    assertArrayEquals(
        new double[] {Math.log(0.5), Math.log(0.25), Math.log(0.125)},
        top.logProbabilities(),
        2e-5);
  }

  @Test
  void allLogProbabilitiesSumToOne() {
    float[] logits = {5, -3, 0.5f, Float.NEGATIVE_INFINITY, 4.75f};
    Ranking.TopTokens top = new Ranking(10).rank(logits, 0, logits.length);
    assertArrayEquals(new int[] {0, 4, 2, 1}, top.ids());
    double sum = 0;
    for (double logProbability : top.logProbabilities()) {
      sum += Math.exp(logProbability);
    }
    assertEquals(1, sum, 1e-12);
  }
}
