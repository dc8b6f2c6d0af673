package ai.realm.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplerTest {
  private final SplittableRandom random = new SplittableRandom(5);

  /** Draws from a row with others around it, whose logits are no numbers. */
  private static int sample(Sampler sampler, float[] logits) {
    float[] rows = new float[logits.length + 5];
    Arrays.fill(rows, Float.NaN);
    System.arraycopy(logits, 0, rows, 3, logits.length);
    try {
      return sampler.sample(rows, 3, logits.length);
    } finally {
      System.arraycopy(rows, 3, logits, 0, logits.length);
    }
  }

  @Test
  void drawsOnlyWhatTheReferenceAllowsAndGreedyDrawsItsFirst() {
    for (int round = 0; round < 300; round++) {
      float[] logits = logits(random.nextInt(1, 400), 8);
      List<Integer> history = history(logits.length, random.nextInt(0, 150));
      SamplingOptions options = randomOptions(logits.length);
      Map<Integer, Double> expected = ReferenceSampler.probabilities(logits, history, options);
      Sampler sampler = Options.sampler(options);
      history.forEach(sampler::accept);
      for (int draw = 0; draw < 20; draw++) {
        int id = sample(sampler, logits.clone());
        assertTrue(expected.containsKey(id), () -> options + " drew " + id + " of " + expected);
      }
    }
  }

  @Test
  void drawsEachTokenAsOftenAsTheReferenceSays() {
    int draws = 20_000;
    for (int round = 0; round < 12; round++) {
      float[] logits = logits(60, 3);
      List<Integer> history = history(logits.length, 100);
      SamplingOptions drawn = randomOptions(logits.length);
      SamplingOptions options = drawn.temperature() == 0 ? Options.seeded(3) : drawn;
      Map<Integer, Double> expected = ReferenceSampler.probabilities(logits, history, options);
      Sampler sampler = Options.sampler(options);
      history.forEach(sampler::accept);
      Map<Integer, Integer> seen = new HashMap<>();
      for (int i = 0; i < draws; i++) {
        seen.merge(sample(sampler, logits.clone()), 1, Integer::sum);
      }
      assertTrue(
          chiSquare(expected, seen, draws) < chiSquareBound(expected.size() - 1),
          () -> options + " drew " + seen + ", expected " + expected);
    }
  }

  @Test
  void greedyTakesTheLowestOfEqualIds() {
    Sampler sampler = Options.sampler(Options.greedy());
    assertEquals(1, sample(sampler, new float[] {1, 4, 4, 2, 4}));
    assertEquals(0, sample(sampler, new float[1000]));
  }

  @Test
  void biasAndPenaltiesApplyToGreedyToo() {
    Sampler liking = Options.sampler(Options.biased(0, Map.of(2, 3f)));
    assertEquals(2, sample(liking, new float[] {1, 4, 2, 0}));
    Sampler banning = Options.sampler(Options.biased(0, Map.of(1, Float.NEGATIVE_INFINITY)));
    assertEquals(0, sample(banning, new float[] {3, 4, 2}));
    Sampler repeat = Options.sampler(Options.penalized(2, 0, 0));
    repeat.accept(1);
    assertEquals(0, sample(repeat, new float[] {3, 4, 2}));
    assertEquals(2, sample(repeat, new float[] {-3, -1.2f, -2}));
  }

  @Test
  void frequencyCountsEachOccurrenceAndPresenceOnce() {
    Sampler frequency = Options.sampler(Options.penalized(1, 0, 0.5));
    Sampler presence = Options.sampler(Options.penalized(1, 0.5, 0));
    for (int i = 0; i < 3; i++) {
      frequency.accept(1);
      presence.accept(1);
    }
    float[] byFrequency = {0, 4};
    float[] byPresence = {0, 4};
    sample(frequency, byFrequency);
    sample(presence, byPresence);
    assertArrayEquals(new float[] {0, 2.5f}, byFrequency);
    assertArrayEquals(new float[] {0, 3.5f}, byPresence);
  }

  @Test
  void penaltiesForgetWhatIsOlderThan64Tokens() {
    Sampler sampler = Options.sampler(Options.penalized(1, 5, 0));
    sampler.accept(1);
    for (int i = 0; i < 63; i++) {
      sampler.accept(2);
    }
    assertEquals(0, sample(sampler, new float[] {3, 4, 2}));
    sampler.accept(2);
    assertEquals(1, sample(sampler, new float[] {3, 4, 2}));
  }

  @Test
  void theSameSeedDrawsTheSameTokensAndAnotherSeedOthers() {
    assertEquals(drawn(1), drawn(1));
    assertNotEquals(drawn(1), drawn(2));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, 1e-300, 100})
  void theOnlyTokenLeftIsDrawn(double temperature) {
    Map<Integer, Float> bans = new HashMap<>();
    IntStream.range(0, 500)
        .filter(id -> id != 77)
        .forEach(id -> bans.put(id, Float.NEGATIVE_INFINITY));
    SamplingOptions options =
        new SamplingOptions(temperature, 1_000_000, 0.5, 0.5, 1.3, 1, 1, bans, 9);
    Sampler sampler = Options.sampler(options);
    sampler.accept(77);
    assertEquals(77, sample(sampler, logits(500, 5)));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1})
  void banningEveryTokenIsAnError(double temperature) {
    Sampler sampler =
        Options.sampler(
            Options.biased(
                temperature, Map.of(0, Float.NEGATIVE_INFINITY, 1, Float.NEGATIVE_INFINITY)));
    EngineException error =
        assertThrows(EngineException.class, () -> sample(sampler, new float[] {1, 2}));
    assertEquals(ErrorCode.INVALID_ARGUMENT, error.code());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1})
  void aLogitThatIsNotANumberIsAnErrorAndNoToken(double temperature) {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      Sampler sampler =
          Options.sampler(new SamplingOptions(temperature, 1, 1, 0, 1, 0, 0, Map.of(), 0));
      EngineException error =
          assertThrows(EngineException.class, () -> sample(sampler, new float[] {1, 2, bad, 3}));
      assertEquals(ErrorCode.INTERNAL, error.code());
    }
  }

  @Test
  void equalLogitsAreDrawnEvenly() {
    Sampler sampler = Options.sampler(Options.seeded(4));
    Map<Integer, Integer> seen = new HashMap<>();
    for (int i = 0; i < 10_000; i++) {
      seen.merge(sample(sampler, new float[10]), 1, Integer::sum);
    }
    Map<Integer, Double> even = new HashMap<>();
    IntStream.range(0, 10).forEach(id -> even.put(id, 0.1));
    assertTrue(chiSquare(even, seen, 10_000) < chiSquareBound(9), seen::toString);
  }

  @Test
  void hugeBiasesAndPenaltiesStayFinite() {
    SamplingOptions options =
        new SamplingOptions(
            1, 0, 1, 0, 1e-300, 10, 10, Map.of(0, Float.MAX_VALUE, 1, Float.MAX_VALUE), 1);
    Sampler sampler = Options.sampler(options);
    sampler.accept(1);
    for (int i = 0; i < 20; i++) {
      int id = sample(sampler, new float[] {Float.MAX_VALUE, 1, 0});
      assertTrue(id < 2, () -> "drew " + id);
    }
  }

  private static List<Integer> drawn(long seed) {
    Sampler sampler = Options.sampler(Options.seeded(seed));
    return IntStream.range(0, 50).mapToObj(i -> sample(sampler, new float[100])).toList();
  }

  private float[] logits(int count, double spread) {
    float[] logits = new float[count];
    for (int i = 0; i < count; i++) {
      logits[i] = (float) ((random.nextDouble() - 0.5) * 2 * spread);
    }
    return logits;
  }

  private List<Integer> history(int vocabulary, int count) {
    List<Integer> history = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      history.add(random.nextInt(vocabulary));
    }
    return history;
  }

  private SamplingOptions randomOptions(int vocabulary) {
    Map<Integer, Float> bias = new HashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      int id = random.nextInt(vocabulary);
      bias.put(
          id, id > 0 && random.nextInt(3) == 0 ? Float.NEGATIVE_INFINITY : random.nextInt(-5, 6));
    }
    return new SamplingOptions(
        random.nextInt(5) == 0 ? 0 : random.nextDouble(0.05, 2),
        random.nextBoolean() ? 0 : random.nextInt(1, 2 * vocabulary + 1),
        random.nextBoolean() ? 1 : random.nextDouble(0.01, 1),
        random.nextBoolean() ? 0 : random.nextDouble(0, 1),
        random.nextBoolean() ? 1 : random.nextDouble(0.5, 2),
        random.nextBoolean() ? 0 : random.nextDouble(-2, 2),
        random.nextBoolean() ? 0 : random.nextDouble(-2, 2),
        bias,
        random.nextLong());
  }

  /** Pearson's statistic; tokens expected fewer than 5 times count as one. */
  private static double chiSquare(
      Map<Integer, Double> expected, Map<Integer, Integer> seen, int draws) {
    double sum = 0;
    double rareExpected = 0;
    double rareSeen = 0;
    for (var entry : expected.entrySet()) {
      double times = entry.getValue() * draws;
      int drawn = seen.getOrDefault(entry.getKey(), 0);
      if (times < 5) {
        rareExpected += times;
        rareSeen += drawn;
      } else {
        sum += (drawn - times) * (drawn - times) / times;
      }
    }
    return rareExpected < 5 ? sum : sum + Math.pow(rareSeen - rareExpected, 2) / rareExpected;
  }

  /** The 99.99 % point of the chi-square distribution (Wilson and Hilferty's approximation). */
  private static double chiSquareBound(int degrees) {
    if (degrees <= 0) {
      return 1e-9;
    }
    double z = 3.719;
    double variance = 2.0 / (9 * degrees);
    return degrees * Math.pow(1 - variance + z * Math.sqrt(variance), 3);
  }
}
