package ai.realm.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.fixture.Rounds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What tokenizing costs grows with the length of a text, not with the square of it, whatever the
 * text is: a text of sixteen times the length takes about sixteen times the work, counted in bytes
 * that were looked at. {@link SplitPatternTest} holds the patterns of byte-pair encoding to it.
 */
class TokenizerWorkTest {
  private static final int TIMES = 16;

  /** UTF-16 units of the long texts. */
  private static final int LONG = Rounds.of(1 << 17, 1 << 20);

  /** Texts of which a search without bounds would look at everything again and again. */
  private static final Map<String, String> HOSTILE =
      Map.of(
          "one letter", "a",
          "spaces", " ",
          "words of two letters", "ab ",
          "no spaces", "theendofthestory",
          "characters without a token", "\uE000\uD800\uDF48",
          "an accent on every letter", "e\u0301",
          "one letter of many bytes", "\u4E2D",
          "marks of spaces", "\u2581\u2581a",
          "line breaks", "\r\n\n",
          "beginnings of special tokens", "<|");

  private static final SentencePiecePairTokenizer PAIRS =
      (SentencePiecePairTokenizer) VocabularyFile.tokenizer("llama-spm");
  private static final UnigramTokenizer UNIGRAM =
      (UnigramTokenizer) VocabularyFile.tokenizer("unigram");
  private static final WordPieceTokenizer WORDS =
      (WordPieceTokenizer) VocabularyFile.tokenizer("bert-bge");
  private static final Plamo2Tokenizer PLAMO2 =
      (Plamo2Tokenizer) VocabularyFile.tokenizer("plamo2");

  private static final Map<String, ToLongFunction<String>> WORK =
      Map.of(
          "llama-spm", TokenizerWorkTest::mergesOfPairs,
          "unigram", TokenizerWorkTest::stepsOfUnigram,
          "bert-bge", TokenizerWorkTest::cutsOfWords,
          "plamo2", TokenizerWorkTest::stepsOfPlamo2);

  @TestFactory
  List<DynamicTest> growsWithTheLength() {
    List<DynamicTest> tests = new ArrayList<>();
    WORK.forEach((vocabulary, work) ->
        HOSTILE.forEach((name, unit) ->
            tests.add(
                DynamicTest.dynamicTest(vocabulary + ": " + name, () -> assertGrows(work, unit)))));
    return tests;
  }

  private static void assertGrows(ToLongFunction<String> work, String unit) {
    long few = work.applyAsLong(unit.repeat(LONG / TIMES / unit.length()));
    long many = work.applyAsLong(unit.repeat(LONG / unit.length()));
    assertTrue(many <= few * (TIMES + 1), many + " for " + TIMES + " times the text, after " + few);
  }

  private static long mergesOfPairs(String text) {
    String marked = text.replace(' ', (char) SentencePieceTokenizer.SPACE_MARK);
    SentencePieceMerger merger =
        new SentencePieceMerger(
            PAIRS.vocabulary,
            PAIRS.scores,
            marked.getBytes(UTF_8),
            marked.codePointCount(0, marked.length()));
    merger.merge();
    return merger.work();
  }

  private static long stepsOfUnigram(String text) {
    return UNIGRAM.search(text.getBytes(UTF_8)).work();
  }

  private static long cutsOfWords(String text) {
    return WORDS.cut(text.codePoints().toArray(), new IntList(4)).work();
  }

  private static long stepsOfPlamo2(String text) {
    return PLAMO2.search(text.getBytes(UTF_8)).work();
  }
}
