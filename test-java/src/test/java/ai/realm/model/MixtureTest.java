package ai.realm.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.TinyLlama;
import ai.realm.gguf.Gguf;
import ai.realm.kernels.KvFormat;
import ai.realm.kernels.Rows;
import ai.realm.model.cache.Sequence;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Mixtures of experts; {@link ExactnessTest} holds whole models with them to the exact values. */
class MixtureTest {
  private static final int VOCABULARY = TinyLlama.VOCABULARY;
  private static final int[] IDS = new Random(3).ints(90, 0, VOCABULARY).toArray();

  static List<Provider> providers() {
    return Provider.all();
  }

  private static LanguageModel load(Gguf gguf, Provider provider) {
    return Models.load(gguf, OptionalInt.empty(), 2, KvFormat.F16, provider.kernels());
  }

  /** Weights add up to 1: experts that are all alike are together what one of them is. */
  @ParameterizedTest
  @MethodSource("providers")
  void expertsThatAreAlikeAreOneOfThem(Provider provider) {
    float[][] dense;
    try (Gguf gguf = TinyLlama.open(1);
        LanguageModel model = load(gguf, provider)) {
      dense = Logits.of(model, IDS, IDS.length);
    }
    try (Gguf gguf = TinyLlama.openMixture(1, 7, 3, true);
        LanguageModel model = load(gguf, provider)) {
      for (int batch : new int[] {IDS.length, 13, 1}) {
        float[][] mixed = Logits.of(model, IDS, batch);
        for (int t = 0; t < IDS.length; t++) {
          assertArrayEquals(dense[t], mixed[t], 1e-4f, batch + " a step, position " + t);
        }
      }
    }
  }

  /** Others at the same experts, taken in either way, change no bit. */
  @ParameterizedTest
  @MethodSource("providers")
  void aRowDoesNotDependOnTheOthersOfItsStep(Provider provider) {
    try (Gguf gguf = TinyLlama.openMixture(2, 6, 2, false);
        LanguageModel model = load(gguf, provider);
        Sequence text = model.newSequence(IDS.length);
        Sequence prompt = model.newSequence(IDS.length);
        Sequence other = model.newSequence(IDS.length)) {
      float[] before = new float[0];
      assertTrue(model.forward(new Batch().prompt(text, IDS, 0, 40, false), before, NONE));
      float[] logits = new float[(1 + 29 + 17) * VOCABULARY];
      Batch together =
          new Batch()
              .add(prompt, IDS, 0, 29, Rows.TOGETHER, 29, Rows.TOGETHER)
              .text(text, IDS, 40, 1)
              .add(other, IDS, 50, 17, Rows.TOGETHER, 17, Rows.TOGETHER);
      assertTrue(model.forward(together, logits, NONE));
      assertRowsEqual(alone(model, 0, 29), logits, 0);
      assertRowsEqual(alone(model, 50, 17), logits, 30);
      text.truncate(40);
      float[] next = new float[VOCABULARY];
      assertTrue(model.forward(new Batch().text(text, IDS, 40, 1), next, NONE));
      assertRowsEqual(next, logits, 29);
    }
  }

  private static final Cancellation NONE = Cancellation.NONE;

  private static float[] alone(LanguageModel model, int from, int count) {
    float[] logits = new float[count * VOCABULARY];
    try (Sequence sequence = model.newSequence(count)) {
      assertTrue(model.forward(new Batch().given(sequence, IDS, from, count), logits, NONE));
    }
    return logits;
  }

  private static void assertRowsEqual(float[] expected, float[] all, int row) {
    int at = row * VOCABULARY;
    assertArrayEquals(expected, Arrays.copyOfRange(all, at, at + expected.length));
  }

  @Test
  void moreExpertsInUseThanThereAre() {
    try (Gguf gguf = TinyLlama.openMixture(1, 4, 5, true)) {
      EngineException refusal =
          assertThrows(EngineException.class, () -> load(gguf, Provider.each().getFirst()).close());
      assertEquals(ErrorCode.MODEL_INVALID, refusal.code());
      assertTrue(refusal.getMessage().contains("llama.expert_used_count is 5"));
    }
  }
}
