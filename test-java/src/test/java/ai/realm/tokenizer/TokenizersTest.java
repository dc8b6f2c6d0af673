package ai.realm.tokenizer;

import static ai.realm.error.ErrorCode.MODEL_INVALID;
import static ai.realm.error.ErrorCode.UNSUPPORTED_TOKENIZER;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.GgufWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What is refused, and how. */
class TokenizersTest {

  private static void refuses(ErrorCode code, Executable action, String... parts) {
    EngineException error = assertThrows(EngineException.class, action);
    assertEquals(code, error.code(), error.getMessage());
    for (String part : parts) {
      assertTrue(error.getMessage().contains(part), error.getMessage());
    }
  }

  private static GgufWriter model(String model) {
    return new GgufWriter().string("tokenizer.ggml.model", model);
  }

  @Test
  void aFileWithoutTokenizer() {
    refuses(
        UNSUPPORTED_TOKENIZER,
        () -> TinyVocabulary.read(new GgufWriter()),
        "no tokenizer.ggml.model");
  }

  @Test
  void anUnknownModel() {
    refuses(
        UNSUPPORTED_TOKENIZER,
        () -> TinyVocabulary.read(model("words")),
        "'words'",
        "gpt2",
        "llama",
        "bert");
  }

  @Test
  void warnsOfAnUnknownPreTokenizerAndTakesTheDefault() {
    TinyVocabulary unknown = new TinyVocabulary("gpt2").string("tokenizer.ggml.pre", "novel");
    Tokenizer tokenizer = unknown.tokens("1", "2", "12").merges("1 2").tokenizer();
    // The default one cuts numbers into threes from the left.
    assertArrayEquals(
        new int[] {2, 0, 1}, tokenizer.encode("1212", new SpecialTokens.None(), false));
    assertEquals(1, tokenizer.warnings().size());
    for (String part : new String[] {"'novel'", "default"}) {
      assertTrue(tokenizer.warnings().getFirst().contains(part), tokenizer.warnings()::toString);
    }
    Tokenizer unnamed = new TinyVocabulary("gpt2").tokens("1").merges().tokenizer();
    assertTrue(unnamed.warnings().getFirst().contains("no tokenizer.ggml.pre"));
    Tokenizer known = TinyVocabulary.bytePair().tokens("1").merges().tokenizer();
    assertEquals(List.of(), known.warnings());
  }

  @Test
  void noTokens() {
    for (String model : new String[] {"gpt2", "llama", "bert", "t5", "gemma4"}) {
      refuses(MODEL_INVALID, () -> TinyVocabulary.read(model(model)), "tokenizer.ggml.tokens");
      refuses(
          MODEL_INVALID,
          () -> TinyVocabulary.read(model(model).strings("tokenizer.ggml.tokens")),
          "tokenizer.ggml.tokens");
    }
  }

  @Test
  void twoTokensOfOneText() {
    refuses(
        MODEL_INVALID,
        new TinyVocabulary("llama").tokens("a", "b", "a")::tokenizer,
        "'a'",
        "0 and 2");
  }

  @Test
  void tooFewTypesOrScores() {
    refuses(
        MODEL_INVALID,
        () ->
            TinyVocabulary.read(
                model("llama")
                    .strings("tokenizer.ggml.tokens", "a", "b")
                    .int32s("tokenizer.ggml.token_type", 1)),
        "token_type has 1",
        "2 tokens");
    refuses(
        MODEL_INVALID,
        () ->
            TinyVocabulary.read(
                model("llama")
                    .strings("tokenizer.ggml.tokens", "a", "b")
                    .float32s("tokenizer.ggml.scores", 1)),
        "scores has 1",
        "2 tokens");
  }

  @Test
  void noMerges() {
    refuses(
        MODEL_INVALID, TinyVocabulary.bytePair().tokens("a")::tokenizer, "tokenizer.ggml.merges");
  }

  @Test
  void aMergeThatIsNoPair() {
    refuses(
        MODEL_INVALID,
        TinyVocabulary.bytePair().tokens("a", "b", "ab").merges("a b", "ab")::tokenizer,
        "merges[1]",
        "'ab'");
  }

  @Test
  void aByteTokenThatIsNoByte() {
    refuses(
        MODEL_INVALID,
        new TinyVocabulary("llama").tokens("a").token("<0xZZ>", TokenType.BYTE, 0)::tokenizer,
        "token 1",
        "'<0xZZ>'");
  }

  @Test
  void aFileThatAsksForATokenThatItDoesNotName() {
    refuses(
        MODEL_INVALID,
        TinyVocabulary.bytePair().tokens("a").merges().flag("tokenizer.ggml.add_eos_token", true)
            ::tokenizer,
        "add_eos_token",
        "eos_token_id");
  }
}
