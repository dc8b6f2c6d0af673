package ai.realm.engine;

import static ai.realm.engine.EngineFixture.loaded;
import static ai.realm.engine.EngineFixture.options;
import static ai.realm.engine.EngineFixture.prompt;
import static ai.realm.engine.EngineFixture.run;
import static ai.realm.engine.EngineFixture.start;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.engine.GenerationResult.FinishReason;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.FakeModel;
import ai.realm.sampling.Options;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Texts whose reader is behind. */
class RestingTest {
  private final FakeModel fake = FakeModel.noise();

  /** A reader that takes so many pieces, and more where it is told to. */
  private static final class SlowReader extends Recorder {
    private volatile int most;

    SlowReader(int most) {
      this.most = most;
    }

    @Override
    public boolean behind() {
      return pieces.size() >= most;
    }

    void takes(int pieces, Generation generation) {
      most = pieces;
      generation.goOn();
    }
  }

  private static GenerationRules seeded(int maxTokens, int seed) {
    return options(maxTokens, Options.seeded(seed));
  }

  private static void awaitPaused(LoadedModel model, int texts) {
    while (model.stats().paused() != texts) {
      Thread.onSpinWait();
    }
  }

  @Test
  void itStandsStillWhileOthersGoOnAndIsTheSameTextInTheEnd() {
    try (LoadedModel model = loaded(fake, 2000)) {
      GenerationResult alone = run(model, prompt(30, 0), seeded(200, 0));
      SlowReader slow = new SlowReader(10);
      Generation generation = start(model, prompt(30, 0), seeded(200, 0), slow);
      for (int most : new int[] {10, 25, 100}) {
        slow.takes(most, generation);
        while (slow.pieces.size() < most) {
          Thread.onSpinWait();
        }
        awaitPaused(model, 1);
        int made = slow.pieces.size();
        // A piece of the noise is a byte or a character: what a step makes is at most one more.
        assertTrue(made >= most && made <= most + Speculation.MOST_ROWS, made + " pieces");
        assertEquals(0, model.stats().running());
        assertEquals(50, run(model, prompt(20, most), seeded(50, 1)).tokens().length);
        assertEquals(made, slow.pieces.size());
        assertFalse(slow.hasEnded());
      }
      slow.takes(Integer.MAX_VALUE, generation);
      assertArrayEquals(alone.tokens(), slow.result().tokens());
      assertEquals(alone.text(), String.join("", slow.pieces));
      assertEquals(0, model.stats().paused());
      assertEquals(0, model.stats().preemptions());
    }
    assertEquals(0, fake.openCaches.get());
  }

  @Test
  void itCountsOnceAtAnyTime() {
    try (LoadedModel model = loaded(fake, 2000)) {
      SlowReader slow = new SlowReader(1);
      Generation generation = start(model, prompt(30, 0), seeded(300, 0), slow);
      for (int most = 1; most <= 100; most++) {
        slow.takes(most, generation);
        boolean paused = false;
        while (!paused || slow.pieces.size() < most) {
          ModelStats stats = model.stats();
          assertEquals(1, stats.running() + stats.waiting() + stats.paused(), stats.toString());
          paused = stats.paused() == 1;
        }
      }
      slow.takes(Integer.MAX_VALUE, generation);
      slow.result();
    }
  }

  @Test
  void itsPlaceIsForOthersAndItWaitsForOneAgain() {
    try (LoadedModel model = loaded(fake, 2000, new Places(1, 10), () -> 0)) {
      GenerationResult alone = run(model, prompt(30, 0), seeded(60, 0));
      List<SlowReader> readers = new ArrayList<>();
      List<Generation> generations = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        readers.add(new SlowReader(5));
        generations.add(start(model, prompt(30, 0), seeded(60, 0), readers.get(i)));
        awaitPaused(model, i + 1);
      }
      assertEquals(20, run(model, prompt(20, 1), seeded(20, 1)).tokens().length);
      for (int i = 0; i < 5; i++) {
        readers.get(i).takes(Integer.MAX_VALUE, generations.get(i));
      }
      for (SlowReader reader : readers) {
        assertArrayEquals(alone.tokens(), reader.result().tokens());
      }
    }
    assertEquals(0, fake.openCaches.get());
  }

  @Test
  void itsPagesAreForOthersWhereTheyNeedThem() {
    GenerationResult alone;
    GenerationResult other;
    try (LoadedModel model = loaded(fake, 2000)) {
      alone = run(model, prompt(100, 0), seeded(100, 0));
      other = run(model, prompt(200, 1), seeded(20, 1));
    }
    FakeModel small = FakeModel.noise(4 * FakeModel.PAGE_BYTES);
    try (LoadedModel model = loaded(small, 2000)) {
      SlowReader slow = new SlowReader(20);
      Generation generation = start(model, prompt(100, 0), seeded(100, 0), slow);
      awaitPaused(model, 1);
      assertEquals(0, model.stats().preemptions());
      // Two pages are held of the four that this one needs.
      assertArrayEquals(other.tokens(), run(model, prompt(200, 1), seeded(20, 1)).tokens());
      assertEquals(1, model.stats().preemptions());
      slow.takes(Integer.MAX_VALUE, generation);
      assertArrayEquals(alone.tokens(), slow.result().tokens());
      assertEquals(alone.text(), String.join("", slow.pieces));
      assertEquals(0, model.stats().cache().held());
    }
    assertEquals(0, small.openCaches.get());
  }

  @Test
  void itIsCancelledWhereNothingElseRuns() {
    try (LoadedModel model = loaded(fake, 2000)) {
      SlowReader slow = new SlowReader(3);
      Generation generation = start(model, prompt(30, 0), seeded(100, 0), slow);
      awaitPaused(model, 1);
      generation.cancel();
      GenerationResult result = slow.result();
      assertEquals(FinishReason.ABORT, result.finishReason());
      assertEquals(String.join("", slow.pieces), result.text());
      awaitPaused(model, 0);
    }
    assertEquals(0, fake.openCaches.get());
  }

  @Test
  void itIsLateAsOthersAre() {
    AtomicLong clock = new AtomicLong();
    GenerationRules hasty = seeded(100, 0).claim(new Claim("", 0, OptionalLong.of(1)));
    try (LoadedModel model = loaded(fake, 2000, Places.DEFAULT, clock::get)) {
      SlowReader slow = new SlowReader(3);
      start(model, prompt(30, 0), hasty, slow);
      awaitPaused(model, 1);
      assertFalse(slow.hasEnded());
      clock.set(2_000_000);
      assertEquals(ErrorCode.DEADLINE_EXCEEDED, ((EngineException) slow.failure()).code());
    }
    assertEquals(0, fake.openCaches.get());
  }

  @Test
  void aModelThatIsToBeFreedWaitsForIt() throws InterruptedException {
    SlowReader slow = new SlowReader(3);
    LoadedModel model = loaded(fake, 2000);
    Generation generation = start(model, prompt(30, 0), seeded(40, 0), slow);
    awaitPaused(model, 1);
    Thread closing = Thread.ofPlatform().start(model::close);
    slow.takes(Integer.MAX_VALUE, generation);
    assertEquals(40, slow.result().tokens().length);
    closing.join();
    assertEquals(0, fake.openCaches.get());
  }

  @Test
  void aThreadThatAwaitsATextHoldsItBackToo() {
    try (LoadedModel model = loaded(fake, 2000)) {
      GenerationResult alone = run(model, prompt(10, 0), seeded(1500, 0));
      AwaitedGeneration awaited =
          model
              .lease()
              .handOver(lease -> new AwaitedGeneration(lease, prompt(10, 0), seeded(1500, 0)));
      awaitPaused(model, 1);
      assertTrue(model.stats().textTokens() < 1499 + 1000);
      List<String> pieces = new ArrayList<>();
      assertArrayEquals(alone.tokens(), awaited.await(pieces::add).tokens());
      assertEquals(alone.text(), String.join("", pieces));
    }
  }
}
