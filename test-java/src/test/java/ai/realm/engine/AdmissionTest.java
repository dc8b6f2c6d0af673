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
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.FakeModel;
import ai.realm.sampling.Options;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets a place, who waits, and who is refused; and who waits for the cache. */
class AdmissionTest {
  private static final long SECOND = 1_000_000_000;

  private final FakeModel fake = FakeModel.noise();
  private final AtomicLong clock = new AtomicLong();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch free = new CountDownLatch(1);

  /** Prompts in the order in which their first rows came. */
  private final List<Integer> order = new ArrayList<>();

  private LoadedModel model(int parallel, int maxQueue) {
    fake.hook =
        step -> {
          if (fake.steps.size() == 1) {
            begun.countDown();
            await(free);
          }
          if (step.held() == 0) {
            order.add(
                fake.batches.getLast().slices().stream()
                    .filter(slice -> slice.sequence().length() == 0)
                    .findFirst()
                    .orElseThrow()
                    .tokens()[0]);
          }
        };
    return loaded(fake, 2000, new Places(parallel, maxQueue), clock::get);
  }

  private static GenerationRules by(Object tenant, int priority) {
    return greedy(3).claim(new Claim(tenant, priority, OptionalLong.empty()));
  }

  private static int[] numbered(int number) {
    int[] prompt = prompt(5, number);
    prompt[0] = number;
    return prompt;
  }

  /** Lets the first run, the others wait, and tells in which order they got the only place. */
  private List<Integer> orderOf(List<GenerationRules> rules) {
    try (LoadedModel model = model(1, 100)) {
      List<Recorder> recorders = new ArrayList<>();
      for (int i = 0; i < rules.size(); i++) {
        recorders.add(new Recorder());
        start(model, numbered(i), rules.get(i), recorders.get(i));
        if (i == 0) {
          await(begun);
        }
      }
      assertEquals(1, model.stats().running());
      assertEquals(rules.size() - 1, model.stats().waiting());
      free.countDown();
      recorders.forEach(Recorder::result);
    }
    return order;
  }

  @Test
  void whatNoPlaceIsForWaitsInTheOrderOfItsPriority() {
    assertEquals(
        List.of(0, 3, 1, 4, 2),
        orderOf(List.of(by("", 0), by("", 0), by("", -5), by("", 5), by("", 0))));
  }

  @Test
  void tenantsTakeTurnsHoweverMuchOneAsksFor() {
    // The first one's tenant has had its rows already.
    assertEquals(
        List.of(0, 4, 1, 5, 2, 3),
        orderOf(
            List.of(by("a", 0), by("a", 10), by("a", 9), by("a", 8), by("b", -10), by("b", -10))));
  }

  @Test
  void whoWaitsLongGoesBeforeWhoIsMoreUrgent() {
    try (LoadedModel model = model(1, 100)) {
      List<Recorder> recorders = List.of(new Recorder(), new Recorder(), new Recorder());
      start(model, numbered(0), by("", 0), recorders.get(0));
      await(begun);
      start(model, numbered(1), by("", -10), recorders.get(1));
      clock.addAndGet(21 * SECOND);
      start(model, numbered(2), by("", 10), recorders.get(2));
      free.countDown();
      recorders.forEach(Recorder::result);
    }
    assertEquals(List.of(0, 1, 2), order);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void moreThanMayWaitIsRefusedAndCostsNothing(int maxQueue) {
    try (LoadedModel model = model(2, maxQueue)) {
      List<Recorder> recorders = new ArrayList<>();
      for (int i = 0; i < 2 + maxQueue; i++) {
        recorders.add(new Recorder());
        start(model, numbered(i), greedy(3), recorders.get(i));
        if (i == 0) {
          await(begun);
        }
      }
      try (ModelLease lease = model.lease()) {
        EngineException error =
            assertThrows(
                EngineException.class,
                () -> lease.generate(numbered(9), greedy(3), new Recorder()));
        assertEquals(ErrorCode.OVERLOADED, error.code());
      }
      free.countDown();
      recorders.forEach(Recorder::result);
      assertEquals(3, run(model, numbered(9), greedy(3)).tokens().length);
    }
    assertEquals(0, fake.openCaches.get());
  }

  @Test
  void whatIsLateEndsAndNothingElseDoes() {
    GenerationRules hasty = greedy(50).claim(new Claim("", 0, OptionalLong.of(1000)));
    try (LoadedModel model = model(2, 10)) {
      List<Recorder> recorders = List.of(new Recorder(), new Recorder(), new Recorder());
      start(model, numbered(0), hasty, recorders.get(0));
      await(begun);
      start(model, numbered(1), greedy(50), recorders.get(1));
      start(model, numbered(2), hasty, recorders.get(2)); // It waits, and is late there.
      clock.addAndGet(SECOND + 1_000_000);
      free.countDown();
      for (int late : new int[] {0, 2}) {
        EngineException error = (EngineException) recorders.get(late).failure();
        assertEquals(ErrorCode.DEADLINE_EXCEEDED, error.code());
      }
      assertEquals(50, recorders.get(1).result().tokens().length);
      assertEquals(50, run(model, numbered(0), hasty).tokens().length);
    }
    assertEquals(0, fake.openCaches.get());
  }

  @Test
  void whatIsOutOfRangeIsRefused() {
    assertThrows(EngineException.class, () -> new Claim("", 11, OptionalLong.empty()));
    assertThrows(EngineException.class, () -> new Claim("", -11, OptionalLong.empty()));
    assertThrows(EngineException.class, () -> new Claim("", 0, OptionalLong.of(0)));
    assertThrows(EngineException.class, () -> new Places(0, 1));
    assertThrows(EngineException.class, () -> new Places(1, -1));
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5, 9})
  void whereTheCacheIsFullTheYoungestWaitsAndHasTheSameText(int pages) {
    List<int[]> prompts = IntStream.range(0, 6).mapToObj(i -> prompt(30 + 17 * i, i)).toList();
    List<GenerationResult> alone = new ArrayList<>();
    try (LoadedModel model = loaded(FakeModel.noise(), 2000)) {
      for (int i = 0; i < prompts.size(); i++) {
        alone.add(run(model, prompts.get(i), options(100, Options.seeded(i))));
      }
    }
    FakeModel small = FakeModel.noise(pages * FakeModel.PAGE_BYTES);
    CountDownLatch submitted = EngineFixture.hold(small);
    List<Recorder> recorders = new ArrayList<>();
    try (LoadedModel model = loaded(small, 2000)) {
      for (int i = 0; i < prompts.size(); i++) {
        recorders.add(new Recorder());
        start(model, prompts.get(i), options(100, Options.seeded(i)), recorders.get(i));
      }
      submitted.countDown();
      for (int i = 0; i < prompts.size(); i++) {
        assertArrayEquals(alone.get(i).tokens(), recorders.get(i).result().tokens());
        assertEquals(alone.get(i).text(), recorders.get(i).result().text());
      }
      assertTrue(model.stats().preemptions() > 0);
      assertEquals(0, model.stats().cache().held());
    }
    assertEquals(0, small.openCaches.get());
  }

  @Test
  void whatFitsNoCacheFailsAndNothingElseDoes() {
    FakeModel small = FakeModel.noise(3 * FakeModel.PAGE_BYTES);
    try (LoadedModel model = loaded(small, 2000)) {
      List<Recorder> recorders = List.of(new Recorder(), new Recorder(), new Recorder());
      start(model, prompt(20, 0), greedy(30), recorders.get(0));
      start(model, prompt(300, 1), greedy(3), recorders.get(1));
      start(model, prompt(100, 2), greedy(30), recorders.get(2));
      EngineException error = (EngineException) recorders.get(1).failure();
      assertEquals(ErrorCode.OUT_OF_MEMORY, error.code());
      assertEquals(30, recorders.get(0).result().tokens().length);
      assertEquals(30, recorders.get(2).result().tokens().length);
      assertEquals(0, model.stats().cache().held());
    }
    assertEquals(0, small.openCaches.get());
  }

  @Test
  void statsCountWhatWasDone() {
    try (LoadedModel model = loaded(fake, 2000)) {
      run(model, prompt(100, 0), greedy(20));
      ModelStats stats = model.stats();
      assertEquals(100, stats.promptTokens());
      // The first token came with the prompt.
      assertEquals(19, stats.textTokens());
      assertEquals(0, stats.preemptions());
      assertEquals(0, stats.waiting());
    }
  }
}
