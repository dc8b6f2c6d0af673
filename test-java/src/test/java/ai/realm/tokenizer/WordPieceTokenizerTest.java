package ai.realm.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.realm.tokenizer.SpecialTokens.All;
import ai.realm.tokenizer.SpecialTokens.None;
import org.junit.jupiter.api.Test;

class WordPieceTokenizerTest {

  private static TinyVocabulary vocabulary() {
    return new TinyVocabulary("bert")
        .token("[CLS]", TokenType.CONTROL, 0)
        .token("[SEP]", TokenType.CONTROL, 0)
        .token("[UNK]", TokenType.CONTROL, 0)
        .id("tokenizer.ggml.bos_token_id", 0)
        .id("tokenizer.ggml.seperator_token_id", 1)
        .id("tokenizer.ggml.unknown_token_id", 2);
  }

  private static int[] ids(int... ids) {
    return ids;
  }

  @Test
  void takesTheLongestTokens() {
    Tokenizer tokenizer =
        vocabulary().tokens("\u2581un", "\u2581u", "aff", "a", "able", "\u2581.").tokenizer();
    assertArrayEquals(ids(3, 5, 7), tokenizer.encode(" UNaffable ", new None(), false));
    assertArrayEquals(ids(4, 8, 4, 6), tokenizer.encode("u.ua", new None(), false));
  }

  @Test
  void aWordThatCannotBeCutIsUnknownAsAWhole() {
    Tokenizer tokenizer = vocabulary().tokens("\u2581a", "b").tokenizer();
    assertArrayEquals(ids(3, 4, 2, 3), tokenizer.encode("ab abc a", new None(), false));
  }

  @Test
  void surroundsATextWithClsAndSep() {
    Tokenizer tokenizer = vocabulary().tokens("\u2581a").tokenizer();
    assertArrayEquals(ids(0, 3, 1), tokenizer.encode("a", new None(), true));
    assertArrayEquals(ids(0, 1), tokenizer.encode("", new None(), true));
    assertArrayEquals(ids(3, 1, 3), tokenizer.encode("a[SEP]a", new All(), false));
  }

  @Test
  void takesClsFromItsOwnKeyWhereThereIsNoBos() {
    Tokenizer tokenizer =
        new TinyVocabulary("bert")
            .tokens("\u2581a")
            .token("[SEP]", TokenType.CONTROL, 0)
            .token("[CLS]", TokenType.CONTROL, 0)
            .id("tokenizer.ggml.cls_token_id", 2)
            .id("tokenizer.ggml.seperator_token_id", 1)
            .tokenizer();
    assertArrayEquals(ids(2, 0, 1), tokenizer.encode("a", new None(), true));
  }

  @Test
  void cleansAsTheFileSays() {
    int[] accented = {3};
    int[] bare = {4};
    TinyVocabulary lower =
        vocabulary().tokens("\u2581\u00E9", "\u2581e", "\u2581E", "\u2581\u00C9");
    assertArrayEquals(bare, lower.tokenizer().encode("\u00C9", new None(), false));
    TinyVocabulary keepingAccents =
        vocabulary()
            .tokens("\u2581\u00E9", "\u2581e", "\u2581E", "\u2581\u00C9")
            .flag("tokenizer.ggml.normalizer.strip_accents", false);
    assertArrayEquals(accented, keepingAccents.tokenizer().encode("\u00C9", new None(), false));
    TinyVocabulary cased =
        vocabulary()
            .tokens("\u2581\u00E9", "\u2581e", "\u2581E", "\u2581\u00C9")
            .flag("tokenizer.ggml.normalizer.lowercase", false);
    assertArrayEquals(ids(6), cased.tokenizer().encode("\u00C9", new None(), false));
  }

  @Test
  void decodesWordsWithSpacesBetween() {
    Tokenizer tokenizer = VocabularyFile.tokenizer("bert-bge");
    int[] ids = tokenizer.encode("Hello, unaffable world! It's ' fine ' .", new None(), false);
    assertEquals("hello, unaffable world! it's'fine '.", tokenizer.decode(ids));
  }

  @Test
  void oneLongWord() {
    Tokenizer tokenizer = vocabulary().tokens("\u2581ab", "ab").tokenizer();
    assertEquals(300_000, tokenizer.encode("ab".repeat(300_000), new None(), false).length);
  }
}
