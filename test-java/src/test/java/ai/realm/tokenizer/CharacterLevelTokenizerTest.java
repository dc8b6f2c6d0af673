package ai.realm.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.realm.tokenizer.SpecialTokens.None;
import org.junit.jupiter.api.Test;

class CharacterLevelTokenizerTest {

  private static int[] encode(Tokenizer tokenizer, String text) {
    return tokenizer.encode(text, new None(), false);
  }

  private static TinyVocabulary gemma() {
    return new TinyVocabulary("gemma4")
        .tokens("\u2581", "a", "b", "\u2581a", "\n", "\n\n", "\u00E9")
        .token("<0xC3>", TokenType.BYTE, 0)
        .token("<0xA8>", TokenType.BYTE, 0)
        .merges("\u2581 a", "a b");
  }

  @Test
  void aMarkStandsForASpace() {
    Tokenizer tokenizer = gemma().tokenizer();
    assertArrayEquals(new int[] {3, 2, 0, 0}, encode(tokenizer, " ab  "));
    assertEquals(" ab  ", tokenizer.decode(new int[] {3, 2, 0, 0}));
  }

  @Test
  void lineBreaksAreOneTokenIfThereIsOne() {
    Tokenizer tokenizer = gemma().tokenizer();
    assertArrayEquals(new int[] {1, 5, 1}, encode(tokenizer, "a\n\na"));
    assertArrayEquals(new int[] {4, 4, 4}, encode(tokenizer, "\n\n\n"));
  }

  @Test
  void whatIsNoTokenBecomesTheBytesThatAre() {
    Tokenizer tokenizer = gemma().tokenizer();
    assertArrayEquals(new int[] {6, 7, 8, 1}, encode(tokenizer, "\u00E9\u00E8a"));
    assertEquals("\u00E8", tokenizer.decode(new int[] {7, 8}));
    // A merge without a token: 'ab' is neither, nor are its bytes.
    assertArrayEquals(new int[] {}, encode(tokenizer, "ab"));
  }

  @Test
  void bosBeginsATextWhateverTheFileSays() {
    Tokenizer tokenizer =
        gemma()
            .token("<bos>", TokenType.CONTROL, 0)
            .id("tokenizer.ggml.bos_token_id", 9)
            .flag("tokenizer.ggml.add_bos_token", false)
            .tokenizer();
    assertArrayEquals(new int[] {9, 1}, tokenizer.encode("a", new None(), true));
  }

  @Test
  void whiteSpaceMaySeparateWordsAlone() {
    Tokenizer tokenizer = words().tokenizer();
    assertArrayEquals(new int[] {2, 0, 1, 3}, encode(tokenizer, " ab a\u3000b\n\u4E2D\u00E8 "));
    assertArrayEquals(new int[] {1}, encode(tokenizer, "Ab"));
    Tokenizer lowercase = words().flag("tokenizer.ggml.normalizer.lowercase", true).tokenizer();
    assertArrayEquals(new int[] {2}, encode(lowercase, "AB"));
  }

  private static TinyVocabulary words() {
    return new TinyVocabulary("whitespace")
        .string("tokenizer.ggml.pre", "whitespace")
        .tokens("a", "b", "ab", "\u4E2D")
        .merges("a b");
  }
}
