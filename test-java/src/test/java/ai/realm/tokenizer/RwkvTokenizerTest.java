package ai.realm.tokenizer;

import static ai.realm.error.ErrorCode.MODEL_INVALID;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.tokenizer.SpecialTokens.None;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole texts are compared with llama.cpp in {@link LlamaCppIdsTest}. */
class RwkvTokenizerTest {

  private static int[] encode(Tokenizer tokenizer, String text) {
    return tokenizer.encode(text, new None(), false);
  }

  @Test
  void takesTheLongestTokenFromTheLeft() {
    Tokenizer tokenizer = new TinyVocabulary("rwkv").tokens("a", "b", "ab", "abcd").tokenizer();
    assertArrayEquals(new int[] {2, 3, 2, 0}, encode(tokenizer, "ababcdaba"));
  }

  @Test
  void tokensAreBytesWithEscapes() {
    Tokenizer tokenizer =
        new TinyVocabulary("rwkv")
            .tokens("\\xc3", "\\xa9", "\\t\\n\\r", "\\\\", "\\'", "a\\x20b")
            .tokenizer();
    assertArrayEquals(new int[] {0, 1}, encode(tokenizer, "\u00E9"));
    assertArrayEquals(new int[] {2, 3, 4, 5}, encode(tokenizer, "\t\n\r\\'a b"));
    assertArrayEquals(new byte[] {(byte) 0xC3}, tokenizer.bytes(0));
    assertArrayEquals("a b".getBytes(UTF_8), tokenizer.bytes(5));
    assertEquals("\u00E9\\", tokenizer.decode(new int[] {0, 1, 3}));
  }

  @Test
  void aByteWithoutTokenIsUnknownOrNothing() {
    TinyVocabulary named = new TinyVocabulary("rwkv").tokens("?", "ab", "b");
    assertArrayEquals(new int[] {2, 2}, encode(named.tokenizer(), "bab".replace("ab", "cb")));
    TinyVocabulary unknown = new TinyVocabulary("rwkv").tokens("?", "ab", "b");
    Tokenizer tokenizer = unknown.id("tokenizer.ggml.unknown_token_id", 0).tokenizer();
    // The text ends where only the beginning of a token stands.
    assertArrayEquals(new int[] {0, 2, 0}, encode(tokenizer, "cba"));
  }

  @Test
  void aTextNeverBecomesAControlToken() {
    Tokenizer tokenizer =
        new TinyVocabulary("rwkv")
            .token("<s>", TokenType.CONTROL, 0)
            .tokens("<", "s", ">")
            .tokenizer();
    assertArrayEquals(new int[] {1, 2, 3}, encode(tokenizer, "<s>"));
    assertArrayEquals(new int[] {0}, tokenizer.encode("<s>", new SpecialTokens.All(), false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\\x4", "\\xg0", "\\x", "\\"})
  void refusesAnEscapeThatIsNone(String text) {
    EngineException error =
        assertThrows(
            EngineException.class, new TinyVocabulary("rwkv").tokens("b", text)::tokenizer);
    assertEquals(MODEL_INVALID, error.code());
    assertTrue(error.getMessage().contains("token 1"), error.getMessage());
  }
}
