package ai.realm.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
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
        "[\\p{L}&&[^a-z]]*[\\p{L}&&[^A-Z]]+(?:'[sS]|'[lL][lL])?|[\\p{L}&&[^a-z]]+|\\p{N}",
        "\\p{L}\\p{M}*(?: ?\\p{L}\\p{M}*)*|\\s",
        "\\d{1,3}(?=(?:\\d{3})*(?![\\dab]))|[abL]+",
        "(?=(?:\\d{3})+(?!\\d))",
        "\\s{12}(?!\\S)|\\s{1,2}(?!\\S)|\\s",
        "a*b*L|[ab]*1|[ab]+",
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
      if (matcher.end() > matcher.start()) {
        ends.add(matcher.end());
      }
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
    new SplitMatcher(pattern, codePoints).split(0, codePoints.length, ends);
    return ends.toArray();
  }

  @Test
  void splitsOnlyThePiece() {
    IntList ends = new IntList(4);
    int[] text = "a  b".codePoints().toArray();
    new SplitMatcher(SplitPattern.of("\\s+$"), text).split(0, 3, ends);
    assertArrayEquals(new int[] {1, 3}, ends.toArray());
  }

  @Test
  void whiteSpaceBeyondAsciiIsInNoRange() {
    assertArrayEquals(
        new int[] {1, 2, 3}, ends(SplitPattern.of("[\u2000-\u3001]+"), "\u3001\u3000\u3001"));
  }

  @ParameterizedTest
  @MethodSource("allPatterns")
  void whatItCostsGrowsWithTheText(String name, List<SplitPattern> patterns) {
    for (String unit :
        new String[] {
          " ",
          "a",
          "A",
          "1",
          "\n",
          "~",
          "\u0301",
          " \n",
          " a",
          "a ",
          "aA",
          "A1",
          "1a",
          "\u0E01\u0301",
          "\u4E2D",
          "IMGIMGA",
          "<sentinel:1",
          "'L",
          ". ",
          "123a",
          "\uD83D\uDE00"
        }) {
      for (SplitPattern pattern : patterns) {
        int[] text = (unit.repeat(40_000 / unit.length()) + "x").codePoints().toArray();
        SplitMatcher matcher = new SplitMatcher(pattern, text);
        matcher.split(0, text.length, new IntList(4));
        // JAIS2 looks at a thousand characters at most to take one.
        assertTrue(matcher.work() < 1500L * text.length, () -> unit + ": " + matcher.work());
      }
    }
  }

  static Stream<Arguments> allPatterns() {
    return PreTokenizers.names().stream()
        .map(name -> Arguments.of(name, PreTokenizers.named(name).orElseThrow().patterns()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a||b",
        "(a)",
        "(?=a)",
        "a.",
        "[a",
        "\\b",
        "\\w",
        "\\p{Lu}",
        "a{x}",
        "a++",
        "\\",
        "^a",
        "a|",
        "(?:a)?b",
        "(?:a)+",
        "a)",
        "(?:a",
        "[a&&[b]c]",
        "a{",
        "(?=(?:a{2})*b)"
      })
  void refusesWhatIsNotInTheSubset(String pattern) {
    assertThrows(IllegalArgumentException.class, () -> SplitPattern.of(pattern));
  }
}
