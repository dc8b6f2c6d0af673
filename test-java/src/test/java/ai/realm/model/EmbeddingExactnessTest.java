package ai.realm.model;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.fixture.NeedsTinyModels;
import ai.realm.fixture.TinyModelCase;
import ai.realm.gguf.Gguf;
import ai.realm.kernels.KvFormat;
import ai.realm.model.cache.CacheOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every architecture that embeds, in several types, against the exact vectors of an independent
 * float64 program (src/test/python/golden). All texts go through the model in one step, and must
 * have the bits that each has alone.
 */
@NeedsTinyModels
class EmbeddingExactnessTest {
  /** The least cosine with F32 weights: a wrong epsilon of a norm shows only there. */
  private static final double F32 = 0.99999;

  /** With other weights, of node-llama-cpp's mean distance on the same file. */
  private static final double SHARE_OF_PEER = 0.5;

  static List<TinyModelCase> cases() {
    return TinyModelCase.all().stream().filter(TinyModelCase::embeds).toList();
  }

  @ParameterizedTest(name = "{0}", allowZeroInvocations = true)
  @MethodSource("cases")
  void vectorsAreExact(TinyModelCase tiny) {
    float[][][] exact = tiny.exact();
    MeasuredExactness measured = new MeasuredExactness();
    List<Executable> checks = new ArrayList<>();
    for (Provider provider : ExactnessTest.THOROUGH ? Provider.all() : Provider.fast()) {
      try (Gguf gguf = Gguf.open(tiny.file());
          TextEncoder model =
              Models.open(
                  gguf,
                  OptionalInt.empty(),
                  ExactnessTest.THREADS,
                  CacheOptions.of(KvFormat.F16),
                  provider.kernels())) {
        float[][] vectors = vectors(model, tiny.sequences());
        double distance = Exactness.meanDistance(exact, vectors);
        measured.addDistance(provider, distance);
        checks.add(() -> assertNear(tiny, provider, exact, vectors, distance));
      }
    }
    measured.write(tiny);
    assertAll(checks);
  }

  private static float[][] vectors(TextEncoder model, int[][] sequences) {
    float[][][] states = Embeddings.states(model, sequences);
    float[][] vectors = new float[sequences.length][];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = Embeddings.vector(model, states[i]);
      float[][] alone = Embeddings.states(model, sequences[i])[0];
      assertArrayEquals(Embeddings.vector(model, alone), vectors[i]);
    }
    return vectors;
  }

  private static void assertNear(
      TinyModelCase tiny,
      Provider provider,
      float[][][] exact,
      float[][] vectors,
      double distance) {
    if (tiny.type().equals("F32")) {
      for (int i = 0; i < vectors.length; i++) {
        double cosine = Exactness.cosine(exact[i][0], vectors[i]);
        assertTrue(cosine >= F32, provider + ", sequence " + i + ": cosine " + cosine);
      }
    } else {
      double most = SHARE_OF_PEER * tiny.peer();
      assertTrue(distance <= most, provider + ": " + distance + ", at most " + most);
    }
  }
}
