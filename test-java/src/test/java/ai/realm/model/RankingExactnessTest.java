package ai.realm.model;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.fixture.NeedsTinyModels;
import ai.realm.fixture.Rounds;
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
 * Every kind of reranker, in several types, against the exact probabilities of an independent
 * float64 program (src/test/python/golden). All pairs go through the model in one step, and have
 * the scores that each has alone.
 */
@NeedsTinyModels
class RankingExactnessTest {
  /**
   * The most that a score may be off with F32 weights: keys and values are half floats, and where a
   * model is undecided a logit that is off by 0.01 is a score that is off by this. node-llama-cpp,
   * with the same cache, is as far off in the mean.
   */
  private static final double F32 = 2.5e-3;

  /** With other weights, of node-llama-cpp's mean KL on the same file. */
  private static final double SHARE_OF_PEER = 0.5;

  static List<TinyModelCase> cases() {
    return TinyModelCase.all().stream().filter(TinyModelCase::ranks).toList();
  }

  @ParameterizedTest(name = "{0}", allowZeroInvocations = true)
  @MethodSource("cases")
  void scoresAreExact(TinyModelCase tiny) {
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
        double[] scores = scores(model, tiny.sequences());
        Exactness exactness = Exactness.of(exact, logits(scores));
        measured.add(provider, "", exactness);
        checks.add(() -> assertNear(tiny, provider, exact, scores, exactness.meanKl()));
      }
    }
    measured.write(tiny);
    assertAll(checks);
  }

  private static double[] scores(TextEncoder model, int[][] pairs) {
    float[][][] states = Embeddings.states(model, pairs);
    double[] scores = new double[pairs.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = model.score(Embeddings.pooled(model, states[i]));
    }
    for (int i = 0; i < Math.min(scores.length, Rounds.of(3, scores.length)); i++) {
      float[][] alone = Embeddings.states(model, pairs[i])[0];
      assertEquals(model.score(Embeddings.pooled(model, alone)), scores[i]);
    }
    return scores;
  }

  /** Those of yes, where no has 0. */
  private static float[][][] logits(double[] scores) {
    float[][][] logits = new float[scores.length][][];
    for (int i = 0; i < scores.length; i++) {
      logits[i] = new float[][] {{(float) Math.log(scores[i] / (1 - scores[i])), 0}};
    }
    return logits;
  }

  private static void assertNear(
      TinyModelCase tiny, Provider provider, float[][][] exact, double[] scores, double kl) {
    if (tiny.type().equals("F32")) {
      for (int i = 0; i < scores.length; i++) {
        assertEquals(Math.exp(exact[i][0][0]), scores[i], F32, provider + ", pair " + i);
      }
    } else {
      double most = SHARE_OF_PEER * tiny.peer();
      assertTrue(kl <= most, provider + ": mean KL " + kl + ", at most " + most);
    }
  }
}
