package ai.realm.engine;

import static ai.realm.engine.EngineFixture.await;
import static ai.realm.engine.EngineFixture.greedy;
import static ai.realm.engine.EngineFixture.loaded;
import static ai.realm.engine.EngineFixture.options;
import static ai.realm.engine.EngineFixture.prompt;
import static ai.realm.engine.EngineFixture.run;
import static ai.realm.engine.EngineFixture.start;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.engine.GenerationResult.FinishReason;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.FakeModel;
import ai.realm.model.Batch;
import ai.realm.model.net.Pooling;
import ai.realm.sampling.Options;
import ai.realm.sampling.Ranking.TopTokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SchedulerTest {
  private final FakeModel fake = FakeModel.noise();

  /** Holds the first step of the model until a test lets it go on. */
  private final class FirstStep implements FakeModel.Hook {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch free = new CountDownLatch(1);

    @Override
    public void before(FakeModel.Step step) {
      if (fake.steps.size() == 1) {
        begun.countDown();
        await(free);
      }
    }
  }

  /** The rows of each step: a letter for each cache, upper case for a prompt's, and how many. */
  private List<String> steps(Map<Integer, Integer> promptLengths) {
    List<String> steps = new ArrayList<>();
    int next = 0;
    for (Batch batch : fake.batches) {
      List<String> rows = new ArrayList<>();
      for (int i = 0; i < batch.slices().size(); i++) {
        FakeModel.Step step = fake.steps.get(next++);
        boolean prompt = step.held() < promptLengths.get(step.cache());
        rows.add((char) ((prompt ? 'A' : 'a') + step.cache()) + "" + step.count());
      }
      steps.add(String.join(" ", rows));
    }
    return steps;
  }

  @Test
  void everyStepHasATokenOfAllThatDecodeAndPromptsTakeTurns() {
    FirstStep first = new FirstStep();
    fake.hook = first;
    try (LoadedModel model = loaded(fake, 2000)) {
      List<Recorder> recorders = List.of(new Recorder(), new Recorder(), new Recorder());
      start(model, prompt(700, 0), greedy(3), recorders.get(0));
      await(first.begun);
      start(model, prompt(1, 1), greedy(5), recorders.get(1));
      start(model, prompt(300, 2), greedy(4), recorders.get(2));
      first.free.countDown();
      recorders.forEach(Recorder::result);
    }
    List<String> expected =
        List.of(
            "A128",
            "A128",
            "B1 C127",
            "b1 A128",
            "b1 C128",
            "b1 A128",
            "b1 C45 A83",
            "c1 A105",
            "a1 c1",
            "a1 c1");
    assertEquals(expected, steps(Map.of(0, 700, 1, 1, 2, 300)));
  }

  @Test
  void whatIsCancelledWithinASharedStepEndsBehindItAndNoOtherDoes() {
    FirstStep first = new FirstStep();
    AtomicReference<Generation> second = new AtomicReference<>();
    fake.hook =
        step -> {
          first.before(step);
          if (fake.batches.size() == 4) {
            second.get().cancel();
            assertFalse(step.cancellation().requested());
          }
        };
    try (LoadedModel model = loaded(fake, 2000)) {
      List<Recorder> recorders = List.of(new Recorder(), new Recorder(), new Recorder());
      start(model, prompt(10, 0), greedy(20), recorders.get(0));
      second.set(start(model, prompt(10, 1), greedy(20), recorders.get(1)));
      start(model, prompt(10, 2), greedy(20), recorders.get(2));
      first.free.countDown();
      assertEquals(FinishReason.ABORT, recorders.get(1).result().finishReason());
      assertEquals(20, recorders.get(0).result().tokens().length);
      assertEquals(20, recorders.get(2).result().tokens().length);
      assertArrayEquals(
          run(model, prompt(10, 2), greedy(20)).tokens(), recorders.get(2).result().tokens());
    }
    assertEquals(0, fake.openCaches.get());
  }

  @Test
  void textsThatAreEmbeddedOrScoredRideInTheStepsOfOthers() {
    FirstStep first = new FirstStep();
    fake.hook = first;
    CompletableFuture<List<float[]>> vectors = new CompletableFuture<>();
    CompletableFuture<List<TopTokens>> positions = new CompletableFuture<>();
    int[] scored = prompt(50, 5);
    try (LoadedModel model = loaded(fake, 2000)) {
      Recorder text = new Recorder();
      Recorder prompt = new Recorder();
      start(model, prompt(3, 0), greedy(20), text);
      await(first.begun);
      EmbeddingOptions raw =
          new EmbeddingOptions(Optional.of(Pooling.LAST), false, OptionalInt.empty(), false);
      model.lease().embed(List.of("abc", "de"), raw, Claim.APP, embedded(vectors));
      model.lease().score(scored, 1, 100, Claim.APP, scored(positions));
      start(model, prompt(40, 1), greedy(20), prompt);
      first.free.countDown();
      assertArrayEquals(new float[] {'c', 4, 'c' + 4}, vectors.join().get(0));
      assertArrayEquals(new float[] {'e', 3, 'e' + 3}, vectors.join().get(1));
      for (int i = 0; i < scored.length; i++) {
        float[] logits = fake.logitsAfter(Arrays.copyOf(scored, i + 1));
        int best = positions.join().get(i).ids()[0];
        for (float logit : logits) {
          assertTrue(logits[best] >= logit);
        }
      }
      assertArrayEquals(run(model, prompt(3, 0), greedy(20)).tokens(), text.result().tokens());
      assertArrayEquals(run(model, prompt(40, 1), greedy(20)).tokens(), prompt.result().tokens());
    }
    Batch shared = fake.batches.get(1);
    assertEquals(5, shared.slices().size());
    assertEquals(1 + 50 + 1, shared.logits());
    assertEquals(4 + 3, shared.states());
    assertTrue(shared.slices().getLast().embedded());
    assertEquals(0, fake.openCaches.get());
  }

  private static EmbeddingListener embedded(CompletableFuture<List<float[]>> vectors) {
    return new EmbeddingListener() {
      @Override
      public void finished(List<float[]> embeddings, int tokens) {
        vectors.complete(embeddings);
      }

      @Override
      public void aborted() {
        vectors.cancel(false);
      }

      @Override
      public void failed(Throwable failure) {
        vectors.completeExceptionally(failure);
      }
    };
  }

  private static ScoringListener scored(CompletableFuture<List<TopTokens>> positions) {
    return new ScoringListener() {
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
    };
  }

  @Test
  void concurrentGenerationsGiveWhatSingleOnesGive() {
    List<int[]> prompts = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      prompts.add(prompt(1 + 37 * i, i));
    }
    List<GenerationResult> alone = new ArrayList<>();
    List<Recorder> together = new ArrayList<>();
    try (LoadedModel model = loaded(fake, 2000)) {
      for (int i = 0; i < prompts.size(); i++) {
        alone.add(run(model, prompts.get(i), options(50, Options.seeded(i))));
      }
      for (int i = 0; i < prompts.size(); i++) {
        together.add(new Recorder());
        start(model, prompts.get(i), options(50, Options.seeded(i)), together.get(i));
      }
      for (int i = 0; i < prompts.size(); i++) {
        assertArrayEquals(alone.get(i).tokens(), together.get(i).result().tokens());
        assertEquals(alone.get(i).text(), together.get(i).result().text());
      }
    }
    assertEquals(24, fake.caches.get());
    assertEquals(0, fake.openCaches.get());
  }

  @Test
  void cancellingWithinAPrefillStepStopsThatStep() {
    CountDownLatch prefilling = new CountDownLatch(1);
    fake.hook =
        step -> {
          if (step.held() > 0) {
            prefilling.countDown();
            while (!step.cancellation().requested()) {
              Thread.onSpinWait();
            }
          }
        };
    try (LoadedModel model = loaded(fake, 2000)) {
      Recorder recorder = new Recorder();
      Generation generation = start(model, prompt(1000, 0), greedy(5), recorder);
      await(prefilling);
      generation.cancel();
      GenerationResult result = recorder.result();
      assertEquals(FinishReason.ABORT, result.finishReason());
      assertEquals(0, result.tokens().length);
      assertEquals(0, result.timings().firstTokenMs());
    }
    assertEquals(2, fake.steps.size());
    assertEquals(0, fake.openCaches.get());
  }

  @Test
  void cancellingInDecodeKeepsWhatWasGenerated() {
    int[] whole;
    FakeModel undisturbed = FakeModel.noise();
    try (LoadedModel model = loaded(undisturbed, 2000)) {
      whole = run(model, prompt(10, 0), greedy(5)).tokens();
    }
    FirstStep first = new FirstStep();
    AtomicReference<Generation> generation = new AtomicReference<>();
    fake.hook =
        step -> {
          first.before(step);
          if (step.held() == 14) {
            generation.get().cancel();
          }
        };
    try (LoadedModel model = loaded(fake, 2000)) {
      Recorder recorder = new Recorder();
      generation.set(start(model, prompt(10, 0), greedy(100), recorder));
      first.free.countDown();
      GenerationResult result = recorder.result();
      assertEquals(FinishReason.ABORT, result.finishReason());
      assertArrayEquals(whole, result.tokens());
      assertEquals(String.join("", recorder.pieces), result.text());
    }
    assertEquals(0, fake.openCaches.get());
  }

  @Test
  void oneThatWaitsIsCancelledWithinTheStepOfAnother() {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch bothEnded = new CountDownLatch(2);
    fake.hook =
        step -> {
          if (fake.steps.size() == 1) {
            begun.countDown();
            // As a forward pass does between layers.
            while (bothEnded.getCount() > 0) {
              assertFalse(step.cancellation().requested());
            }
          }
        };
    try (LoadedModel model = loaded(fake, 2000)) {
      Recorder working = new Recorder();
      start(model, prompt(100, 0), greedy(2), working);
      await(begun);
      for (int i = 1; i <= 2; i++) {
        Recorder queued = new Recorder();
        start(model, prompt(100, i), greedy(2), queued).cancel();
        assertEquals(FinishReason.ABORT, queued.result().finishReason());
        bothEnded.countDown();
      }
      assertEquals(FinishReason.LENGTH, working.result().finishReason());
    }
    assertEquals(1, fake.caches.get());
    assertEquals(0, fake.openCaches.get());
  }

  @Test
  void aListenerThatWantsNoMoreCancels() {
    try (LoadedModel model = loaded(fake, 2000)) {
      Recorder recorder = new Recorder(piece -> false);
      start(model, prompt(10, 0), greedy(100), recorder);
      assertEquals(FinishReason.ABORT, recorder.result().finishReason());
      assertEquals(1, recorder.pieces.size());
    }
    assertEquals(0, fake.openCaches.get());
  }

  @Test
  void aFailureEndsOneAndNoOther() {
    OutOfMemoryError full = new OutOfMemoryError("of a test");
    EngineException broken = new EngineException(ErrorCode.INTERNAL, "of a test");
    Map<Integer, Throwable> failures = Map.of(1, full, 2, broken);
    FirstStep first = new FirstStep();
    fake.hook =
        step -> {
          first.before(step);
          if (step.held() > 12) {
            switch (failures.get(step.cache())) {
              case Error error -> throw error;
              case RuntimeException exception -> throw exception;
              case null, default -> {}
            }
          }
        };
    try (LoadedModel model = loaded(fake, 2000)) {
      List<Recorder> recorders = List.of(new Recorder(), new Recorder(), new Recorder());
      for (int i = 0; i < 3; i++) {
        start(model, prompt(10, i), greedy(20), recorders.get(i));
      }
      first.free.countDown();
      assertSame(full, recorders.get(1).failure());
      assertSame(broken, recorders.get(2).failure());
      assertEquals(20, recorders.get(0).result().tokens().length);
    }
    assertEquals(0, fake.openCaches.get());
  }

  @Test
  void aListenerThatThrowsFailsItsOwnGeneration() {
    try (LoadedModel model = loaded(fake, 2000)) {
      IllegalStateException thrown = new IllegalStateException("of a test");
      Recorder bad =
          new Recorder(piece -> {
            throw thrown;
          });
      start(model, prompt(10, 0), greedy(20), bad);
      assertSame(thrown, bad.failure());
      assertEquals(20, run(model, prompt(10, 0), greedy(20)).tokens().length);
    }
    assertEquals(0, fake.openCaches.get());
  }

  @Test
  void aListenerThatThrowsHarmsNoneOfThoseBesideIt() {
    FirstStep first = new FirstStep();
    fake.hook = first;
    IllegalStateException thrown = new IllegalStateException("of a test");
    List<Recorder> recorders = new ArrayList<>();
    try (LoadedModel model = loaded(fake, 2000)) {
      for (int i = 0; i < 16; i++) {
        boolean bad = i % 5 == 3;
        AtomicInteger pieces = new AtomicInteger();
        recorders.add(
            new Recorder(piece -> {
              if (bad && pieces.incrementAndGet() == 4) {
                throw thrown;
              }
              return true;
            }));
        start(model, prompt(10 + i, i), greedy(20), recorders.get(i));
      }
      first.free.countDown();
      for (int i = 0; i < 16; i++) {
        if (i % 5 == 3) {
          assertSame(thrown, recorders.get(i).failure());
        } else {
          GenerationResult alone = run(model, prompt(10 + i, i), greedy(20));
          assertArrayEquals(alone.tokens(), recorders.get(i).result().tokens());
        }
      }
    }
    assertEquals(0, fake.openCaches.get());
  }

  @Test
  void theThreadKeepsNoProcessAlive() {
    AtomicReference<Thread> thread = new AtomicReference<>();
    fake.hook = step -> thread.set(Thread.currentThread());
    try (LoadedModel model = loaded(fake, 2000)) {
      run(model, prompt(1, 0), greedy(1));
      assertTrue(thread.get().isDaemon());
    }
  }
}
