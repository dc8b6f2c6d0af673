package ai.realm.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pieces, against those that {@link Pattern} makes of the same pattern. */
class SplitPatternTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
        "'[sS]|'[lL][lL]|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
            + "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
        "\\s+$",
        "[0-9]{3}",
        "\\p{N}{2,3}",
        "\\s?[!-/:-~\u00E0-\u00FF]+",
        "[a\\-\\]^$]+",
        "[^a]b*\\p{L}$",
        "\\p{M}+|\\p{P}|\\p{S}",
      })
  void splitsAsJavasPatternsDo(String pattern) {
    SplitPattern split = SplitPattern.of(pattern);
    Pattern reference = Pattern.compile(pattern.replace("$", "\\z").replace("^\\z]", "^$]"));
    Random random = new Random(7);
    String letters = "aabLls'tr1239 \t\n\r\n!?-]^$+\u00E9\u0301\u20AC\u0663";
    for (int round = 0; round < 3000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(14); i >= 0; i--) {
        text.append(letters.charAt(random.nextInt(letters.length())));
      }
      assertArrayEquals(
          expected(reference, text.toString()), ends(split, text.toString()), text::toString);
    }
  }

  private static int[] expected(Pattern pattern, String text) {
    List<Integer> ends = new ArrayList<>();
    Matcher matcher = pattern.matcher(text);
    int done = 0;
    while (matcher.find()) {
      if (matcher.start() > done) {
        ends.add(matcher.start());
      }
      ends.add(matcher.end());
      done = matcher.end();
    }
    if (done < text.length()) {
      ends.add(text.length());
    }
    return ends.stream().mapToInt(Integer::intValue).toArray();
  }

  private static int[] ends(SplitPattern pattern, String text) {
    int[] codePoints = text.codePoints().toArray();
    IntList ends = new IntList(4);
    pattern.split(codePoints, 0, codePoints.length, ends);
    return ends.toArray();
  }

  @Test
  void splitsOnlyThePiece() {
    IntList ends = new IntList(4);
    SplitPattern.of("\\s+$").split("a  b".codePoints().toArray(), 0, 3, ends);
    assertArrayEquals(new int[] {1, 3}, ends.toArray());
  }

  @Test
  void whiteSpaceBeyondAsciiIsInNoRange() {
    assertArrayEquals(
        new int[] {1, 2, 3}, ends(SplitPattern.of("[\u2000-\u3001]+"), "\u3001\u3000\u3001"));
  }

  @Test
  void aLongRunCostsNoSquareOfItsLength() {
    // 10^12 steps if each start of the run went over all of it.
    String text = " ".repeat(1_000_000) + "x";
    assertEquals(1, ends(SplitPattern.of("\\s+$"), text).length);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a||b", "(a)", "(?=a)", "a.", "[a", "\\d", "\\p{Lu}", "a{x}", "a++", "\\", "^a", "a|"
      })
  void refusesWhatIsNotInTheSubset(String pattern) {
    assertThrows(IllegalArgumentException.class, () -> SplitPattern.of(pattern));
  }
}
