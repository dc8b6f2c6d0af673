package ai.realm.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** The classes of all code points, against the Unicode Character Database 15.1. */
class UnicodeClassTest {
  private static final Map<String, Integer> BITS =
      Map.of(
          "LETTER", UnicodeClass.LETTER,
          "NUMBER", UnicodeClass.NUMBER,
          "MARK", UnicodeClass.MARK,
          "PUNCTUATION", UnicodeClass.PUNCTUATION,
          "SYMBOL", UnicodeClass.SYMBOL,
          "SPACE", UnicodeClass.SPACE,
          "CONTROL", UnicodeClass.CONTROL,
          "UNASSIGNED", UnicodeClass.UNASSIGNED);

  @Test
  void allCodePoints() {
    String[] runs =
        new String(VocabularyFile.resource("../unicode-15.1.golden.txt.gz"), UTF_8).split("\n", -1);
    // The last line ends too.
    assertEquals(2277, runs.length);
    for (int i = 0; i < 2276; i++) {
      int first = Integer.parseInt(runs[i].split(" ", -1)[0], 16);
      int next = i + 1 < 2276 ? Integer.parseInt(runs[i + 1].split(" ", -1)[0], 16) : 0x110000;
      int expected = BITS.get(runs[i].split(" ", -1)[1]);
      for (int codePoint = first; codePoint < next; codePoint++) {
        assertEquals(expected, UnicodeClass.of(codePoint), Integer.toHexString(codePoint));
      }
    }
  }
}
