package ai.realm.tokenizer;

import static ai.realm.error.ErrorCode.TOKEN_OUT_OF_RANGE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.fixture.GgufWriter;
import ai.realm.tokenizer.SpecialTokens.None;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BytePairTokenizerTest {

  private static int[] encode(Tokenizer tokenizer, String text) {
    return tokenizer.encode(text, new None(), false);
  }

  private static int[] ids(int... ids) {
    return ids;
  }

  @Test
  void mergesTheLeastRankFirst() {
    Tokenizer tokenizer =
        TinyVocabulary.bytePair()
            .tokens("a", "b", "c", "bc", "ab", "abc")
            .merges("b c", "a b", "a bc")
            .tokenizer();
    assertArrayEquals(ids(5), encode(tokenizer, "abc"));
    assertArrayEquals(ids(4, 4), encode(tokenizer, "abab"));
    assertArrayEquals(ids(3, 5), encode(tokenizer, "bcabc"));
  }

  @Test
  void mergesTheLeftmostOfEqualRanks() {
    Tokenizer tokenizer =
        TinyVocabulary.bytePair().tokens("a", "aa", "aaa").merges("a a", "aa a").tokenizer();
    assertArrayEquals(ids(1, 2), encode(tokenizer, "aaaaa"));
  }

  @Test
  void mergesThroughSymbolsThatAreNoTokens() {
    Tokenizer tokenizer =
        TinyVocabulary.bytePair().tokens("a", "b", "c", "abc").merges("a b", "ab c").tokenizer();
    assertArrayEquals(ids(3), encode(tokenizer, "abc"));
    assertArrayEquals(ids(0, 1), encode(tokenizer, "ab"));
  }

  @Test
  void dropsBytesThatHaveNoToken() {
    Tokenizer tokenizer = TinyVocabulary.bytePair().tokens("a").merges().tokenizer();
    assertArrayEquals(ids(0, 0), encode(tokenizer, "a\u00E9a"));
  }

  @Test
  void aWholeWordBeatsTheMergesWhereTheModelWantsIt() {
    TinyVocabulary vocabulary =
        new TinyVocabulary("gpt2")
            .string("tokenizer.ggml.pre", "llama-bpe")
            .tokens("a", "b", "c", "bc", "abc")
            .merges("b c");
    assertArrayEquals(ids(4), encode(vocabulary.tokenizer(), "abc"));
    Tokenizer plain =
        TinyVocabulary.bytePair().tokens("a", "b", "c", "bc", "abc").merges("b c").tokenizer();
    assertArrayEquals(ids(0, 3), encode(plain, "abc"));
  }

  @Test
  void anEmptyTokenIsNoText() {
    Tokenizer tokenizer = TinyVocabulary.bytePair().tokens("a", "", "").merges().tokenizer();
    assertArrayEquals(ids(0), encode(tokenizer, "a"));
    assertEquals("", tokenizer.piece(1));
    assertEquals("aa", tokenizer.decode(ids(0, 1, 2, 0)));
  }

  @Test
  void addsWhatTheFileAsksFor() {
    Tokenizer tokenizer =
        TinyVocabulary.bytePair()
            .tokens("a", "B", "E")
            .merges()
            .id("tokenizer.ggml.bos_token_id", 1)
            .id("tokenizer.ggml.eos_token_id", 2)
            .flag("tokenizer.ggml.add_bos_token", true)
            .flag("tokenizer.ggml.add_eos_token", true)
            .tokenizer();
    assertArrayEquals(ids(1, 0, 2), tokenizer.encode("a", new None(), true));
    assertArrayEquals(ids(1, 2), tokenizer.encode("", new None(), true));
    assertArrayEquals(ids(0), tokenizer.encode("a", new None(), false));
    assertArrayEquals(ids(), tokenizer.encode("", new None(), false));
  }

  @Test
  void roleIdsOutsideTheVocabularyAreNone() {
    Tokenizer tokenizer =
        TinyVocabulary.bytePair()
            .tokens("a")
            .merges()
            .id("tokenizer.ggml.bos_token_id", 7)
            .id("tokenizer.ggml.eot_token_id", -1)
            .tokenizer();
    assertEquals(-1, tokenizer.bos());
    assertEquals(-1, tokenizer.eos());
    assertEquals(Set.of(), tokenizer.endOfGeneration());
  }

  @Test
  void controlTokensAreThoseOfTheFileAndThoseThatLookLikeIt() {
    Tokenizer tokenizer =
        TinyVocabulary.bytePair()
            .tokens("a", "<|im_end|>", "<|message|>")
            .token("<|im_start|>", TokenType.CONTROL, 0)
            .token("<tool>", TokenType.USER_DEFINED, 0)
            .merges()
            .tokenizer();
    assertFalse(tokenizer.isControl(0));
    assertTrue(tokenizer.isControl(1));
    assertFalse(tokenizer.isControl(2));
    assertTrue(tokenizer.isControl(3));
    assertFalse(tokenizer.isControl(4));
    assertEquals(Set.of(1), tokenizer.endOfGeneration());
  }

  @Test
  void theCallsOfSomeChatsEndNoTurn() {
    Tokenizer tokenizer =
        TinyVocabulary.bytePair()
            .tokens("<|end|>", "<|return|>", "<|call|>", "</s>", "<|tool_response>")
            .merges()
            .tokenizer();
    assertEquals(Set.of(1, 2, 4), tokenizer.endOfGeneration());
    assertFalse(tokenizer.isControl(0));
    assertFalse(tokenizer.isControl(3));
  }

  @Test
  void decodesBytes() {
    Tokenizer tokenizer = VocabularyFile.tokenizer("gpt-2");
    int[] ids = encode(tokenizer, "\uD83D\uDE00");
    assertTrue(ids.length > 1);
    byte[] joined = new byte[4];
    int size = 0;
    for (int id : ids) {
      byte[] bytes = tokenizer.bytes(id);
      System.arraycopy(bytes, 0, joined, size, bytes.length);
      size += bytes.length;
    }
    assertArrayEquals("\uD83D\uDE00".getBytes(UTF_8), joined);
    assertEquals("\uFFFD", tokenizer.decode(ids(ids[0])));
    assertEquals("<|endoftext|>", tokenizer.decode(ids(50256)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "Hello, world!  It's ' fine ' .\n",
        "\u0000nul\u0000",
        "\u4F60\u597D \u0645\u0631\u062D\u0628\u0627 \uD83D\uDC68\u200D\uD83D\uDC69 e\u0301",
      })
  void decodingUndoesEncoding(String text) {
    Tokenizer tokenizer = VocabularyFile.tokenizer("gpt-2");
    assertEquals(text, tokenizer.decode(encode(tokenizer, text)));
  }

  @Test
  void aLoneSurrogateIsAReplacementCharacter() {
    Tokenizer tokenizer = VocabularyFile.tokenizer("gpt-2");
    assertArrayEquals(encode(tokenizer, "a\uFFFDb"), encode(tokenizer, "a\uD83Db"));
    assertArrayEquals(encode(tokenizer, "\uFFFD"), encode(tokenizer, "\uDE00"));
  }

  @Test
  void oneLongWord() {
    Tokenizer tokenizer = VocabularyFile.tokenizer("gpt-2");
    String word = "ab".repeat(300_000);
    assertEquals(word, tokenizer.decode(encode(tokenizer, word)));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void refusesIdsOutOfRange(int id) {
    Tokenizer tokenizer = TinyVocabulary.bytePair().tokens("a").merges().tokenizer();
    List<Executable> calls =
        List.of(
            () -> tokenizer.decode(ids(0, id)),
            () -> tokenizer.bytes(id),
            () -> tokenizer.piece(id),
            () -> tokenizer.isControl(id));
    for (Executable call : calls) {
      EngineException error = assertThrows(EngineException.class, call);
      assertEquals(TOKEN_OUT_OF_RANGE, error.code());
      assertTrue(error.getMessage().contains(String.valueOf(id)), error.getMessage());
    }
  }

  @Test
  void aFileWithoutPreTokenizerHasTheDefaultOne() {
    GgufWriter writer =
        new GgufWriter()
            .string("tokenizer.ggml.model", "gpt2")
            .strings("tokenizer.ggml.tokens", "1", "2", "12")
            .strings("tokenizer.ggml.merges", "1 2");
    // It cuts numbers into threes from the left.
    assertArrayEquals(ids(2, 0, 1), encode(TinyVocabulary.read(writer), "1212"));
  }
}
