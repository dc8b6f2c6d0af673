package ai.realm.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** llama.cpp's own cases; the expected ids are from the models' original tokenizers. */
class LlamaCppCasesTest {

  @ParameterizedTest
  @ValueSource(strings = {"bert-bge", "deepseek-coder", "falcon", "gpt-2", "llama-spm", "phi-3"})
  void givesTheExpectedIds(String name) {
    Tokenizer tokenizer = VocabularyFile.tokenizer(name);
    String[] texts = VocabularyFile.text("texts.inp").split("\n__ggml_vocab_test__\n", -1);
    String[] expected = VocabularyFile.text(name + ".out").split("\n", -1);
    // Nothing follows the last separator.
    assertEquals(47, texts.length);
    assertEquals(47, expected.length);
    for (int i = 0; i < 46; i++) {
      assertArrayEquals(
          ids(expected[i]), tokenizer.encode(texts[i], new SpecialTokens.None(), false), texts[i]);
    }
  }

  private static int[] ids(String line) {
    return Arrays.stream(line.trim().split(" +"))
        .filter(id -> !id.isEmpty())
        .mapToInt(Integer::parseInt)
        .toArray();
  }
}
