package ai.realm.tokenizer;

import static ai.realm.error.ErrorCode.MODEL_INVALID;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.realm.error.EngineException;
import ai.realm.fixture.GgufWriter;
import ai.realm.tokenizer.SpecialTokens.None;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole texts are compared with llama.cpp in {@link LlamaCppIdsTest}. */
class UnigramTokenizerTest {
  private static final int UNKNOWN = 0;
  private static final String SPACES = "tokenizer.ggml.add_space_prefix";
  private static final String MERGES = "tokenizer.ggml.remove_extra_whitespaces";

  /** Tokens: unknown, EOS, then from 2 on those of {@code more}. */
  private static TinyVocabulary vocabulary() {
    return new TinyVocabulary("t5")
        .token("<unk>", TokenType.UNKNOWN, 0)
        .token("</s>", TokenType.CONTROL, 0)
        .id("tokenizer.ggml.unknown_token_id", UNKNOWN)
        .id("tokenizer.ggml.eos_token_id", 1);
  }

  private static int[] encode(TinyVocabulary vocabulary, String text) {
    return encode(vocabulary.tokenizer(), text);
  }

  private static int[] encode(Tokenizer tokenizer, String text) {
    return tokenizer.encode(text, new None(), false);
  }

  @Test
  void takesTheGreatestSumOfScores() {
    TinyVocabulary vocabulary =
        vocabulary()
            .token("a", TokenType.NORMAL, -3)
            .token("b", TokenType.NORMAL, -3)
            .token("ab", TokenType.NORMAL, -5)
            .token("bb", TokenType.NORMAL, -1);
    // a + bb is -4, ab + b is -8.
    assertArrayEquals(new int[] {2, 5}, encode(vocabulary, "abb"));
  }

  @Test
  void whatNoTokenCoversIsOneUnknown() {
    Tokenizer tokenizer =
        vocabulary()
            .token("a", TokenType.NORMAL, -3)
            .token("\u4E2Db", TokenType.NORMAL, -4)
            .tokenizer();
    assertArrayEquals(new int[] {UNKNOWN, 2, UNKNOWN}, encode(tokenizer, "xy\uD83D\uDE00a\u00E9"));
    // Even where a token begins with it.
    assertArrayEquals(new int[] {UNKNOWN, 2}, encode(tokenizer, "\u4E2Da"));
  }

  @Test
  void tokensOfOtherTypesAreNoText() {
    Tokenizer tokenizer =
        vocabulary()
            .token("a", TokenType.NORMAL, -3)
            .token("aa", TokenType.CONTROL, 0)
            .token("<0x61>", TokenType.BYTE, 0)
            .token("aaa", TokenType.UNUSED, -1)
            .tokenizer();
    assertArrayEquals(new int[] {2, 2}, encode(tokenizer, "aa"));
    assertArrayEquals(new int[] {5}, encode(tokenizer, "aaa"));
  }

  @Test
  void spacesAreKeptMergedOrPutBefore() {
    assertArrayEquals(new int[] {2, 3, 2, 2, 3, 2}, encode(letters(), " a  a "));
    assertArrayEquals(
        new int[] {2, 2, 3, 2, 2, 3, 2}, encode(letters().flag(SPACES, true), " a  a "));
    assertArrayEquals(new int[] {2, 3}, encode(letters().flag(SPACES, true), "a"));
    assertArrayEquals(new int[] {2, 3, 2, 3}, encode(letters().flag(MERGES, true), " a  a "));
    assertArrayEquals(new int[0], encode(letters().flag(MERGES, true), "   "));
  }

  private static TinyVocabulary letters() {
    return vocabulary().token("\u2581", TokenType.NORMAL, -3).token("a", TokenType.NORMAL, -3);
  }

  @Test
  void addsEosUnlessTheFileSaysOtherwise() {
    TinyVocabulary asked = letters().flag("tokenizer.ggml.add_eos_token", false);
    assertArrayEquals(new int[] {3, 1}, letters().tokenizer().encode("a", new None(), true));
    assertArrayEquals(new int[] {3}, asked.tokenizer().encode("a", new None(), true));
  }

  @Test
  void decodesWithoutTheSpaceThatWasPutBefore() {
    Tokenizer tokenizer = letters().flag(SPACES, true).tokenizer();
    assertEquals("a a", tokenizer.decode(tokenizer.encode("a a", new None(), false)));
    assertEquals(" a", tokenizer.decode(tokenizer.encode(" a", new None(), false)));
  }

  @Test
  void normalizesByTheTableOfTheFile() {
    Tokenizer tokenizer = VocabularyFile.tokenizer("unigram");
    for (String[] pair :
        new String[][] {
          {"\uFB01ne", "fine"},
          {"\uFF28\uFF45\uFF4C\uFF4C\uFF4F", "Hello"},
          {"a\u0300", "\u00E0"},
          {"a\u00A0\u3000b", "a b"},
          {"  a \t b ", "a b"},
          {"\u2460", "1"},
        }) {
      assertArrayEquals(
          tokenizer.encode(pair[1], new None(), false),
          tokenizer.encode(pair[0], new None(), false),
          pair[0]);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // Too short.
        "0400000000000000", // No replacements.
        "ffffffff00000000", // More units than bytes.
        "03000000aabbcc00", // No whole unit.
        "040000000000000061", // A replacement without end.
      })
  void refusesATableWhosePartsDoNotFit(String hex) {
    EngineException error = assertThrows(EngineException.class, () -> withTable(hex));
    assertEquals(MODEL_INVALID, error.code());
  }

  @Test
  void refusesATableThatPointsBeyondItsEnd() {
    // One unit, whose children would be far away.
    Tokenizer tokenizer = withTable("0400000000fcffff00");
    EngineException error =
        assertThrows(EngineException.class, () -> tokenizer.encode("a", new None(), false));
    assertEquals(MODEL_INVALID, error.code());
  }

  private static Tokenizer withTable(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    return letters()
        .raw(
            "tokenizer.ggml.precompiled_charsmap",
            GgufWriter.ARRAY,
            GgufWriter.array(GgufWriter.UINT8, bytes.length, bytes))
        .tokenizer();
  }
}
