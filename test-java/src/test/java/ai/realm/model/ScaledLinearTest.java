package ai.realm.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.realm.fixture.TinyLlama;
import ai.realm.gguf.Gguf;
import ai.realm.kernels.KvFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Matrices whose products a tensor beside them scales: by a power of two, no bit is another. */
class ScaledLinearTest {
  private static final int[] IDS = new Random(3).ints(40, 0, TinyLlama.VOCABULARY).toArray();

  static List<Provider> providers() {
    return Provider.all();
  }

  private static float[][] logits(Gguf gguf, Provider provider, int step) {
    try (gguf;
        LanguageModel model =
            Models.load(gguf, OptionalInt.empty(), 2, KvFormat.F16, provider.kernels())) {
      return Logits.of(model, IDS, step);
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void productsAreScaledAlone(Provider provider) {
    for (int step : new int[] {IDS.length, 1}) {
      float[][] expected = logits(TinyLlama.open(1), provider, step);
      assertArrayEquals(expected, logits(TinyLlama.openScaled(1, 0, 0), provider, step));
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void eachExpertHasAScale(Provider provider) {
    float[][] expected = logits(TinyLlama.openMixture(1, 6, 2, true), provider, IDS.length);
    float[][] actual = logits(TinyLlama.openScaled(1, 6, 2), provider, IDS.length);
    assertArrayEquals(expected, actual);
  }
}
