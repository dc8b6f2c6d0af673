package ai.realm.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.tokenizer.SpecialTokens.All;
import ai.realm.tokenizer.SpecialTokens.None;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SentencePieceTokenizerTest {

  /** The unknown token, BOS, EOS and U+2581 as ids 0 to 3. */
  private static TinyVocabulary vocabulary() {
    return new TinyVocabulary("llama")
        .token("<unk>", TokenType.UNKNOWN, 0)
        .token("<s>", TokenType.CONTROL, 0)
        .token("</s>", TokenType.CONTROL, 0)
        .tokens("\u2581");
  }

  private static int[] ids(int... ids) {
    return ids;
  }

  @Test
  void joinsTheHighestScoreFirst() {
    Tokenizer tokenizer =
        vocabulary()
            .tokens("a", "b", "c")
            .token("ab", TokenType.NORMAL, -2)
            .token("bc", TokenType.NORMAL, -1)
            .token("\u2581a", TokenType.NORMAL, -3)
            .flag("tokenizer.ggml.add_space_prefix", true)
            .tokenizer();
    assertArrayEquals(ids(9, 8), tokenizer.encode("abc", new None(), false));
    assertArrayEquals(ids(3, 7), tokenizer.encode("ab", new None(), false));
  }

  @Test
  void joinsTheLeftmostOfEqualScores() {
    Tokenizer tokenizer =
        vocabulary()
            .tokens("a")
            .token("aa", TokenType.NORMAL, -1)
            .flag("tokenizer.ggml.add_space_prefix", false)
            .tokenizer();
    assertArrayEquals(ids(5, 4), tokenizer.encode("aaa", new None(), false));
  }

  @Test
  void fallsBackToBytesAndThenToUnknown() {
    Tokenizer tokenizer =
        vocabulary()
            .token("<0xC3>", TokenType.BYTE, 0)
            .token("<0xA9>", TokenType.BYTE, 0)
            .flag("tokenizer.ggml.add_space_prefix", false)
            .tokenizer();
    assertArrayEquals(ids(4, 5), tokenizer.encode("\u00E9", new None(), false));
    assertArrayEquals(ids(4, 0), tokenizer.encode("\u00E8", new None(), false));
    assertArrayEquals(new byte[] {(byte) 0xA9}, tokenizer.bytes(5));
    assertEquals("\u00E9", tokenizer.decode(ids(4, 5)));
  }

  @Test
  void putsASpaceBeforeTextAtTheBeginningAndAfterSpecialTokens() {
    Tokenizer tokenizer = vocabulary().tokens("a", "b").tokenizer();
    assertArrayEquals(ids(1, 3, 4), tokenizer.encode("a", new None(), true));
    assertArrayEquals(ids(3, 4, 2, 3, 5), tokenizer.encode("a</s>b", new All(), false));
    assertArrayEquals(ids(1), tokenizer.encode("", new None(), true));
    assertEquals("a</s> b", tokenizer.decode(ids(3, 4, 2, 3, 5)));
    assertEquals("<s> a", tokenizer.decode(ids(1, 3, 4)));
    assertArrayEquals(" ".getBytes(UTF_8), tokenizer.bytes(3));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "  two spaces",
        "It's ' fine ' .\n",
        "\u0000\u4F60\u597D \u0645\u0631 \uD83D\uDC68\u200D\uD83D\uDC69 e\u0301"
      })
  void decodingUndoesEncoding(String text) {
    Tokenizer tokenizer = VocabularyFile.tokenizer("llama-spm");
    assertEquals(text, tokenizer.decode(tokenizer.encode(text, new None(), false)));
  }

  @Test
  void oneLongWord() {
    Tokenizer tokenizer = VocabularyFile.tokenizer("llama-spm");
    String word = "ab".repeat(300_000);
    int[] ids = tokenizer.encode(word, new None(), false);
    assertTrue(ids.length < 600_000);
    assertEquals(word, tokenizer.decode(ids));
  }

  @Test
  void phi3SwallowsTheSpaceAfterItsTokens() {
    Tokenizer tokenizer = VocabularyFile.tokenizer("phi-3");
    int[] joined = tokenizer.encode("<|user|>Hi<|end|>", new All(), false);
    assertArrayEquals(joined, tokenizer.encode("<|user|> \n Hi<|end|>", new All(), false));
  }
}
