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
import ai.realm.sampling.Options;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
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

  @Test
  void inEveryTurnAllThatDecodeGiveATokenAndOnePromptGoesOn() {
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
    // The prompts are 6, 1 and 3 steps; the second one's cache is taken second. Upper case:
    // prefill.
    String turns =
        fake.steps.stream()
            .map(step ->
                String.valueOf((char) ((step.held() % 128 == 0 ? 'A' : 'a') + step.cache())))
            .collect(Collectors.joining());
    assertEquals(
        "A" + "A" + "B" + "bC" + "bA" + "bC" + "bA" + "C" + "cA" + "cA" + "ca" + "a", turns);
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
  void theThreadKeepsNoProcessAlive() {
    AtomicReference<Thread> thread = new AtomicReference<>();
    fake.hook = step -> thread.set(Thread.currentThread());
    try (LoadedModel model = loaded(fake, 2000)) {
      run(model, prompt(1, 0), greedy(1));
      assertTrue(thread.get().isDaemon());
    }
  }
}
