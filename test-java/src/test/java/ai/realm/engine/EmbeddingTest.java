package ai.realm.engine;

import static ai.realm.engine.EngineFixture.loaded;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.FakeModel;
import ai.realm.fixture.FakeTokenizer;
import ai.realm.model.net.Pooling;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What becomes of states: the fake model's are a token's id and how many tokens its text has so
 * far, of which it makes embeddings with their sum as a third value.
 */
class EmbeddingTest {
  private static final int BOS = FakeTokenizer.CONTROL;

  private final FakeModel fake = FakeModel.noise();

  private static final class Vectors implements EmbeddingListener {
    private final CompletableFuture<List<float[]>> all = new CompletableFuture<>();
    private int tokens;

    @Override
    public void finished(List<float[]> embeddings, int count) {
      tokens = count;
      all.complete(embeddings);
    }

    @Override
    public void aborted() {
      all.cancel(false);
    }

    @Override
    public void failed(Throwable failure) {
      all.completeExceptionally(failure);
    }
  }

  private static EmbeddingOptions raw(Pooling pooling) {
    return new EmbeddingOptions(Optional.of(pooling), false, OptionalInt.empty(), false);
  }

  private static EmbeddingOptions usual() {
    return new EmbeddingOptions(Optional.empty(), true, OptionalInt.empty(), false);
  }

  private List<float[]> embed(int contextLength, EmbeddingOptions options, String... texts) {
    Vectors vectors = new Vectors();
    try (LoadedModel model = loaded(fake, contextLength)) {
      model.lease().embed(List.of(texts), options, Claim.APP, vectors);
      return vectors.all.join();
    }
  }

  /** Of a model of its own. */
  private static float[] vector(EmbeddingOptions options, String text) {
    return new EmbeddingTest().embed(100, options, text).getFirst();
  }

  @Test
  void poolsStates() {
    assertArrayEquals(new float[] {BOS, 1, BOS + 1}, vector(raw(Pooling.CLS), "ab"));
  }

  @Test
  void theLastStateStandsForAText() {
    assertArrayEquals(new float[] {'b', 3, 'b' + 3}, vector(raw(Pooling.LAST), "ab"));
    float length = (float) Math.sqrt('b' * 'b' + 9 + ('b' + 3) * ('b' + 3));
    float[] unit = {'b' / length, 3 / length, ('b' + 3) / length};
    assertArrayEquals(unit, vector(usual(), "ab"), 1e-7f);
  }

  @Test
  void theMeanStandsForAText() {
    float mean = (BOS + 'a' + 'b') / 3f;
    assertArrayEquals(new float[] {mean, 2, mean + 2}, vector(raw(Pooling.MEAN), "ab"), 1e-4f);
  }

  @Test
  void unpooledStatesAreNotProjected() {
    assertArrayEquals(new float[] {BOS, 1, 'a', 2, 'b', 3}, vector(raw(Pooling.NONE), "ab"));
  }

  @Test
  void cutsBeforeItNormalizes() {
    EmbeddingOptions first =
        new EmbeddingOptions(Optional.of(Pooling.LAST), true, OptionalInt.of(1), false);
    assertArrayEquals(new float[] {1}, vector(first, "ab"));
    EmbeddingOptions rows =
        new EmbeddingOptions(Optional.of(Pooling.NONE), true, OptionalInt.of(1), false);
    assertArrayEquals(new float[] {1, 1, 1}, vector(rows, "ab"));
    EmbeddingOptions beyond =
        new EmbeddingOptions(Optional.of(Pooling.NONE), true, OptionalInt.of(3), false);
    assertSame(ErrorCode.INVALID_ARGUMENT, refused(100, beyond, "ab"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void fillsStepsWithTheTokensOfSeveralTexts(boolean wholeTexts) {
    fake.wholeTexts = wholeTexts;
    String[] texts =
        IntStream.of(0, 300, 5, 200, 600, 1, 127, 511, 1, 2, 700)
            .mapToObj("x"::repeat)
            .toArray(String[]::new);
    List<float[]> vectors = embed(2000, raw(Pooling.NONE), texts);
    for (int i = 0; i < texts.length; i++) {
      float[] states = vectors.get(i);
      assertEquals(2 * (texts[i].length() + 1), states.length);
      for (int t = 0; t * 2 < states.length; t++) {
        assertEquals(t + 1, states[2 * t + 1]);
      }
    }
    int most = wholeTexts ? 512 : Scheduler.PROMPT_ROWS;
    int tokens = IntStream.range(0, texts.length).map(i -> texts[i].length() + 1).sum();
    int least = wholeTexts ? 6 : Math.ceilDiv(tokens, most);
    assertEquals(least, fake.batches.size());
    if (wholeTexts) {
      assertTrue(fake.steps.stream().allMatch(step -> step.held() == 0));
    }
    assertEquals(0, fake.openCaches.get());
    assertTrue(fake.caches.get() <= 5, fake.caches.get() + " sequences");
  }

  @Test
  void countsTokensWithThoseAroundATextAndTakesManyTexts() {
    Vectors vectors = new Vectors();
    List<String> texts = IntStream.range(0, 1000).mapToObj(i -> "x".repeat(i % 7)).toList();
    try (LoadedModel model = loaded(fake, 100)) {
      model.lease().embed(texts, raw(Pooling.LAST), Claim.APP, vectors);
      List<float[]> all = vectors.all.join();
      for (int i = 0; i < all.size(); i++) {
        assertEquals(texts.get(i).length() + 1, all.get(i)[1]);
      }
    }
    assertEquals(texts.stream().mapToInt(text -> text.length() + 1).sum(), vectors.tokens);
  }

  @Test
  void refusesOrCutsWhatDoesNotFitTheContext() {
    assertSame(ErrorCode.CONTEXT_OVERFLOW, refused(4, usual(), "abc", "abcd"));
    EmbeddingOptions cut =
        new EmbeddingOptions(Optional.of(Pooling.NONE), false, OptionalInt.empty(), true);
    assertArrayEquals(
        new float[] {BOS, 1, 'a', 2, 'b', 3, 'c', 4}, embed(4, cut, "abcd").getFirst());
  }

  private static ErrorCode refused(int contextLength, EmbeddingOptions options, String... texts) {
    FakeModel other = FakeModel.noise();
    try (LoadedModel model = loaded(other, contextLength);
        ModelLease lease = model.lease()) {
      return assertThrows(
              EngineException.class,
              () -> lease.embed(List.of(texts), options, Claim.APP, new Vectors()))
          .code();
    }
  }

  @Test
  void cancellingEndsIt() {
    AtomicReference<Embedding> embedding = new AtomicReference<>();
    CompletableFuture<Void> known = new CompletableFuture<>();
    fake.hook =
        step -> {
          known.join();
          if (step.held() == Scheduler.PROMPT_ROWS) {
            embedding.get().cancel();
          }
        };
    Vectors vectors = new Vectors();
    try (LoadedModel model = loaded(fake, 1000)) {
      embedding.set(model.lease().embed(List.of("x".repeat(900)), usual(), Claim.APP, vectors));
      known.complete(null);
    }
    assertTrue(vectors.all.isCancelled());
    assertEquals(2, fake.steps.size());
    assertEquals(0, fake.openCaches.get());
  }

  @Test
  void aFailureIsReportedAndNothingStaysOpen() {
    IllegalStateException failure = new IllegalStateException("meant");
    fake.hook =
        step -> {
          if (step.held() > 0) {
            throw failure;
          }
        };
    Vectors vectors = new Vectors();
    try (LoadedModel model = loaded(fake, 1000)) {
      model.lease().embed(List.of("a", "x".repeat(500)), usual(), Claim.APP, vectors);
      ExecutionException thrown = assertThrows(ExecutionException.class, () -> vectors.all.get());
      assertSame(failure, thrown.getCause());
    }
    assertEquals(0, fake.openCaches.get());
  }
}
