package ai.realm.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.GgufDraft;
import ai.realm.fixture.TinyGemma2;
import ai.realm.fixture.TinyLlama;
import ai.realm.gguf.Gguf;
import ai.realm.kernels.KernelProvider;
import ai.realm.kernels.KvFormat;
import ai.realm.model.cache.Sequence;
import java.util.Arrays;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A tiny gemma2, whose first layer sees the last ten positions, far past its window. */
class WindowedModelTest {
  private static final int WINDOW = 10;
  private static final int LENGTH = 200;
  private static final int[] IDS = new int[LENGTH];

  static {
    Arrays.setAll(IDS, i -> (i * 31 + i / 7) % TinyLlama.VOCABULARY);
  }

  private final Gguf gguf = draft().open();

  @AfterEach
  void close() {
    gguf.close();
  }

  private static GgufDraft draft() {
    return TinyGemma2.draft(TinyLlama.CONTEXT, WINDOW);
  }

  private LanguageModel load(KvFormat format) {
    return Models.load(gguf, OptionalInt.empty(), 2, format, KernelProvider.get().kernels());
  }

  @ParameterizedTest
  @EnumSource
  void anySplitIntoStepsGivesTheSameBits(KvFormat format) {
    try (LanguageModel model = load(format)) {
      float[][] whole = Logits.of(model, IDS, LENGTH);
      for (int step : new int[] {1, 9, 10, 11, 64, 150}) {
        assertArrayEquals(whole, Logits.of(model, IDS, step), step + " tokens a step");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void layerByLayerItGivesTheSameBits(KvFormat format) {
    try (LanguageModel model = load(format);
        Sequence sequence = model.newSequence(LENGTH)) {
      LayerwiseModel layers = model.layerwise().orElseThrow();
      float[][] whole = Logits.of(model, IDS, LENGTH);
      for (int round = 0; round < 2; round++) { // The second time from position 0 anew.
        for (int from = 0; from < LENGTH; from += 40) {
          float[] hidden = new float[40 * layers.width()];
          layers.embed(IDS, from, 40, hidden);
          for (int layer = 0; layer < layers.layers(); layer++) {
            layers.forwardLayer(layer, hidden, 40, from, sequence);
          }
          float[] logits = new float[40 * TinyLlama.VOCABULARY];
          layers.logits(hidden, 0, logits);
          for (int t = 0; t < 40; t++) {
            int at = t * TinyLlama.VOCABULARY;
            float[] row = Arrays.copyOfRange(logits, at, at + TinyLlama.VOCABULARY);
            assertArrayEquals(whole[from + t], row, "position " + (from + t));
          }
        }
      }
      float[] state = new float[layers.width()];
      EngineException refusal =
          assertThrows(EngineException.class, () -> layers.forwardLayer(0, state, 1, 20, sequence));
      assertEquals(ErrorCode.INVALID_ARGUMENT, refusal.code());
      assertTrue(refusal.getMessage().contains("sees a window"), refusal.getMessage());
      layers.forwardLayer(1, state, 1, 20, sequence);
    }
  }

  /**
   * With the window's layer alone: the tokens that it does not see change no bit, the last does.
   */
  @Test
  void aTokenSeesItsWindowAndNoMore() {
    try (LanguageModel model = load(KvFormat.F16)) {
      LayerwiseModel layers = model.layerwise().orElseThrow();
      float[] expected = last(layers, IDS);
      int[] ids = IDS.clone();
      ids[LENGTH - 1 - WINDOW]++;
      assertArrayEquals(expected, last(layers, ids));
      ids[LENGTH - WINDOW] = (ids[LENGTH - WINDOW] + 1) % TinyLlama.VOCABULARY;
      assertNotEquals(Arrays.hashCode(expected), Arrays.hashCode(last(layers, ids)));
    }
  }

  /** What leaves the first layer at the last position. */
  private static float[] last(LayerwiseModel layers, int[] ids) {
    try (Sequence sequence = layers.newSequence(LENGTH)) {
      float[] hidden = new float[LENGTH * layers.width()];
      layers.embed(ids, 0, LENGTH, hidden);
      layers.forwardLayer(0, hidden, LENGTH, 0, sequence);
      return Arrays.copyOfRange(hidden, hidden.length - layers.width(), hidden.length);
    }
  }
}
