package ai.realm.engine;

import static ai.realm.engine.EngineFixture.loaded;
import static ai.realm.engine.EngineFixture.prompt;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.FakeModel;
import ai.realm.fixture.FakeTokenizer;
import ai.realm.sampling.Ranking.TopTokens;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScoringTest {
  private final FakeModel fake = FakeModel.noise();

  private static final class Scores implements ScoringListener {
    private final CompletableFuture<List<TopTokens>> positions = new CompletableFuture<>();

    @Override
    public void finished(List<TopTokens> scored) {
      positions.complete(scored);
    }

    @Override
    public void aborted() {
      positions.cancel(false);
    }

    @Override
    public void failed(Throwable failure) {
      positions.completeExceptionally(failure);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 64, 100, 101, Integer.MAX_VALUE})
  void givesTheLogProbabilitiesAfterEachPositionInAnySplit(int batch) {
    int[] ids = prompt(100, 3);
    Scores scores = new Scores();
    try (LoadedModel model = loaded(fake, 100)) {
      model.lease().score(ids, 5, batch, Claim.APP, scores);
      List<TopTokens> positions = scores.positions.join();
      assertEquals(ids.length, positions.size());
      for (int i = 0; i < ids.length; i++) {
        assertLogSoftmax(fake.logitsAfter(Arrays.copyOf(ids, i + 1)), positions.get(i));
      }
    }
    assertEquals((100 + (long) batch - 1) / batch, fake.steps.size());
    assertEquals(0, fake.openCaches.get());
  }

  @Test
  void givesAllTokensWhereMoreAreAskedFor() {
    Scores scores = new Scores();
    try (LoadedModel model = loaded(fake, 100)) {
      model.lease().score(prompt(1, 0), Integer.MAX_VALUE, 1, Claim.APP, scores);
      assertEquals(FakeTokenizer.VOCABULARY, scores.positions.join().getFirst().ids().length);
    }
  }

  @Test
  void cancellingEndsIt() {
    AtomicReference<Scoring> scoring = new AtomicReference<>();
    CompletableFuture<Void> known = new CompletableFuture<>();
    fake.hook =
        step -> {
          known.join();
          if (step.held() == 30) {
            scoring.get().cancel();
          }
        };
    Scores scores = new Scores();
    try (LoadedModel model = loaded(fake, 100)) {
      scoring.set(model.lease().score(prompt(100, 0), 1, 10, Claim.APP, scores));
      known.complete(null);
    }
    assertEquals(true, scores.positions.isCancelled());
    assertEquals(4, fake.steps.size());
    assertEquals(0, fake.openCaches.get());
  }

  @Test
  void aFailureIsReported() {
    OutOfMemoryError full = new OutOfMemoryError("of a test");
    fake.hook =
        step -> {
          throw full;
        };
    Scores scores = new Scores();
    try (LoadedModel model = loaded(fake, 100)) {
      model.lease().score(prompt(10, 0), 1, 10, Claim.APP, scores);
      ExecutionException failed =
          assertThrows(ExecutionException.class, () -> scores.positions.get());
      assertSame(full, failed.getCause());
    }
    assertEquals(0, fake.openCaches.get());
  }

  @Test
  void whatCannotBeScoredIsRefused() {
    try (LoadedModel model = loaded(fake, 20)) {
      refused(ErrorCode.INVALID_ARGUMENT, model, new int[0], 1, 1);
      refused(ErrorCode.CONTEXT_OVERFLOW, model, prompt(21, 0), 1, 1);
      refused(ErrorCode.TOKEN_OUT_OF_RANGE, model, new int[] {258}, 1, 1);
      refused(ErrorCode.INVALID_ARGUMENT, model, prompt(20, 0), 0, 1);
      refused(ErrorCode.INVALID_ARGUMENT, model, prompt(20, 0), 1, 0);
    }
  }

  private static void refused(ErrorCode code, LoadedModel model, int[] ids, int top, int batch) {
    try (ModelLease lease = model.lease()) {
      EngineException error =
          assertThrows(
              EngineException.class, () -> lease.score(ids, top, batch, Claim.APP, new Scores()));
      assertEquals(code, error.code());
    }
  }

  private static void assertLogSoftmax(float[] logits, TopTokens top) {
    double total = 0;
    for (float logit : logits) {
      total += Math.exp(logit);
    }
    double[] expected = new double[5];
    float[] left = logits.clone();
    int[] ids = new int[5];
    for (int i = 0; i < 5; i++) {
      for (int id = 1; id < left.length; id++) {
        ids[i] = left[id] > left[ids[i]] ? id : ids[i];
      }
      expected[i] = Math.log(Math.exp(left[ids[i]]) / total);
      left[ids[i]] = Float.NEGATIVE_INFINITY;
    }
    assertArrayEquals(ids, top.ids());
    assertArrayEquals(expected, top.logProbabilities(), 1e-12);
  }
}
