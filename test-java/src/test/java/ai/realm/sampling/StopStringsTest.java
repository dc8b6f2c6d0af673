package ai.realm.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StopStringsTest {

  @Test
  void withoutStopStringsEveryPiecePassesAtOnce() {
    StopStrings stops = new StopStrings(List.of());
    assertEquals("ab", stops.feed("ab"));
    assertEquals("", stops.feed(""));
    assertEquals("", stops.finish());
  }

  @Test
  void holdsBackWhatMayBecomeAStopStringAndReleasesItWhenItDoesNot() {
    StopStrings stops = new StopStrings(List.of("END"));
    assertEquals("the ", stops.feed("the E"));
    assertEquals("", stops.feed("N"));
    assertEquals("ENENE", stops.feed("ENEEN"));
    assertFalse(stops.found());
    assertEquals("EN", stops.finish());
  }

  @Test
  void aStopStringAcrossPiecesEndsTheText() {
    StopStrings stops = new StopStrings(List.of("\n\nUser:"));
    assertEquals("Hi", stops.feed("Hi\n"));
    assertEquals("", stops.feed("\nUs"));
    assertEquals("", stops.feed("er: more"));
    assertTrue(stops.found());
    assertEquals("", stops.finish());
    assertThrows(IllegalStateException.class, () -> stops.feed("x"));
  }

  @Test
  void theFirstCompleteOneCountsAndOfTwoTheLonger() {
    assertEquals("a", whole(List.of("abcd", "bc"), "abcd"));
    assertEquals("", whole(List.of("bc", "abc"), "abcd"));
    assertEquals("x", whole(List.of("aab"), "xaab"));
    assertEquals("xa", whole(List.of("aab"), "xaaab"));
  }

  @Test
  void neverReleasesHalfASurrogatePair() {
    StopStrings stops = new StopStrings(List.of("\uD83D\uDE00"));
    assertEquals("a", stops.feed("a\uD83D"));
    assertEquals("\uD83D\uDE01", stops.feed("\uDE01"));
    StopStrings none = new StopStrings(List.of());
    assertEquals("", none.feed("\uD83D"));
    assertEquals("\uD83D\uDE00", none.feed("\uDE00"));
    assertEquals("x", whole(List.of("\uD83D\uDE00"), "x\uD83D\uDE00y"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\uD83D", "a\uDE00", "\uDE00\uD83D"})
  void aStopStringThatNoTextCanContainIsRefused(String stop) {
    EngineException error =
        assertThrows(EngineException.class, () -> new StopStrings(List.of("ok", stop)));
    assertEquals(ErrorCode.INVALID_ARGUMENT, error.code());
  }

  @Test
  void anySplitGivesWhatASearchOfTheWholeTextGives() {
    SplittableRandom random = new SplittableRandom(3);
    for (int round = 0; round < 5000; round++) {
      String text = word(random, random.nextInt(30));
      List<String> stops = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        stops.add(word(random, random.nextInt(1, 5)));
      }
      StopStrings matcher = new StopStrings(stops);
      StringBuilder out = new StringBuilder();
      int at = 0;
      while (at < text.length() && !matcher.found()) {
        int end = Math.min(text.length(), at + random.nextInt(4));
        out.append(matcher.feed(text.substring(at, end)));
        at = end;
        assertHoldsNoMoreThanNeeded(stops, text.substring(0, at), out, matcher);
      }
      out.append(matcher.finish());
      assertEquals(searched(stops, text), out.toString(), () -> stops + " in " + text);
      assertEquals(searched(stops, text).length() < text.length(), matcher.found());
    }
  }

  /** Reads the text unit by unit, and looks at its end for each stop string. */
  private static String searched(List<String> stops, String text) {
    for (int end = 1; end <= text.length(); end++) {
      String soFar = text.substring(0, end);
      int longest = stops.stream().filter(soFar::endsWith).mapToInt(String::length).max().orElse(0);
      if (longest > 0) {
        return soFar.substring(0, end - longest);
      }
    }
    return text;
  }

  private static void assertHoldsNoMoreThanNeeded(
      List<String> stops, String text, StringBuilder out, StopStrings matcher) {
    if (matcher.found()) {
      return;
    }
    String held = text.substring(out.length());
    assertTrue(
        held.isEmpty() || stops.stream().anyMatch(stop -> stop.startsWith(held)),
        () -> "held " + held + " for " + stops);
  }

  private static String word(SplittableRandom random, int length) {
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < length; i++) {
      word.append((char) ('a' + random.nextInt(3)));
    }
    return word.toString();
  }

  private static String whole(List<String> stops, String text) {
    StopStrings matcher = new StopStrings(stops);
    return matcher.feed(text) + matcher.finish();
  }
}
