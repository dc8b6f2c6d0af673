package ai.realm.tokenizer;

import static ai.realm.error.ErrorCode.MODEL_INVALID;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.tokenizer.SpecialTokens.None;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Whole texts are compared with llama.cpp in {@link LlamaCppIdsTest}. */
class Plamo2TokenizerTest {

  /** Tokens: unknown, BOS, EOS, the 256 bytes from 3 on, then from 259 on those of the test. */
  private static TinyVocabulary vocabulary() {
    TinyVocabulary vocabulary =
        new TinyVocabulary("plamo2")
            .token("<unk>", TokenType.UNKNOWN, 0)
            .token("<s>", TokenType.CONTROL, 0)
            .token("</s>", TokenType.CONTROL, 0);
    for (int b = 0; b < 256; b++) {
      String hex = HexFormat.of().withUpperCase().toHexDigits((byte) b);
      vocabulary.token("<0x" + hex + ">", TokenType.BYTE, 0);
    }
    return vocabulary;
  }

  private static int[] encode(Tokenizer tokenizer, String text) {
    return tokenizer.encode(text, new None(), false);
  }

  @Test
  void takesTheGreatestSumOfScores() {
    Tokenizer tokenizer =
        vocabulary()
            .token("a", TokenType.NORMAL, -3)
            .token("b", TokenType.NORMAL, -3)
            .token("ab", TokenType.NORMAL, -5)
            .token("bb", TokenType.NORMAL, -1)
            .tokenizer();
    // a + bb is -4, ab + b is -8.
    assertArrayEquals(new int[] {259, 262}, encode(tokenizer, "abb"));
  }

  @Test
  void ofEqualSumsThatWithTheLongerTokenFirst() {
    Tokenizer tokenizer =
        vocabulary()
            .token("a", TokenType.NORMAL, -1)
            // As far from -1 as four decimals do not tell.
            .token("aa", TokenType.NORMAL, -1.00004f)
            .tokenizer();
    assertArrayEquals(new int[] {260, 259}, encode(tokenizer, "aaa"));
  }

  @Test
  void whatIsNoTokenIsItsBytes() {
    Tokenizer tokenizer = vocabulary().token("a", TokenType.NORMAL, -1).tokenizer();
    assertArrayEquals(new int[] {259, 3 + 0xC3, 3 + 0xA9, 259}, encode(tokenizer, "a\u00E9a"));
    assertEquals("a\u00E9", tokenizer.decode(new int[] {259, 3 + 0xC3, 3 + 0xA9}));
    assertArrayEquals(
        encode(tokenizer, "\uD83D\uDE00"), new int[] {3 + 0xF0, 3 + 0x9F, 3 + 0x98, 3 + 0x80});
  }

  @Test
  void aTextNeverBecomesAControlTokenOrAByteByItsName() {
    Tokenizer tokenizer = vocabulary().tokenizer();
    assertEquals(4, encode(tokenizer, "</s>").length);
    assertEquals(6, encode(tokenizer, "<0x41>").length);
    assertArrayEquals(new int[] {2}, tokenizer.encode("</s>", new SpecialTokens.All(), false));
  }

  @Test
  void aByteOrderMarkAtTheBeginningGoes() {
    Tokenizer tokenizer = vocabulary().token("a", TokenType.NORMAL, -1).tokenizer();
    assertArrayEquals(new int[] {259}, encode(tokenizer, "\uFEFFa"));
    assertEquals(5, encode(tokenizer, "a\uFEFFa").length);
    assertArrayEquals(new int[0], encode(tokenizer, "\uFEFF"));
  }

  @Test
  void refusesAVocabularyWithoutAByte() {
    EngineException error =
        assertThrows(
            EngineException.class,
            new TinyVocabulary("plamo2").tokens("a").token("<0x00>", TokenType.BYTE, 0)::tokenizer);
    assertEquals(MODEL_INVALID, error.code());
    assertTrue(error.getMessage().contains("<0x01>"), error.getMessage());
  }
}
