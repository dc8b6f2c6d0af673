package ai.realm.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.GoldenLlama;
import ai.realm.gguf.Gguf;
import ai.realm.kernels.KvFormat;
import ai.realm.model.cache.Sequence;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every model: sequences do not depend on how, when or where they are computed. */
class DecoderTest {
  private static final GoldenLlama GOLDEN = GoldenLlama.read("groups-of-three");
  private static final int LAYERS = 2;
  private static final int[] IDS = GOLDEN.ids();

  /** Ends within the second page of the KV cache. */
  private static final int PREFIX = 70;

  private static final int[] OTHER_IDS = IntStream.of(IDS).map(id -> (id + 7) % 320).toArray();

  static List<Provider> providers() {
    return Provider.each();
  }

  private static void withModel(Provider provider, int threads, Consumer<LanguageModel> test) {
    withModel(GOLDEN, provider, threads, test);
  }

  private static void withModel(
      GoldenLlama golden, Provider provider, int threads, Consumer<LanguageModel> test) {
    try (Gguf gguf = golden.open();
        LanguageModel model =
            Models.load(gguf, OptionalInt.empty(), threads, KvFormat.F16, provider.kernels())) {
      test.accept(model);
    }
  }

  /** The rest of the sequence in one step, after its beginning in one. */
  private static float[][] inTwoSteps(LanguageModel model) {
    try (Sequence cache = begun(model)) {
      return Logits.continued(model, cache, IDS, IDS.length);
    }
  }

  /** A cache that holds the beginning of the sequence, and has room for just the whole. */
  private static Sequence begun(LanguageModel model) {
    Sequence cache = model.newSequence(IDS.length);
    assertTrue(Logits.forward(model, IDS, 0, PREFIX, cache, new float[0], Cancellation.NONE));
    return cache;
  }

  private static void assertGoesOnAsIfNothingHadBeen(LanguageModel model, Sequence cache) {
    for (int layer = 0; layer < LAYERS; layer++) {
      assertEquals(PREFIX, cache.held(layer));
    }
    assertArrayEquals(inTwoSteps(model), Logits.continued(model, cache, IDS, IDS.length));
  }

  static List<Provider> allProviders() {
    return Provider.all();
  }

  @ParameterizedTest
  @MethodSource("allProviders")
  void anySplitIntoStepsGivesTheSameBitsOnF32Weights(Provider provider) {
    assertSplitsAgree(provider, GOLDEN, 0);
  }

  /** Decode adds products with quantized weights up in another order than prefill, or rounds. */
  private static Stream<Arguments> splitsOfOtherTypes() {
    return Provider.all().stream()
        .filter(provider -> !provider.name().equals("scalar"))
        .flatMap(provider ->
            Stream.of("f16", "q8_0", "q4_1", "k-quants")
                .filter(variant -> !provider.rounds() || variant.equals("f16"))
                .map(variant -> Arguments.of(provider, variant)));
  }

  @ParameterizedTest
  @MethodSource("splitsOfOtherTypes")
  void anySplitIntoStepsGivesTheSameLogits(Provider provider, String variant) {
    double tolerance = provider.roundsAlone(variant) ? 1e-2 : 1e-3;
    assertSplitsAgree(provider, GoldenLlama.read(variant), tolerance);
  }

  private static void assertSplitsAgree(Provider provider, GoldenLlama golden, double tolerance) {
    withModel(
        golden,
        provider,
        2,
        model -> {
          float[][] whole = Logits.of(model, golden.ids(), golden.ids().length);
          float delta = (float) (tolerance * Logits.range(whole));
          for (int batch : new int[] {1, 7, 64, 149}) {
            float[][] split = Logits.of(model, golden.ids(), batch);
            for (int i = 0; i < whole.length; i++) {
              String where = batch + " a step, position " + i;
              if (tolerance == 0) {
                assertArrayEquals(whole[i], split[i], where);
              } else {
                assertArrayEquals(whole[i], split[i], delta, where);
              }
            }
          }
        });
  }

  @ParameterizedTest
  @MethodSource("providers")
  void aSequenceCutBackGoesOnAsIfItHadNeverBeenLonger(Provider provider) {
    withModel(
        provider,
        2,
        model -> {
          try (Sequence cache = begun(model)) {
            Logits.forward(model, OTHER_IDS, PREFIX, 80, cache, new float[0], Cancellation.NONE);
            cache.truncate(PREFIX);
            assertGoesOnAsIfNothingHadBeen(model, cache);
            cache.truncate(0);
            Logits.forward(model, OTHER_IDS, 0, 150, cache, new float[0], Cancellation.NONE);
            cache.truncate(0);
            Logits.forward(model, IDS, 0, PREFIX, cache, new float[0], Cancellation.NONE);
            assertGoesOnAsIfNothingHadBeen(model, cache);
          }
        });
  }

  @ParameterizedTest
  @MethodSource("providers")
  void aStepCancelledAtAnyLayerChangesNothing(Provider provider) {
    withModel(
        provider,
        2,
        model -> {
          for (int count : new int[] {80, 1}) {
            for (int layer = 0; layer < LAYERS; layer++) {
              try (Sequence cache = begun(model)) {
                float[] logits = new float[model.vocabularySize()];
                assertFalse(
                    Logits.forward(
                        model, OTHER_IDS, PREFIX, count, cache, logits, requestedAt(layer)));
                assertArrayEquals(new float[model.vocabularySize()], logits);
                assertGoesOnAsIfNothingHadBeen(model, cache);
              }
            }
          }
        });
  }

  private static Cancellation requestedAt(int layer) {
    AtomicInteger asked = new AtomicInteger();
    return () -> asked.getAndIncrement() == layer;
  }

  @ParameterizedTest
  @MethodSource("providers")
  void aStepThatThrowsChangesNothing(Provider provider) {
    withModel(
        provider,
        2,
        model -> {
          for (int layer = 0; layer < LAYERS; layer++) {
            try (Sequence cache = begun(model)) {
              IllegalStateException failure = new IllegalStateException("in layer " + layer);
              Cancellation when = requestedAt(layer);
              Cancellation throwing =
                  () -> {
                    if (when.requested()) {
                      throw failure;
                    }
                    return false;
                  };
              assertSame(
                  failure,
                  assertThrows(
                      IllegalStateException.class,
                      () ->
                          Logits.forward(
                              model, OTHER_IDS, PREFIX, 80, cache, new float[0], throwing)));
              assertGoesOnAsIfNothingHadBeen(model, cache);
            }
          }
          try (Sequence cache = begun(model)) {
            int[] ids = OTHER_IDS.clone();
            ids[140] = model.vocabularySize();
            assertThrows(
                IndexOutOfBoundsException.class,
                () ->
                    Logits.forward(model, ids, PREFIX, 80, cache, new float[0], Cancellation.NONE));
            assertGoesOnAsIfNothingHadBeen(model, cache);
          }
        });
  }

  @ParameterizedTest
  @MethodSource("providers")
  void moreTokensThanFitAreRefusedAndChangeNothing(Provider provider) {
    withModel(
        provider,
        2,
        model -> {
          try (Sequence cache = begun(model)) {
            int[] tooMany = new int[81];
            EngineException refusal =
                assertThrows(
                    EngineException.class,
                    () ->
                        Logits.forward(
                            model, tooMany, 0, 81, cache, new float[0], Cancellation.NONE));
            assertEquals(ErrorCode.CONTEXT_OVERFLOW, refusal.code());
            assertTrue(refusal.getMessage().startsWith("81 tokens after 70 do not fit"));
            assertGoesOnAsIfNothingHadBeen(model, cache);
            assertThrows(
                EngineException.class,
                () -> Logits.forward(model, tooMany, 0, 1, cache, new float[0], Cancellation.NONE));
            assertEquals(IDS.length, cache.length());
          }
        });
  }

  @ParameterizedTest
  @MethodSource("providers")
  void sequencesThatTakeTurnsDoNotDisturbEachOther(Provider provider) {
    withModel(
        provider,
        2,
        model -> {
          int[] steps = {1, 100, 1, 1, 13, 34};
          try (Sequence one = model.newSequence(150);
              Sequence other = model.newSequence(200)) {
            float[][] alone = Logits.inSteps(model, one, IDS, steps);
            float[][] otherAlone = Logits.inSteps(model, other, OTHER_IDS, steps);
            one.truncate(0);
            other.truncate(0);
            float[][] inTurns = new float[steps.length][];
            float[][] otherInTurns = new float[steps.length][];
            for (int s = 0; s < steps.length; s++) {
              inTurns[s] = Logits.step(model, one, IDS, steps[s]);
              otherInTurns[s] = Logits.step(model, other, OTHER_IDS, steps[s]);
            }
            assertArrayEquals(alone, inTurns);
            assertArrayEquals(otherAlone, otherInTurns);
          }
        });
  }

  @ParameterizedTest
  @MethodSource("providers")
  void aResultStaysTheSameWhileTheCodeIsCompiled(Provider provider) {
    withModel(
        provider,
        1,
        model -> {
          try (Sequence cache = model.newSequence(IDS.length)) {
            int[] steps = {20, 1};
            float[][] expected = Logits.inSteps(model, cache, IDS, steps);
            for (int round = 0; round < 100; round++) {
              cache.truncate(0);
              float[][] rows = Logits.inSteps(model, cache, IDS, steps);
              assertArrayEquals(expected, rows, "round " + round);
            }
          }
        });
  }

  @ParameterizedTest
  @MethodSource("providers")
  void theLogitsOfTheLastTokensAloneAreThoseAmongAll(Provider provider) {
    withModel(
        provider,
        2,
        model -> {
          float[][] all = Logits.of(model, IDS, IDS.length);
          int before = 10; // tokens of a step of which no logits are wanted
          for (int rows : new int[] {1, 2, 20}) {
            float[] last = new float[rows * model.vocabularySize()];
            try (Sequence cache = model.newSequence(IDS.length)) {
              Logits.forward(model, IDS, 0, before, cache, new float[0], Cancellation.NONE);
              Logits.forward(
                  model, IDS, before, IDS.length - before, cache, last, Cancellation.NONE);
            }
            for (int r = 0; r < rows; r++) {
              int at = r * model.vocabularySize();
              float[] row = Arrays.copyOfRange(last, at, at + model.vocabularySize());
              assertArrayEquals(all[IDS.length - rows + r], row);
            }
          }
        });
  }
}
