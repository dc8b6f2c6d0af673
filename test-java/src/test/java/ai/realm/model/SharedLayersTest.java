package ai.realm.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.GgufDraft;
import ai.realm.fixture.TinyGemma4;
import ai.realm.fixture.TinyLlama;
import ai.realm.gguf.Gguf;
import ai.realm.kernels.KernelProvider;
import ai.realm.kernels.KvFormat;
import ai.realm.kernels.KvLayer;
import ai.realm.model.cache.Sequence;
import java.util.Arrays;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A tiny gemma4, whose second layer reads the keys and values of the first. */
class SharedLayersTest {
  private static final int LENGTH = 150;
  private static final int[] IDS = new int[LENGTH];

  static {
    Arrays.setAll(IDS, i -> (i * 31 + i / 7) % TinyLlama.VOCABULARY);
  }

  private static LanguageModel load(GgufDraft draft, KvFormat format) {
    Gguf gguf = draft.open();
    return Models.load(gguf, OptionalInt.empty(), 2, format, KernelProvider.get().kernels());
  }

  /** Also of steps of which only the last row is wanted, which skip the others in that layer. */
  @ParameterizedTest
  @EnumSource
  void anySplitIntoStepsGivesTheSameBits(KvFormat format) {
    try (LanguageModel model = load(TinyGemma4.draft(10), format)) {
      float[][] whole = Logits.of(model, IDS, LENGTH);
      for (int step : new int[] {9, 64, 100}) {
        assertArrayEquals(whole, Logits.of(model, IDS, step), step + " tokens a step");
      }
      float[] last = last(model, 0);
      for (int wanted : new int[] {1, 3}) {
        assertArrayEquals(last, last(model, wanted), wanted + " rows before");
      }
    }
  }

  /** The logits of the last token, behind steps of which as many rows are wanted. */
  private static float[] last(LanguageModel model, int wanted) {
    try (Sequence sequence = model.newSequence(LENGTH)) {
      for (int from = 0; from < LENGTH; from += 50) {
        int count = from + 50 < LENGTH ? 50 : 49;
        step(model, sequence, from, count, wanted);
      }
      return step(model, sequence, LENGTH - 1, 1, 1);
    }
  }

  private static float[] step(
      LanguageModel model, Sequence sequence, int from, int count, int wanted) {
    float[] logits = new float[wanted * TinyLlama.VOCABULARY];
    assertTrue(Logits.forward(model, IDS, from, count, sequence, logits, Cancellation.NONE));
    return logits;
  }

  @Test
  void aLayerWithoutKeysTakesNoBytes() {
    try (LanguageModel model = load(TinyGemma4.draft(1000), KvFormat.F16)) {
      long page = KvLayer.bytes(KvFormat.F16, TinyGemma4.KV_HEADS, TinyGemma4.HEAD_DIM);
      assertEquals(page, model.sequenceBytes(1));
      assertEquals(2 * page, model.sequenceBytes(KvLayer.PAGE + 1));
    }
  }

  @Test
  void itsLayersDoNotRunByThemselves() {
    try (LanguageModel model = load(TinyGemma4.draft(10), KvFormat.F16)) {
      assertFalse(model.layerwise().isPresent());
    }
  }

  @Test
  void aKindWithoutKeysOfItsOwnIsRefused() {
    GgufDraft draft =
        TinyGemma4.draft(10)
            .key("gemma4.attention.sliding_window_pattern", new boolean[] {true, false});
    EngineException refusal =
        assertThrows(EngineException.class, () -> load(draft, KvFormat.F16).close());
    assertEquals(ErrorCode.MODEL_INVALID, refusal.code());
    assertTrue(
        refusal.getMessage().contains("gemma4.attention.shared_kv_layers is 1"),
        refusal.getMessage());
  }
}
