package ai.realm.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PaceTest {
  private final AtomicLong clock = new AtomicLong();
  private final Pace pace = new Pace(clock::get);

  private void step(long time, int texts, boolean promptRows, int prompts) {
    pace.begin();
    clock.addAndGet(time);
    pace.end(texts, promptRows, prompts);
  }

  /** Steps with rows of prompts among {@code steps}: a text's takes 10 ms, theirs {@code more}. */
  private int withPrompts(int steps, int texts, int prompts, long more) {
    int with = 0;
    for (int i = 0; i < steps; i++) {
      boolean takes = pace.takesPrompts(texts);
      with += takes ? 1 : 0;
      step(takes ? 10_000_000 + more : 10_000_000, texts, takes, prompts);
    }
    return with;
  }

  @Test
  void aPromptTakesHalfOfTheTimeOfManyTexts() {
    step(10_000_000, 15, false, 0);
    int with = withPrompts(100, 15, 1, 90_000_000);
    assertEquals(100 * 10.0, with * 90.0, 90);
  }

  @Test
  void promptsAreInEveryStepThatTheyDoNotMakeTwiceAsLong() {
    step(10_000_000, 15, false, 0);
    assertEquals(100, withPrompts(100, 15, 1, 9_000_000));
  }

  @Test
  void manyPromptsGetAsMuchTimeAsThereAreOfThem() {
    step(10_000_000, 1, false, 0);
    int with = withPrompts(100, 1, 9, 90_000_000);
    // Nine tenths of the time are 90 ms beside 10 ms.
    assertEquals(100, with);
    assertEquals(50, withPrompts(100, 1, 9, 180_000_000), 1);
  }

  @Test
  void withoutTextsAPromptNeverWaits() {
    step(10_000_000, 2, false, 0);
    step(500_000_000, 2, true, 1);
    assertTrue(pace.takesPrompts(0));
    step(10_000_000, 0, true, 1);
    assertTrue(pace.takesPrompts(1));
  }

  @Test
  void aStepThatTookForEverHoldsPromptsUpForABoundedTime() {
    step(10_000_000, 1, false, 0);
    step(3_600_000_000_000L, 1, true, 1);
    int waited = 0;
    while (!pace.takesPrompts(1)) {
      step(10_000_000, 1, false, 1);
      waited++;
    }
    assertEquals(64, waited);
  }
}
