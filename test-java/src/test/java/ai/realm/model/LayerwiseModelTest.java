package ai.realm.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.TinyLlama;
import ai.realm.gguf.Gguf;
import ai.realm.kernels.KernelProvider;
import ai.realm.kernels.KvFormat;
import ai.realm.model.cache.Sequence;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LayerwiseModelTest {
  private static final int[] TOKENS = {3, 1, 4, 1, 5, 9, 2, 6};

  private final Gguf gguf = TinyLlama.open(1);
  private final LayerwiseModel model =
      Models.load(gguf, OptionalInt.empty(), 2, KvFormat.F16, KernelProvider.get().kernels())
          .layerwise()
          .orElseThrow();

  @AfterEach
  void close() {
    model.close();
    gguf.close();
  }

  /** The logits after all of {@code TOKENS}, by {@code forward}. */
  private float[] expected() {
    float[] logits = new float[TOKENS.length * TinyLlama.VOCABULARY];
    try (Sequence cache = model.newSequence(TOKENS.length)) {
      assertTrue(Logits.forward(model, TOKENS, 0, TOKENS.length, cache, logits, Cancellation.NONE));
    }
    return logits;
  }

  private void throughLayers(float[] hidden, int from, int count, Sequence cache) {
    model.embed(TOKENS, from, count, hidden);
    for (int layer = 0; layer < model.layers(); layer++) {
      model.forwardLayer(layer, hidden, count, from, cache);
    }
  }

  @Test
  void givesTheLogitsOfTheWholePassBitForBit() {
    float[] hidden = new float[TOKENS.length * model.width()];
    float[] logits = new float[TOKENS.length * TinyLlama.VOCABULARY];
    try (Sequence cache = model.newSequence(TOKENS.length)) {
      throughLayers(hidden, 0, TOKENS.length, cache);
      assertEquals(TOKENS.length, cache.length());
    }
    model.logits(hidden, 0, logits);
    assertArrayEquals(expected(), logits);
  }

  @Test
  void continuesASequenceThatForwardBegan() {
    float[] logits = new float[TinyLlama.VOCABULARY];
    float[] continued = new float[TinyLlama.VOCABULARY];
    float[] hidden = new float[model.width()];
    try (Sequence cache = model.newSequence(4)) {
      Logits.forward(model, TOKENS, 0, 3, cache, new float[0], Cancellation.NONE);
      throughLayers(hidden, 3, 1, cache);
      model.logits(hidden, 0, continued);
      cache.truncate(3);
      Logits.forward(model, TOKENS, 3, 1, cache, logits, Cancellation.NONE);
    }
    assertArrayEquals(logits, continued);
  }

  @Test
  void replacesPositionsThatALayerHolds() {
    float[] first = new float[4 * model.width()];
    float[] again = new float[2 * model.width()];
    try (Sequence cache = model.newSequence(4)) {
      throughLayers(first, 0, 4, cache);
      throughLayers(again, 2, 2, cache);
      float[] logits = new float[2 * TinyLlama.VOCABULARY];
      float[] expected = new float[2 * TinyLlama.VOCABULARY];
      model.logits(first, 2 * model.width(), expected);
      model.logits(again, 0, logits);
      // Batches of another size may sum in another order.
      assertArrayEquals(expected, logits, 1e-4f);
      assertEquals(4, cache.length());
    }
  }

  @Test
  void refusesALayerThatIsNotThere() {
    try (Sequence cache = model.newSequence(4)) {
      float[] hidden = new float[model.width()];
      assertCode(
          ErrorCode.INVALID_ARGUMENT,
          () -> model.forwardLayer(2, hidden, 1, 0, cache),
          "layer is 2");
      assertCode(
          ErrorCode.INVALID_ARGUMENT,
          () -> model.forwardLayer(-1, hidden, 1, 0, cache),
          "layer is -1");
    }
  }

  @Test
  void refusesAPositionThatLeavesAGap() {
    try (Sequence cache = model.newSequence(4)) {
      float[] hidden = new float[2 * model.width()];
      model.forwardLayer(0, hidden, 2, 0, cache);
      assertCode(
          ErrorCode.INVALID_ARGUMENT,
          () -> model.forwardLayer(0, hidden, 1, 3, cache),
          "layer 0 holds 2 positions");
      assertCode(
          ErrorCode.INVALID_ARGUMENT,
          () -> model.forwardLayer(1, hidden, 1, 1, cache),
          "layer 1 holds 0 positions");
      assertCode(
          ErrorCode.INVALID_ARGUMENT,
          () -> model.forwardLayer(0, hidden, 1, -1, cache),
          "position is -1");
    }
  }

  @Test
  void refusesMoreThanTheCacheHasRoomFor() {
    try (Sequence cache = model.newSequence(4)) {
      float[] hidden = new float[4 * model.width()];
      model.forwardLayer(0, hidden, 3, 0, cache);
      assertCode(
          ErrorCode.CONTEXT_OVERFLOW,
          () -> model.forwardLayer(0, hidden, 2, 3, cache),
          "the context of 4");
      model.forwardLayer(0, hidden, 1, 3, cache);
    }
  }

  @Test
  void aCancelledPassLeavesTheSequenceAsItWas() {
    try (Sequence cache = model.newSequence(TOKENS.length)) {
      Logits.forward(model, TOKENS, 0, 3, cache, new float[0], Cancellation.NONE);
      AtomicInteger asked = new AtomicInteger();
      Cancellation afterOneLayer = () -> asked.getAndIncrement() == 1;
      assertFalse(Logits.forward(model, TOKENS, 3, 5, cache, new float[0], afterOneLayer));
      assertEquals(3, cache.length());
      float[] logits = new float[5 * TinyLlama.VOCABULARY];
      float[] expected = new float[5 * TinyLlama.VOCABULARY];
      Logits.forward(model, TOKENS, 3, 5, cache, logits, Cancellation.NONE);
      System.arraycopy(expected(), 3 * TinyLlama.VOCABULARY, expected, 0, expected.length);
      assertArrayEquals(expected, logits, 1e-4f);
    }
  }

  @Test
  void saysHowMuchMemoryAFullCacheTakes() {
    // F16 keys and values of two layers with two key-value heads of eight values, in whole pages.
    assertEquals(64L * 2 * 2 * 2 * 2 * 8, model.cacheBytes(1));
    assertEquals(64L * 2 * 2 * 2 * 2 * 8, model.cacheBytes(64));
    assertEquals(128L * 2 * 2 * 2 * 2 * 8, model.cacheBytes(65));
  }

  private static void assertCode(ErrorCode code, Runnable call, String message) {
    EngineException error = assertThrows(EngineException.class, call::run);
    assertEquals(code, error.code());
    assertTrue(error.getMessage().contains(message), error.getMessage());
  }
}
