package ai.realm.engine;

import static ai.realm.engine.EngineFixture.greedy;
import static ai.realm.engine.EngineFixture.options;
import static ai.realm.engine.EngineFixture.prompt;
import static ai.realm.engine.EngineFixture.run;
import static ai.realm.engine.EngineFixture.start;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.engine.GenerationResult.FinishReason;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.FakeModel;
import ai.realm.model.cache.Sharing;
import ai.realm.sampling.SamplingOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Texts of a fake model that another one guesses; both count their steps, and have a clock. */
@Timeout(60)
class DraftModelTest {
  private static final int CONTEXT = 2048;

  /** What a step of the model takes, and one of the draft. */
  private static final long STEP = 10_000_000;

  private static final long DRAFT_STEP = 500_000;

  /** What each row adds. */
  private static final long ROW = 200_000;

  private final AtomicLong clock = new AtomicLong();

  /** A preference that is a function of the last tokens alone, and comes to no end. */
  private static int habit(int[] sequence) {
    int n = sequence.length;
    return Math.floorMod(sequence[n - 1] * 7 + sequence[Math.max(0, n - 2)] * 13 + 5 * n, 250);
  }

  private FakeModel timed(FakeModel model, long step) {
    model.hook =
        each ->
            clock.addAndGet(step / model.batches.getLast().slices().size() + each.count() * ROW);
    return model;
  }

  private LoadedModel loaded(FakeModel model, FakeModel draft) {
    return EngineFixture.loaded(timed(model, STEP), timed(draft, DRAFT_STEP), CONTEXT, clock::get);
  }

  private static SamplingOptions seeded(long seed) {
    return new SamplingOptions(0.8, 40, 0.95, 0, 1.1, 0.1, 0.1, Map.of(), seed);
  }

  static List<SamplingOptions> samplings() {
    return List.of(
        new SamplingOptions(0, 0, 1, 0, 1, 0, 0, Map.of(), 0),
        seeded(1),
        new SamplingOptions(1.2, 0, 1, 0, 1, 0, 0, Map.of(), 2));
  }

  @ParameterizedTest
  @MethodSource("samplings")
  void aDraftThatIsTheModelItselfIsMostlyRight(SamplingOptions sampling) {
    try (LoadedModel model = loaded(FakeModel.noise(), FakeModel.noise())) {
      GenerationRules rules = options(200, sampling);
      GenerationResult alone = run(model, prompt(100, 1), rules.speculation(false));
      assertEquals(0, alone.timings().drafted());
      GenerationResult guessed = run(model, prompt(100, 1), rules);
      assertArrayEquals(alone.tokens(), guessed.tokens());
      assertTrue(guessed.timings().drafted() > 150, guessed.timings().toString());
      assertTrue(
          guessed.timings().accepted() >= 0.95 * guessed.timings().drafted(),
          guessed.timings().toString());
      assertEquals(guessed.timings().accepted(), model.stats().accepted());
    }
  }

  @ParameterizedTest
  @MethodSource("samplings")
  void aDraftThatIsMostlyWrongIsSoonAskedSeldom(SamplingOptions sampling) {
    FakeModel draft = new FakeModel(sequence -> sequence.length % 250);
    try (LoadedModel model = loaded(new FakeModel(DraftModelTest::habit), draft)) {
      GenerationRules rules = options(1000, sampling);
      GenerationResult alone = run(model, prompt(100, 1), rules.speculation(false));
      long begun = clock.get();
      int before = draft.batches.size();
      GenerationResult guessed = run(model, prompt(100, 1), rules);
      assertArrayEquals(alone.tokens(), guessed.tokens());
      int steps = draft.batches.size() - before;
      assertTrue(steps > 0 && steps < 100, steps + " steps of the draft");
      assertTrue(clock.get() - begun < 1.03 * 1000 * STEP, "ns: " + (clock.get() - begun));
    }
  }

  @Test
  void aDraftIsWorthLessThanWhatItCosts() {
    FakeModel draft = new FakeModel(DraftModelTest::habit);
    FakeModel slow = new FakeModel(DraftModelTest::habit);
    try (LoadedModel model =
        EngineFixture.loaded(timed(slow, STEP), timed(draft, 2 * STEP), CONTEXT, clock::get)) {
      GenerationResult result = run(model, prompt(100, 1), greedy(600));
      assertEquals(600, result.tokens().length);
      assertTrue(draft.batches.size() < 60, draft.batches.size() + " steps of the draft");
    }
  }

  @Test
  void whatARowCostsIsFoundOutAlsoWhereTheDraftIsNotMuchFaster() {
    FakeModel draft = new FakeModel(DraftModelTest::habit);
    try (LoadedModel model =
        EngineFixture.loaded(
            timed(new FakeModel(DraftModelTest::habit), STEP),
            timed(draft, STEP / 4),
            CONTEXT,
            clock::get)) {
      GenerationResult alone = run(model, prompt(100, 1), greedy(400).speculation(false));
      long begun = clock.get();
      GenerationResult guessed = run(model, prompt(100, 1), greedy(400));
      assertArrayEquals(alone.tokens(), guessed.tokens());
      assertTrue(guessed.timings().accepted() > 250, guessed.timings().toString());
      assertTrue(clock.get() - begun < 0.6 * 400 * STEP, "ns: " + (clock.get() - begun));
    }
  }

  @Test
  void guessesOfSeveralTextsAreMadeInTheSameSteps() {
    FakeModel draft = new FakeModel(DraftModelTest::habit);
    FakeModel real = new FakeModel(DraftModelTest::habit);
    try (LoadedModel model = loaded(real, draft)) {
      List<GenerationResult> alone = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        alone.add(run(model, prompt(20 + i, i), greedy(120).speculation(false)));
      }
      draft.batches.clear();
      CountDownLatch submitted = EngineFixture.hold(real);
      List<Recorder> recorders = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        recorders.add(new Recorder());
        start(model, prompt(20 + i, i), greedy(120), recorders.get(i));
      }
      submitted.countDown();
      for (int i = 0; i < 4; i++) {
        GenerationResult result = recorders.get(i).result();
        assertArrayEquals(alone.get(i).tokens(), result.tokens());
        assertTrue(result.timings().accepted() > 60, result.timings().toString());
      }
      assertTrue(draft.batches.stream().anyMatch(batch -> batch.slices().size() == 4));
      assertTrue(
          draft.batches.stream().mapToInt(batch -> batch.slices().size()).max().orElse(0) <= 4);
    }
  }

  @Test
  void aSequenceThatGoesOnKeepsWhatTheDraftHasOfIt() {
    FakeModel draft = new FakeModel(DraftModelTest::habit);
    try (LoadedModel model = loaded(new FakeModel(DraftModelTest::habit), draft)) {
      OpenSequence sequence;
      try (ModelLease lease = model.lease()) {
        sequence = lease.openSequence(Sharing.APP);
      }
      goOn(sequence, prompt(500, 3), 40);
      int rows = rows(draft);
      goOn(sequence, prompt(10, 4), 40);
      assertTrue(rows(draft) - rows < 150, (rows(draft) - rows) + " rows of the draft");
      OpenSequence fork = sequence.fork();
      rows = rows(draft);
      int[] first = goOn(fork, prompt(10, 5), 40);
      int[] second = goOn(sequence, prompt(10, 5), 40);
      assertArrayEquals(first, second);
      assertTrue(rows(draft) - rows < 300, (rows(draft) - rows) + " rows of the draft");
      sequence.truncate(300);
      rows = rows(draft);
      int[] shorter = goOn(sequence, prompt(10, 6), 40);
      assertTrue(rows(draft) - rows < 150, (rows(draft) - rows) + " rows of the draft");
      int[] whole = Arrays.copyOf(prompt(500, 3), 310);
      System.arraycopy(prompt(10, 6), 0, whole, 300, 10);
      assertArrayEquals(run(model, whole, greedy(40).speculation(false)).tokens(), shorter);
    }
  }

  private static int rows(FakeModel draft) {
    return draft.batches.stream().mapToInt(batch -> batch.rows()).sum();
  }

  private static int[] goOn(OpenSequence sequence, int[] prompt, int tokens) {
    Recorder recorder = new Recorder();
    sequence
        .model()
        .lease()
        .handOver(lease -> sequence.generate(lease, prompt, greedy(tokens), recorder));
    return recorder.result().tokens();
  }

  @Test
  void promptsThatTheDraftHasSeenAreNotComputedAgain() {
    FakeModel draft = new FakeModel(DraftModelTest::habit);
    try (LoadedModel model = loaded(new FakeModel(DraftModelTest::habit), draft)) {
      run(model, prompt(1000, 1), greedy(600));
      int rows = rows(draft);
      assertTrue(rows > 1000, rows + " rows");
      run(model, prompt(1000, 1), greedy(60));
      assertTrue(rows(draft) - rows < 200, (rows(draft) - rows) + " rows of the draft");
    }
  }

  @Test
  void noPromptIsComputedForAFewTokens() {
    FakeModel draft = new FakeModel(DraftModelTest::habit);
    try (LoadedModel model = loaded(new FakeModel(DraftModelTest::habit), draft)) {
      run(model, prompt(100, 1), greedy(100)); // What things take is known from then on.
      int rows = rows(draft);
      run(model, prompt(1500, 2), greedy(4));
      assertEquals(rows, rows(draft));
    }
  }

  @Test
  void whereTheDraftsCacheIsFullTextsGoOnWithoutIt() {
    FakeModel draft = new FakeModel(DraftModelTest::habit, 3 * FakeModel.PAGE_BYTES);
    try (LoadedModel model = loaded(new FakeModel(DraftModelTest::habit), draft)) {
      GenerationResult alone = run(model, prompt(100, 1), greedy(300).speculation(false));
      GenerationResult guessed = run(model, prompt(100, 1), greedy(300));
      assertArrayEquals(alone.tokens(), guessed.tokens());
      assertTrue(guessed.timings().accepted() > 20, guessed.timings().toString());
    }
    assertEquals(0, draft.openCaches.get());
  }

  @Test
  void whatTheDraftThrowsEndsTheTextsThatItGuesses() {
    FakeModel draft = new FakeModel(DraftModelTest::habit);
    try (LoadedModel model = loaded(new FakeModel(DraftModelTest::habit), draft)) {
      draft.hook =
          step -> {
            throw new IllegalStateException("the draft is broken");
          };
      Recorder broken = new Recorder();
      start(model, prompt(20, 1), greedy(40), broken);
      assertEquals("the draft is broken", broken.failure().getMessage());
      assertEquals(40, run(model, prompt(20, 1), greedy(40).speculation(false)).tokens().length);
    }
    assertEquals(0, draft.openCaches.get());
  }

  @Test
  void anAbortWithinAStepOfTheDraftEndsTheText() {
    FakeModel draft = new FakeModel(DraftModelTest::habit);
    try (LoadedModel model = loaded(new FakeModel(DraftModelTest::habit), draft)) {
      CountDownLatch guessing = new CountDownLatch(1);
      CountDownLatch cancelled = new CountDownLatch(1);
      draft.hook =
          step -> {
            guessing.countDown();
            EngineFixture.await(cancelled);
          };
      Recorder recorder = new Recorder();
      Generation generation = start(model, prompt(20, 1), greedy(40), recorder);
      EngineFixture.await(guessing);
      generation.cancel();
      cancelled.countDown();
      assertEquals(FinishReason.ABORT, recorder.result().finishReason());
      draft.hook = step -> {};
      assertEquals(40, run(model, prompt(20, 1), greedy(40)).tokens().length);
    }
    assertEquals(0, draft.openCaches.get());
  }

  @Test
  void closingWaitsForTextsAndFreesTheDraft() {
    FakeModel draft = new FakeModel(DraftModelTest::habit);
    FakeModel real = new FakeModel(DraftModelTest::habit);
    LoadedModel model = loaded(real, draft);
    Recorder recorder = new Recorder();
    start(model, prompt(20, 1), greedy(400), recorder);
    model.close();
    assertEquals(400, recorder.result().tokens().length);
    assertTrue(draft.closed.get() && real.closed.get());
  }

  @Test
  void aDeadlineEndsTextsThatAreGuessed() {
    FakeModel draft = new FakeModel(DraftModelTest::habit);
    try (LoadedModel model = loaded(new FakeModel(DraftModelTest::habit), draft)) {
      Recorder recorder = new Recorder();
      Claim soon = new Claim("", 0, OptionalLong.of(300));
      start(model, prompt(20, 1), greedy(1000).claim(soon), recorder);
      EngineException late = (EngineException) recorder.failure();
      assertEquals(ErrorCode.DEADLINE_EXCEEDED, late.code());
    }
    assertEquals(0, draft.openCaches.get());
  }

  @Test
  void aTextThatGivesItsPagesBackIsTheSame() {
    FakeModel draft = new FakeModel(DraftModelTest::habit);
    FakeModel real = new FakeModel(DraftModelTest::habit, 8 * FakeModel.PAGE_BYTES);
    try (LoadedModel model = loaded(real, draft)) {
      List<GenerationResult> alone = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        alone.add(run(model, prompt(60, i), greedy(200).speculation(false)));
      }
      CountDownLatch submitted = EngineFixture.hold(real);
      List<Recorder> recorders = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        recorders.add(new Recorder());
        start(model, prompt(60, i), greedy(200), recorders.get(i));
      }
      submitted.countDown();
      for (int i = 0; i < 3; i++) {
        assertArrayEquals(alone.get(i).tokens(), recorders.get(i).result().tokens());
      }
      assertTrue(model.stats().preemptions() > 0);
    }
  }
}
