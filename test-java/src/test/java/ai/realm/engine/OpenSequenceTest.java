package ai.realm.engine;

import static ai.realm.engine.EngineFixture.greedy;
import static ai.realm.engine.EngineFixture.loaded;
import static ai.realm.engine.EngineFixture.prompt;
import static ai.realm.engine.EngineFixture.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.engine.GenerationResult.FinishReason;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.FakeModel;
import ai.realm.model.cache.Sharing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Sequences that go on from call to call; the model's logits depend on every token of them. */
class OpenSequenceTest {
  private static final Sharing OWN = new Sharing.Tenant("own");

  private static OpenSequence open(LoadedModel model) {
    try (ModelLease lease = model.lease()) {
      return lease.openSequence(OWN);
    }
  }

  private static OpenSequence restored(LoadedModel model, Path path) {
    try (ModelLease lease = model.lease()) {
      return lease.restoreSequence(path);
    }
  }

  private static Recorder start(OpenSequence sequence, int[] prompt, int count, Recorder recorder) {
    ModelLease lease = sequence.model().lease();
    try {
      sequence.generate(lease, prompt, greedy(count), recorder);
    } catch (Throwable refused) {
      lease.close();
      throw refused;
    }
    return recorder;
  }

  private static GenerationResult goOn(OpenSequence sequence, int[] prompt, int count) {
    return start(sequence, prompt, count, new Recorder()).result();
  }

  private static int[] join(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
  }

  /** The tokens of three turns of five sequences, of which each goes on beside the others. */
  private static int[][] turns(LoadedModel model) {
    List<OpenSequence> sequences = IntStream.range(0, 5).mapToObj(_ -> open(model)).toList();
    for (int turn = 0; turn < 3; turn++) {
      List<Recorder> recorders = new ArrayList<>();
      for (int i = 0; i < sequences.size(); i++) {
        int[] prompt = prompt(20 + 10 * i, 7 * turn + i);
        recorders.add(start(sequences.get(i), prompt, 40, new Recorder()));
      }
      recorders.forEach(Recorder::result);
    }
    int[][] tokens = sequences.stream().map(OpenSequence::tokens).toArray(int[][]::new);
    sequences.forEach(OpenSequence::close);
    return tokens;
  }

  @Test
  void whereTheCacheIsFullSequencesGiveTheirPagesBackAndGoOnAsTheyWould() {
    int[][] expected;
    try (LoadedModel model = loaded(FakeModel.noise(), 2000)) {
      expected = turns(model);
    }
    FakeModel small = FakeModel.noise(8 * FakeModel.PAGE_BYTES);
    try (LoadedModel model = loaded(small, 2000)) {
      assertArrayEquals(expected, turns(model));
      assertTrue(model.stats().preemptions() > 0);
      assertEquals(0, model.stats().cache().held());
    }
    assertEquals(0, small.openCaches.get());
  }

  @Test
  void whatTheModelHasNoPlaceForLeavesTheSequenceAsItWas() {
    FakeModel fake = FakeModel.noise();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch free = new CountDownLatch(1);
    fake.hook =
        _ -> {
          begun.countDown();
          EngineFixture.await(free);
        };
    try (LoadedModel model = loaded(fake, 2000, new Places(1, 0), () -> 0);
        OpenSequence sequence = open(model)) {
      Recorder first = new Recorder();
      EngineFixture.start(model, prompt(5, 0), greedy(3), first);
      EngineFixture.await(begun);
      refused(ErrorCode.OVERLOADED, () -> start(sequence, prompt(9, 1), 3, new Recorder()));
      free.countDown();
      first.result();
      assertEquals(0, sequence.tokens().length);
      int[] tokens = goOn(sequence, prompt(9, 1), 3).tokens();
      assertArrayEquals(run(model, prompt(9, 1), greedy(3)).tokens(), tokens);
    }
  }

  private static int computed(FakeModel model) {
    int count = model.steps.stream().mapToInt(FakeModel.Step::count).sum();
    model.steps.clear();
    return count;
  }

  private static EngineException refused(ErrorCode code, Executable call) {
    EngineException error = assertThrows(EngineException.class, call);
    assertEquals(code, error.code(), error.getMessage());
    return error;
  }

  @Test
  void whatItHoldsIsNotComputedAgainNotEvenItsTexts() {
    FakeModel fake = FakeModel.noise();
    try (LoadedModel model = loaded(fake, 1000);
        OpenSequence sequence = open(model)) {
      int[] first = prompt(100, 1);
      int[] second = prompt(30, 2);
      GenerationResult one = goOn(sequence, first, 10);
      assertEquals(109, computed(fake));
      GenerationResult two = goOn(sequence, second, 10);
      // The last token of a text is computed when it goes on.
      assertEquals(1 + 30 + 9, computed(fake));
      assertEquals(140, two.promptTokens());
      assertEquals(109, two.cachedTokens());
      int[] whole = join(first, one.tokens(), second);
      assertArrayEquals(join(whole, two.tokens()), sequence.tokens());
      assertArrayEquals(run(model, whole, greedy(10)).tokens(), two.tokens());
    }
  }

  @Test
  void goesOnWithoutAPrompt() {
    FakeModel fake = FakeModel.noise();
    try (LoadedModel model = loaded(fake, 1000);
        OpenSequence sequence = open(model)) {
      int[] expected = run(model, prompt(64, 3), greedy(15)).tokens();
      int[] none = {};
      refused(ErrorCode.INVALID_ARGUMENT, () -> goOn(sequence, none, 5));
      int[] begun = goOn(sequence, prompt(64, 3), 5).tokens();
      computed(fake);
      assertArrayEquals(expected, join(begun, goOn(sequence, none, 10).tokens()));
      assertEquals(10, computed(fake));
      // All of it computed: the last token is, once more.
      sequence.truncate(64);
      assertArrayEquals(expected, goOn(sequence, none, 15).tokens());
      assertEquals(15, computed(fake));
    }
  }

  @Test
  void aForkGoesItsOwnWay() {
    FakeModel fake = FakeModel.noise();
    try (LoadedModel model = loaded(fake, 1000);
        OpenSequence sequence = open(model)) {
      int[] first = prompt(150, 4);
      goOn(sequence, first, 1);
      int[] base = sequence.tokens();
      long held = fake.pages().figures().held();
      try (OpenSequence fork = sequence.fork();
          OpenSequence other = fork.fork()) {
        assertEquals(held, fake.pages().figures().held());
        computed(fake);
        int[] left = goOn(fork, prompt(5, 5), 10).tokens();
        int[] right = goOn(sequence, prompt(5, 6), 10).tokens();
        assertEquals(2 * (1 + 5 + 9), computed(fake));
        assertArrayEquals(base, other.tokens());
        assertArrayEquals(run(model, join(base, prompt(5, 5)), greedy(10)).tokens(), left);
        assertArrayEquals(run(model, join(base, prompt(5, 6)), greedy(10)).tokens(), right);
      }
      assertEquals(166, sequence.tokens().length);
    }
    assertEquals(0, fake.pages().figures().held());
  }

  @Test
  void isCutAnywhere() {
    FakeModel fake = FakeModel.noise();
    try (LoadedModel model = loaded(fake, 1000);
        OpenSequence sequence = open(model)) {
      goOn(sequence, prompt(200, 7), 10);
      int[] whole = sequence.tokens();
      for (int length : new int[] {205, 200, 130, 128, 1, 0}) {
        sequence.truncate(length);
        int[] left = Arrays.copyOf(whole, length);
        assertArrayEquals(left, sequence.tokens());
        try (OpenSequence fork = sequence.fork()) {
          int[] more = prompt(3, 8);
          int[] expected = run(model, join(left, more), greedy(6)).tokens();
          assertArrayEquals(expected, goOn(fork, more, 6).tokens());
        }
      }
      refused(ErrorCode.INVALID_ARGUMENT, () -> sequence.truncate(1));
      refused(ErrorCode.INVALID_ARGUMENT, () -> sequence.truncate(-1));
    }
  }

  @Test
  void aPromptThatTheModelHasNoAnswerToCounts() {
    try (LoadedModel model = loaded(FakeModel.answering(70, new int[0]), 1000);
        OpenSequence sequence = open(model)) {
      GenerationResult result = goOn(sequence, prompt(70, 21), 10);
      assertEquals(0, result.tokens().length);
      assertArrayEquals(prompt(70, 21), sequence.tokens());
      assertEquals(0, goOn(sequence, new int[0], 10).tokens().length);
      assertArrayEquals(prompt(70, 21), sequence.tokens());
    }
  }

  @Test
  void anAbortedTextCountsAsFarAsItCame() {
    FakeModel fake = FakeModel.noise();
    try (LoadedModel model = loaded(fake, 1000);
        OpenSequence sequence = open(model)) {
      AtomicInteger pieces = new AtomicInteger();
      Recorder aborted = new Recorder(piece -> pieces.incrementAndGet() < 4);
      GenerationResult result = start(sequence, prompt(90, 9), 50, aborted).result();
      assertEquals(FinishReason.ABORT, result.finishReason());
      assertArrayEquals(join(prompt(90, 9), result.tokens()), sequence.tokens());
      int[] before = sequence.tokens();
      fake.hook =
          step -> {
            throw new IllegalStateException("a defect");
          };
      assertTrue(
          start(sequence, prompt(90, 10), 5, new Recorder()).failure()
              instanceof IllegalStateException);
      fake.hook = step -> {};
      assertArrayEquals(before, sequence.tokens());
      int[] expected = run(model, join(before, prompt(9, 11)), greedy(6)).tokens();
      assertArrayEquals(expected, goOn(sequence, prompt(9, 11), 6).tokens());
    }
  }

  @Test
  void oneCallAtATimeWorksOnItAndItsCloseStopsThat() {
    FakeModel fake = FakeModel.noise();
    try (LoadedModel model = loaded(fake, 1000)) {
      OpenSequence sequence = open(model);
      CountDownLatch runs = new CountDownLatch(1);
      fake.hook =
          step -> {
            runs.countDown();
            while (!step.cancellation().requested()) {
              Thread.onSpinWait();
            }
          };
      Recorder recorder = start(sequence, prompt(9, 12), 900, new Recorder());
      EngineFixture.await(runs);
      refused(ErrorCode.INVALID_ARGUMENT, () -> start(sequence, prompt(1, 0), 1, new Recorder()));
      refused(ErrorCode.INVALID_ARGUMENT, sequence::fork);
      refused(ErrorCode.INVALID_ARGUMENT, sequence::tokens);
      refused(ErrorCode.INVALID_ARGUMENT, () -> sequence.truncate(0));
      sequence.close();
      sequence.close();
      assertEquals(FinishReason.ABORT, recorder.result().finishReason());
      refused(ErrorCode.DISPOSED, sequence::tokens);
      refused(ErrorCode.DISPOSED, sequence::fork);
      assertEquals(0, fake.pages().figures().held());
    }
  }

  @Test
  void aModelThatClosesTakesItAlong() {
    FakeModel fake = FakeModel.noise();
    OpenSequence sequence;
    OpenSequence fork;
    try (LoadedModel model = loaded(fake, 1000)) {
      sequence = open(model);
      goOn(sequence, prompt(70, 13), 3);
      fork = sequence.fork();
    }
    assertEquals(0, fake.pages().figures().held());
    refused(ErrorCode.DISPOSED, sequence::tokens);
    refused(ErrorCode.DISPOSED, () -> goOn(fork, prompt(1, 0), 1));
    sequence.close();
    fork.close();
  }

  /** What others needed meanwhile is computed again, in the ways in which it was at first. */
  @Test
  void givesItsMemoryToWhoNeedsItAndGoesOnAllTheSame() {
    FakeModel fake = new FakeModel(_ -> -1, 5 * FakeModel.PAGE_BYTES);
    try (LoadedModel model = loaded(fake, 1000);
        OpenSequence sequence = open(model)) {
      goOn(sequence, prompt(190, 14), 20);
      int[] before = sequence.tokens();
      run(model, prompt(300, 15), greedy(1));
      assertEquals(0, fake.pages().figures().held());
      computed(fake);
      int[] made = goOn(sequence, prompt(8, 16), 5).tokens();
      assertEquals(before.length + 8 + 4, computed(fake));
      assertTrue(fake.batches.stream().anyMatch(batch -> batch.slices().getFirst().count() > 1));
      int[] expected = run(model, join(before, prompt(8, 16)), greedy(5)).tokens();
      assertArrayEquals(expected, made);
    }
  }

  @Test
  void isSavedAndRestored(@TempDir Path folder) throws IOException {
    Path path = folder.resolve("chat.seq");
    FakeModel fake = FakeModel.noise();
    try (LoadedModel model = loaded(fake, 1000)) {
      int[] before;
      int[] expected;
      try (OpenSequence sequence = open(model)) {
        goOn(sequence, prompt(150, 17), 10);
        before = sequence.tokens();
        sequence.save(path, "first");
        sequence.save(path, "a note");
        expected = goOn(sequence, prompt(4, 18), 8).tokens();
      }
      try (Stream<Path> files = Files.list(folder)) {
        assertEquals(1, files.count());
      }
      computed(fake);
      try (OpenSequence restored = restored(model, path)) {
        assertEquals("a note", restored.note());
        assertArrayEquals(before, restored.tokens());
        assertArrayEquals(expected, goOn(restored, prompt(4, 18), 8).tokens());
        assertEquals(1 + 4 + 7, computed(fake));
      }
      refused(ErrorCode.FILE_NOT_FOUND, () -> restored(model, folder.resolve("none")));
      refused(ErrorCode.IO_ERROR, () -> restored(model, folder));
      try (OpenSequence sequence = open(model)) {
        refused(ErrorCode.IO_ERROR, () -> sequence.save(folder.resolve("no/folder/x"), ""));
      }
    }
    try (LoadedModel shorter = loaded(FakeModel.noise(), 100)) {
      refused(ErrorCode.CONTEXT_OVERFLOW, () -> restored(shorter, path));
    }
  }

  /** Whatever a file says: a code, and nothing that stays. */
  @Test
  void hostileFilesAreRefused(@TempDir Path folder) throws IOException {
    Path path = folder.resolve("chat.seq");
    FakeModel fake = FakeModel.noise();
    Random random = new Random(19);
    try (LoadedModel model = loaded(fake, 1000)) {
      try (OpenSequence sequence = open(model)) {
        goOn(sequence, prompt(70, 20), 3);
        sequence.save(path, "note");
      }
      byte[] whole = Files.readAllBytes(path);
      Path hostile = folder.resolve("hostile.seq");
      for (int round = 0; round < 1500; round++) {
        byte[] bytes = whole.clone();
        int header = 8 + 4 + 32 + 4 + "note".length() + 4 + 4 + 12 + 4;
        switch (round % 5) {
          case 0 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
          case 1 -> bytes = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(100));
          case 2 -> bytes[round / 5 % header] ^= (byte) (1 << random.nextInt(8));
          case 3 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
          default -> {
            for (int i = 0; i < 4; i++) {
              bytes[random.nextInt(header + 80 * 4)] = (byte) random.nextInt();
            }
          }
        }
        if (!Arrays.equals(bytes, whole)) {
          Files.write(hostile, bytes);
          EngineException error =
              assertThrows(EngineException.class, () -> restored(model, hostile).close());
          assertTrue(
              error.code() == ErrorCode.SEQUENCE_INVALID
                  || error.code() == ErrorCode.CONTEXT_OVERFLOW,
              error.code() + ": " + error.getMessage());
        }
        assertEquals(0, fake.pages().figures().held());
      }
      restored(model, path).close();
    }
  }
}
