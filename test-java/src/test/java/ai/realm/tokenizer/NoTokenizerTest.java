package ai.realm.tokenizer;

import static ai.realm.error.ErrorCode.MODEL_INVALID;
import static ai.realm.error.ErrorCode.TOKEN_OUT_OF_RANGE;
import static ai.realm.error.ErrorCode.UNSUPPORTED_TOKENIZER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.fixture.GgufWriter;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoTokenizerTest {

  private static GgufWriter file(String model) {
    return new GgufWriter()
        .string("general.architecture", "llama")
        .string("tokenizer.ggml.model", model);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "no_vocab"})
  void hasAsManyTokensAsTheFileSaysAndNoTextOfThem(String model) {
    Tokenizer tokenizer = TinyVocabulary.read(file(model).uint32("llama.vocab_size", 3));
    assertEquals(3, tokenizer.vocabularySize());
    assertEquals("", tokenizer.decode(new int[] {0, 2}));
    assertEquals(0, tokenizer.bytes(1).length);
    assertEquals(Set.of(), tokenizer.endOfGeneration());
    assertEquals(-1, tokenizer.bos());
    EngineException error =
        assertThrows(EngineException.class, () -> tokenizer.decode(new int[] {3}));
    assertEquals(TOKEN_OUT_OF_RANGE, error.code());
  }

  @Test
  void refusesText() {
    Tokenizer tokenizer = TinyVocabulary.read(file("none").uint32("llama.vocab_size", 3));
    EngineException error =
        assertThrows(
            EngineException.class, () -> tokenizer.encode("a", new SpecialTokens.None(), true));
    assertEquals(UNSUPPORTED_TOKENIZER, error.code());
    assertTrue(error.getMessage().contains("token ids"), error.getMessage());
  }

  @Test
  void refusesAFileThatDoesNotSayHowManyTokensThereAre() {
    EngineException error =
        assertThrows(EngineException.class, () -> TinyVocabulary.read(file("none")));
    assertEquals(MODEL_INVALID, error.code());
    assertTrue(error.getMessage().contains("llama.vocab_size"), error.getMessage());
  }
}
