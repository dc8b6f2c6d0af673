package ai.realm.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PromptLookupTest {
  /** Takes whatever has any chance. */
  private static Stake eager() {
    return new Stake(1, 1, 1e-9, Double.MAX_VALUE);
  }

  /** Takes what holds at least three times in four. */
  private static Stake picky() {
    return new Stake(1, 1, 0.75 / 1.1, Double.MAX_VALUE);
  }

  private static int[] guesses(PromptLookup lookup, int[] text, int most, Stake stake) {
    int[] tokens = Arrays.copyOf(text, text.length + most);
    int count = lookup.draft(tokens, text.length, most, stake);
    return Arrays.copyOfRange(tokens, text.length, text.length + count);
  }

  @Test
  void guessesWhatStoodBehindTheSameTokens() {
    int[] text = {1, 2, 3, 4, 5, 6, 9, 2, 3};
    PromptLookup lookup = new PromptLookup(text, text.length);
    assertArrayEquals(new int[] {4, 5, 6}, guesses(lookup, text, 3, eager()));
    assertArrayEquals(new int[] {4}, guesses(lookup, text, 1, eager()));
  }

  @Test
  void guessesNothingWhereNothingStoodBefore() {
    int[] text = {1, 2, 3, 4, 5, 6};
    assertEquals(0, guesses(new PromptLookup(text, text.length), text, 3, eager()).length);
    assertEquals(0, guesses(new PromptLookup(text, 0), new int[0], 3, eager()).length);
    assertEquals(0, guesses(new PromptLookup(text, 1), new int[] {1}, 3, eager()).length);
  }

  @Test
  void prefersTheLongestMatchAndThenTheLatest() {
    int[] longest = {7, 2, 3, 4, 8, 2, 3, 5, 7, 2, 3};
    assertArrayEquals(new int[] {4}, guesses(new PromptLookup(longest, 11), longest, 1, eager()));
    int[] latest = {2, 3, 4, 8, 2, 3, 5, 9, 2, 3};
    assertArrayEquals(new int[] {5}, guesses(new PromptLookup(latest, 10), latest, 1, eager()));
  }

  @Test
  void goesOnWithWhatItGuessedWhereATextRepeatsAFewTokens() {
    int[] text = {1, 2, 1, 2};
    PromptLookup lookup = new PromptLookup(text, text.length);
    assertArrayEquals(new int[] {1, 2, 1, 2, 1}, guesses(lookup, text, 5, eager()));
  }

  @Test
  void findsWhatAnHonestSearchFindsWhileTheTextGrows() {
    SplittableRandom random = new SplittableRandom(7);
    int[] text = random.ints(500, 0, 6).toArray();
    PromptLookup lookup = new PromptLookup(text, 40);
    for (int length = 40; length < text.length; length++) {
      int[] now = Arrays.copyOf(text, length);
      for (int guess : guesses(lookup, now, 1, eager())) {
        assertTrue(follows(now, guess), "at " + length);
      }
      lookup.grown(text, length, length + 1);
    }
  }

  /** Whether the last two tokens stood before, with this one behind them. */
  private static boolean follows(int[] text, int guess) {
    int n = text.length;
    for (int at = 2; at < n; at++) {
      if (text[at - 2] == text[n - 2] && text[at - 1] == text[n - 1] && text[at] == guess) {
        return true;
      }
    }
    return false;
  }

  @Test
  void learnsAlsoFromWhatItOnlyWouldHaveGuessed() {
    // Pairs come again, but what is behind them never does.
    int[] text = new int[900];
    for (int i = 0; i < 600; i += 3) {
      text[i] = 1;
      text[i + 1] = 2;
      text[i + 2] = 1000 + i;
    }
    // Then all of it comes again.
    System.arraycopy(text, 0, text, 600, 300);
    PromptLookup lookup = new PromptLookup(text, 6);
    int early = 0;
    int late = 0;
    for (int length = 6; length < 900; length++) {
      int count = guesses(lookup, Arrays.copyOf(text, length), 15, picky()).length;
      early += length < 600 ? count : 0;
      late += length >= 660 ? count : 0;
      lookup.grown(text, length, length + 1);
    }
    assertEquals(0, early, "nothing was worth a row");
    assertTrue(late > 800, "of 240 tokens, guesses were " + late);
  }
}
