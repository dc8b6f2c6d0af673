package ai.realm.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.realm.tokenizer.SpecialTokens.None;
import org.junit.jupiter.api.Test;

/**
 * The ids are those of llama.cpp, with which {@code test-js/engine/peerIds.test.js} compares random
 * texts.
 */
class HybridDnaTokenizerTest {
  private static final String MARK = "\uE000";

  private static TinyVocabulary vocabulary() {
    return new TinyVocabulary("hybriddna")
        .string("tokenizer.ggml.pre", "gpt-2")
        .tokens("<", "d", "n", "a", ">", "/", "A", "ACGTAC")
        .merges();
  }

  private static TinyVocabulary withBases() {
    return vocabulary().tokens("<dna>", "</dna>", "<oov>", "ACGTAC" + MARK, "GGAAAA" + MARK);
  }

  private static int[] encode(Tokenizer tokenizer, String text) {
    return tokenizer.encode(text, new None(), false);
  }

  @Test
  void cutsDnaIntoSixes() {
    Tokenizer tokenizer = withBases().tokenizer();
    // The last two bases are filled with A.
    assertArrayEquals(
        new int[] {3, 8, 11, 11, 12, 9, 3}, encode(tokenizer, "a<dna>ACGTACacgtacGG</dna>a"));
    assertArrayEquals(new int[] {8, 10, 9}, encode(tokenizer, "<dna>NCGTAC</dna>"));
    assertArrayEquals(new int[] {8, 9}, encode(tokenizer, "<dna></dna>"));
    // Two bytes of six are a character.
    assertArrayEquals(new int[] {8, 10, 9}, encode(tokenizer, "<dna>\u00E9</dna>"));
  }

  @Test
  void withoutEndItGoesOnToTheEndOfTheText() {
    Tokenizer tokenizer = withBases().tokenizer();
    assertArrayEquals(new int[] {8, 11, 12}, encode(tokenizer, "<dna>ACGTACGG"));
    assertArrayEquals(new int[] {8}, encode(tokenizer, "<dna>"));
    assertArrayEquals(new int[] {0, 5, 1, 2, 3, 4}, encode(tokenizer, "</dna>"));
  }

  @Test
  void decodesWithoutTheMark() {
    Tokenizer tokenizer = withBases().tokenizer();
    assertEquals("<dna>ACGTAC</dna>a", tokenizer.decode(new int[] {8, 11, 9, 3}));
  }

  @Test
  void withoutTheTokensOfDnaItIsBytePairEncoding() {
    assertArrayEquals(new int[] {0, 1, 2, 3, 4, 6}, encode(vocabulary().tokenizer(), "<dna>A"));
  }
}
