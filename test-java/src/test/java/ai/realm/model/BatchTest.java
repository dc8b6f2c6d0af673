package ai.realm.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.fixture.GoldenLlama;
import ai.realm.gguf.Gguf;
import ai.realm.kernels.KvFormat;
import ai.realm.model.cache.Sequence;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Several sequences in one step: none changes a bit of another. */
class BatchTest {
  private static Stream<Arguments> providersAndVariants() {
    return Provider.each().stream()
        .flatMap(provider ->
            Stream.of("groups-of-three", "k-quants", "q8_0")
                .map(variant -> Arguments.of(provider, variant)));
  }

  private static float[] row(float[] logits, int row) {
    int n = GoldenLlama.VOCABULARY;
    return Arrays.copyOfRange(logits, row * n, (row + 1) * n);
  }

  private static float[] forward(LanguageModel model, Batch step) {
    float[] logits = new float[step.logits() * model.vocabularySize()];
    assertTrue(model.forward(step, logits, Cancellation.NONE));
    return logits;
  }

  @ParameterizedTest
  @MethodSource("providersAndVariants")
  void textsPromptsAndGivenTextsHaveTheBitsThatTheyHaveAlone(Provider provider, String variant) {
    GoldenLlama golden = GoldenLlama.read(variant);
    int[] ids = golden.ids();
    try (Gguf gguf = golden.open();
        LanguageModel model =
            Models.load(gguf, OptionalInt.empty(), 2, KvFormat.F16, provider.kernels());
        Sequence text = model.newSequence(64);
        Sequence other = model.newSequence(64);
        Sequence prompt = model.newSequence(128);
        Sequence given = model.newSequence(64)) {
      float[][] alone = new float[4][];
      float[][] together = new float[4][];
      for (boolean apart : new boolean[] {true, false}) {
        float[][] rows = apart ? alone : together;
        List.of(text, other, prompt, given).forEach(sequence -> sequence.truncate(0));
        forward(model, new Batch().prompt(text, ids, 0, 33, false));
        forward(model, new Batch().prompt(other, ids, 7, 5, false));
        forward(model, new Batch().prompt(prompt, ids, 3, 70, false));
        if (apart) {
          rows[0] = forward(model, new Batch().text(text, ids, 33, 1));
          rows[1] = forward(model, new Batch().prompt(prompt, ids, 73, 1, true));
          rows[2] = forward(model, new Batch().given(given, ids, 5, 20));
          rows[3] = forward(model, new Batch().text(other, ids, 12, 1));
        } else {
          Batch step =
              new Batch()
                  .text(text, ids, 33, 1)
                  .prompt(prompt, ids, 73, 1, true)
                  .given(given, ids, 5, 20)
                  .text(other, ids, 12, 1);
          assertEquals(23, step.logits());
          float[] logits = forward(model, step);
          rows[0] = row(logits, 0);
          rows[1] = row(logits, 1);
          rows[2] =
              Arrays.copyOfRange(logits, 2 * GoldenLlama.VOCABULARY, 22 * GoldenLlama.VOCABULARY);
          rows[3] = row(logits, 22);
        }
      }
      assertArrayEquals(alone, together);
      assertEquals(34, text.length());
      assertEquals(71, prompt.length());
      assertEquals(20, given.length());
    }
  }

  /** Whether a prompt came in one step or in many, its last one of a single token. */
  @ParameterizedTest
  @MethodSource("providersAndVariants")
  void theCutOfAPromptChangesNoBit(Provider provider, String variant) {
    GoldenLlama golden = GoldenLlama.read(variant);
    int[] ids = golden.ids();
    try (Gguf gguf = golden.open();
        LanguageModel model =
            Models.load(gguf, OptionalInt.empty(), 2, KvFormat.F16, provider.kernels());
        Sequence sequence = model.newSequence(128)) {
      float[] whole = forward(model, new Batch().prompt(sequence, ids, 0, 100, true));
      for (int step : new int[] {1, 33, 99}) {
        sequence.truncate(0);
        float[] last = null;
        for (int from = 0; from < 100; from += step) {
          int count = Math.min(step, 100 - from);
          Batch part = new Batch().prompt(sequence, ids, from, count, from + count == 100);
          last = forward(model, part);
        }
        assertArrayEquals(whole, last, step + " tokens a step");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("providersAndVariants")
  void aCancelledStepLeavesAllSequencesAsTheyWere(Provider provider, String variant) {
    GoldenLlama golden = GoldenLlama.read(variant);
    try (Gguf gguf = golden.open();
        LanguageModel model =
            Models.load(gguf, OptionalInt.empty(), 1, KvFormat.F16, provider.kernels());
        Sequence one = model.newSequence(8);
        Sequence other = model.newSequence(8)) {
      forward(model, new Batch().prompt(one, golden.ids(), 0, 3, false));
      Batch step =
          new Batch().text(one, golden.ids(), 3, 1).prompt(other, golden.ids(), 0, 4, true);
      assertFalse(model.forward(step, new float[2 * model.vocabularySize()], () -> true));
      assertEquals(3, one.length());
      assertEquals(0, other.length());
      assertThrows(
          IllegalArgumentException.class,
          () -> new Batch().text(one, golden.ids(), 3, 1).text(one, golden.ids(), 4, 1));
    }
  }
}
