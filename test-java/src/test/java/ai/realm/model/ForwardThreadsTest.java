package ai.realm.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.realm.fixture.GoldenLlama;
import ai.realm.gguf.Gguf;
import ai.realm.kernels.KvFormat;
import ai.realm.kernels.KvLayer;
import ai.realm.model.cache.Sequence;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How the work is divided among threads changes no bit of a result. */
class ForwardThreadsTest {
  private static final GoldenLlama GOLDEN = GoldenLlama.read("groups-of-three");

  /** More than the cores of most machines that run this, and odd numbers among them. */
  private static final int[] THREADS = {2, 3, 4, 5, 7};

  private static List<Provider> providers() {
    return Provider.each();
  }

  private static Stream<Arguments> allProvidersAndFormats() {
    return Provider.all().stream()
        .flatMap(
            provider -> Stream.of(KvFormat.values()).map(format -> Arguments.of(provider, format)));
  }

  private static float[][] logits(
      Provider provider, int threads, KvFormat format, int[] ids, int... steps) {
    try (Gguf gguf = GOLDEN.open();
        LanguageModel model =
            Models.load(gguf, OptionalInt.empty(), threads, format, provider.kernels());
        Sequence cache = model.newSequence(Arrays.stream(steps).sum())) {
      return Logits.inSteps(model, cache, ids, steps);
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void promptsAndAnswersHaveTheSameBits(Provider provider) {
    int[] steps = {100, 30, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    float[][] expected = logits(provider, 1, KvFormat.F16, GOLDEN.ids(), steps);
    for (int threads : THREADS) {
      float[][] actual = logits(provider, threads, KvFormat.F16, GOLDEN.ids(), steps);
      assertArrayEquals(expected, actual, threads + " threads");
    }
  }

  @ParameterizedTest
  @MethodSource("allProvidersAndFormats")
  void answersBehindPromptsOfSeveralSpansHaveTheSameBits(Provider provider, KvFormat format) {
    int[] ids = new int[2 * KvLayer.SPAN + 50];
    Arrays.setAll(ids, i -> GOLDEN.ids()[i * 7 % GOLDEN.ids().length]);
    int[] steps = {KvLayer.SPAN - 1, 1, 1, KvLayer.SPAN - 2, 1, 1, 46, 1, 1};
    float[][] expected = logits(provider, 1, format, ids, steps);
    for (int threads : THREADS) {
      assertArrayEquals(
          expected, logits(provider, threads, format, ids, steps), threads + " threads");
    }
  }
}
