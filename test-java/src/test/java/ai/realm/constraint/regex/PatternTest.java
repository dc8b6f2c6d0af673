package ai.realm.constraint.regex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Patterns, held to {@link java.util.regex.Pattern}, which reads these the same way. */
final class PatternTest {
  private static final String ALPHABET = "ab0-_ .\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "^a",
        "a$",
        "^a$",
        "^$",
        "",
        "a|b",
        "^(a|b0)$",
        "^a|b$",
        "(^|-)a",
        "a($|-)",
        "a*b+0?",
        "^[a-b]{2,3}$",
        "^[^a]*$",
        "a{2,}",
        "(ab){0,2}0",
        "\\d",
        "^\\w+$",
        "\\W",
        "\\s",
        "^\\S*$",
        "\\ba",
        "a\\b",
        "^a\\b",
        "\\bab\\b",
        "\\Ba",
        "a\\B",
        "(a|\\bb)",
        "^(?!a)",
        "^(?!.*0)[ab]*$",
        "a(?=b)",
        "a(?!b)",
        "^(?=.*a)(?=.*b).*$",
        "^a.b$",
        "^(?:a|b)+?$",
        "[-a]",
        "[a\\-_]",
        "[.]",
        "^(a(?=0)|b)",
        "\\.",
        "^(?!$)",
        "(?<name>a)b",
        "a{,2}",
        "\\x61",
        "\\u0062",
      })
  void matchesWhatItMatchesElsewhere(String pattern) {
    var expected = java.util.regex.Pattern.compile(elsewhere(pattern));
    Regex language = Pattern.search(pattern, new Regexes());
    Random random = new Random(7);
    for (int i = 0; i < 2000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(7); n > 0; n--) {
        text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
      }
      // Java's $ also matches before a last line's end, unlike ECMAScript's.
      if (text.toString().endsWith("\n")) {
        continue;
      }
      assertEquals(
          expected.matcher(text).find(),
          language.matches(text.toString()),
          pattern + " in " + text);
    }
  }

  /** Java's {@code a{,2}} is an error, and ours the text, as in ECMAScript. */
  private static String elsewhere(String pattern) {
    return pattern.replace("{,", "\\{,");
  }

  @Test
  void aWholeTextIsMatchedFromEndToEnd() {
    Regex language = Pattern.whole("a|bb", new Regexes());
    assertTrue(language.matches("bb"));
    assertEquals(false, language.matches("abb"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a)\\1",
        "(?<=a)b",
        "\\k<a>",
        "(",
        ")",
        "a**",
        "[b-a]",
        "\\p{No_such}",
        "(\\ba)*",
        "a{3,2}"
      })
  void whatIsNotRegularOrNoPatternIsRefused(String pattern) {
    assertThrows(PatternException.class, () -> Pattern.search(pattern, new Regexes()));
  }

  @Test
  void intersectionsKnowThatNothingIsInThem() {
    Regexes all = new Regexes();
    Regex even = Pattern.whole("(aa)*", all);
    Regex odd = Pattern.whole("a(aa)*", all);
    assertEquals(false, all.both(even, odd).alive());
    assertEquals(List.of("", "aa"), all.both(even, all.repeat(all.text("a"), 0, 3)).list(9));
  }

  @Test
  void unicodeClassesAndCharactersBeyondTheFirstPlane() {
    Regexes all = new Regexes();
    assertTrue(Pattern.whole("\\p{Lu}\\p{Script=Greek}.", all).matches("\u00C4\u03B1\uD83D\uDE00"));
    assertEquals(false, Pattern.whole("\\p{Lu}", all).matches("\u00E4"));
  }
}
