package ai.realm.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CandidatesTest {
  private final SplittableRandom random = new SplittableRandom(11);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 39, 40, 511, 512, 513, 1024, 4999, 5000, 5001, Integer.MAX_VALUE})
  void takesTheLargestAsASortDoes(int k) {
    Candidates candidates = new Candidates();
    for (int round = 0; round < 20; round++) {
      float[] logits = logits(5000, round);
      candidates.takeLargest(logits, 0, logits.length, k);
      candidates.sortFirst(candidates.size());
      assertArrayEquals(sorted(logits, k), ids(candidates));
      for (int i = 0; i < candidates.size(); i++) {
        assertEquals(logits[candidates.id(i)], candidates.logit(i));
      }
    }
  }

  @Test
  void ascendingDescendingAndEqualRowsAreSelectedRight() {
    Candidates candidates = new Candidates();
    for (int step = -1; step <= 1; step++) {
      float[] logits = new float[20_000];
      for (int i = 0; i < logits.length; i++) {
        logits[i] = step * i;
      }
      candidates.takeLargest(logits, 0, logits.length, 700);
      candidates.sortFirst(candidates.size());
      assertArrayEquals(sorted(logits, 700), ids(candidates));
    }
  }

  @Test
  void sortsAGrowingFront() {
    Candidates candidates = new Candidates();
    float[] logits = logits(3000, 1);
    int[] expected = sorted(logits, logits.length);
    candidates.takeLargest(logits, 0, logits.length, logits.length);
    for (int count : new int[] {1, 7, 64, 500, 2999, 3000}) {
      candidates.sortFirst(count);
      assertArrayEquals(Arrays.copyOf(expected, count), Arrays.copyOf(ids(candidates), count));
    }
  }

  @Test
  void readsARowInsideAMatrix() {
    float[] rows = {9, 9, 9, 1, 3, 2, 9, 9, 9};
    Candidates candidates = new Candidates();
    candidates.takeLargest(rows, 3, 3, 2);
    candidates.sortFirst(2);
    assertArrayEquals(new int[] {1, 2}, ids(candidates));
  }

  @Test
  void extremeFloatsKeepTheirOrder() {
    float[] logits = {
      Float.MIN_VALUE, -Float.MAX_VALUE, 0f, Float.MAX_VALUE, -Float.MIN_VALUE, -0f, -1f, 1f
    };
    Candidates candidates = new Candidates();
    candidates.takeLargest(logits, 0, logits.length, logits.length);
    candidates.sortFirst(candidates.size());
    assertArrayEquals(new int[] {3, 7, 0, 2, 5, 4, 6, 1}, ids(candidates));
  }

  @Test
  void bannedTokensAreNoCandidates() {
    float ban = Float.NEGATIVE_INFINITY;
    Candidates candidates = new Candidates();
    candidates.takeLargest(new float[] {ban, -5, ban}, 0, 3, 3);
    assertEquals(1, candidates.size());
    assertEquals(1, candidates.id(0));
    EngineException error =
        assertThrows(
            EngineException.class, () -> candidates.takeLargest(new float[] {ban, ban}, 0, 2, 2));
    assertEquals(ErrorCode.INVALID_ARGUMENT, error.code());
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void aLogitThatIsNoNumberIsAnErrorWhereverItStands(float bad) {
    Candidates candidates = new Candidates();
    for (int at : new int[] {0, 1500, 2999}) {
      float[] logits = logits(3000, 2);
      logits[at] = bad;
      for (int k : new int[] {1, 100, 3000}) {
        EngineException error =
            assertThrows(
                EngineException.class, () -> candidates.takeLargest(logits, 0, logits.length, k));
        assertEquals(ErrorCode.INTERNAL, error.code());
      }
    }
  }

  /** Rows of few different values have many equals; others have hardly any. */
  private float[] logits(int count, int round) {
    float[] logits = new float[count];
    for (int i = 0; i < count; i++) {
      logits[i] =
          round % 2 == 0
              ? random.nextInt(-3, 4)
              : (float) ((random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(-3, 4)));
    }
    return logits;
  }

  private static int[] sorted(float[] logits, int k) {
    return IntStream.range(0, logits.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer id) -> -logits[id]).thenComparing(id -> id))
        .limit(k)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static int[] ids(Candidates candidates) {
    return IntStream.range(0, candidates.size()).map(candidates::id).toArray();
  }
}
