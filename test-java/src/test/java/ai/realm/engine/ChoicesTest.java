package ai.realm.engine;

import static ai.realm.engine.EngineFixture.loaded;
import static ai.realm.engine.EngineFixture.options;
import static ai.realm.engine.EngineFixture.prompt;
import static ai.realm.engine.EngineFixture.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.engine.GenerationResult.FinishReason;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.FakeModel;
import ai.realm.fixture.FakeTokenizer;
import ai.realm.fixture.NeedsTinyModels;
import ai.realm.fixture.TinyModelCase;
import ai.realm.gguf.Gguf;
import ai.realm.kernels.KvFormat;
import ai.realm.model.Provider;
import ai.realm.model.cache.CacheOptions;
import ai.realm.model.cache.Sharing;
import ai.realm.sampling.SamplingOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Several texts of one prompt: what is computed of it, and how they end. */
class ChoicesTest {
  private static final int PROMPT = 150;

  /** How they ended. */
  private sealed interface End {
    record Finished(List<GenerationResult> results) implements End {}

    record Aborted(List<GenerationResult> results) implements End {}

    record Failed(Throwable failure) implements End {}
  }

  private record Listener(CompletableFuture<End> end) implements ChoicesListener {
    Listener() {
      this(new CompletableFuture<>());
    }

    @Override
    public void finished(List<GenerationResult> results) {
      once(end.complete(new End.Finished(results)));
    }

    @Override
    public void aborted(List<GenerationResult> results) {
      once(end.complete(new End.Aborted(results)));
    }

    @Override
    public void failed(Throwable failure) {
      once(end.complete(new End.Failed(failure)));
    }

    private static void once(boolean first) {
      if (!first) {
        throw new AssertionError("they ended twice");
      }
    }

    End await() {
      try {
        return end.get(30, TimeUnit.SECONDS);
      } catch (ExecutionException | InterruptedException | TimeoutException e) {
        throw new AssertionError(e);
      }
    }

    List<GenerationResult> results() {
      return assertInstanceOf(End.Finished.class, await()).results();
    }
  }

  private static GenerationRules rules(int maxTokens, long seed) {
    return options(maxTokens, new SamplingOptions(1.5, 0, 1, 0, 1.1, 0, 0, Map.of(), seed))
        .sharing(new Sharing.Nobody());
  }

  private static List<GenerationRules> each(int count, int maxTokens) {
    return LongStream.range(7, 7 + count).mapToObj(seed -> rules(maxTokens, seed)).toList();
  }

  private static int promptRows(FakeModel model) {
    return model.steps.stream()
        .filter(step -> step.held() < PROMPT)
        .mapToInt(FakeModel.Step::count)
        .sum();
  }

  private static List<GenerationResult> alone(LoadedModel model, List<GenerationRules> each) {
    return each.stream().map(rules -> run(model, prompt(PROMPT, 1), rules)).toList();
  }

  private static void assertSame(List<GenerationResult> expected, List<GenerationResult> actual) {
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i).tokens(), actual.get(i).tokens());
      assertEquals(expected.get(i).text(), actual.get(i).text());
      assertEquals(expected.get(i).finishReason(), actual.get(i).finishReason());
    }
  }

  @Test
  void mayHaveOtherLengths() {
    FakeModel fake = FakeModel.noise();
    try (LoadedModel model = loaded(fake, 300)) {
      for (int[] lengths : new int[][] {{1, 9, 4}, {9, 1}, {3, 2, 1}}) {
        Listener listener = new Listener();
        List<GenerationRules> each =
            Arrays.stream(lengths).mapToObj(most -> EngineFixture.greedy(most)).toList();
        model.lease().generate(prompt(PROMPT, 1), each, listener);
        List<GenerationResult> results =
            assertInstanceOf(End.Finished.class, listener.await()).results();
        assertArrayEquals(
            lengths, results.stream().mapToInt(result -> result.tokens().length).toArray());
      }
    }
  }

  @Test
  void computeTheirPromptOnce() {
    // The latter let two run at a time: those that wait for a place find it computed, too.
    for (int parallel : new int[] {8, 2}) {
      FakeModel fake = FakeModel.noise();
      try (LoadedModel model = loaded(fake, 300, new Places(parallel, 8), () -> 0)) {
        for (int maxTokens : new int[] {1, 20}) {
          List<GenerationRules> each = each(5, maxTokens);
          List<GenerationResult> expected = alone(model, each);
          fake.steps.clear();
          Listener listener = new Listener();
          model.lease().generate(prompt(PROMPT, 1), each, listener);
          List<GenerationResult> results = listener.results();
          assertSame(expected, results);
          assertEquals(PROMPT, promptRows(fake));
          int cached = results.stream().mapToInt(GenerationResult::cachedTokens).sum();
          assertEquals(4 * PROMPT, cached);
        }
      }
      assertEquals(0, fake.openCaches.get());
      assertEquals(0, fake.pages().figures().held());
    }
  }

  /** Where the fork that rests has lost its pages, the next text computes the prompt again. */
  @Test
  void areTheSameWhereTheCacheIsFull() {
    FakeModel fake = FakeModel.noise(4 * FakeModel.PAGE_BYTES);
    try (LoadedModel model = loaded(fake, 256)) {
      List<GenerationRules> each = each(4, 60);
      List<GenerationResult> expected = alone(model, each);
      Listener listener = new Listener();
      model.lease().generate(prompt(PROMPT, 1), each, listener);
      assertSame(expected, listener.results());
    }
    assertEquals(0, fake.pages().figures().held());
  }

  @Test
  void areCancelledTogether() {
    FakeModel fake = FakeModel.noise();
    AtomicReference<Choices> running = new AtomicReference<>();
    AtomicInteger steps = new AtomicInteger();
    for (int last : new int[] {1, 2, 9}) {
      steps.set(0);
      running.set(null);
      fake.hook =
          step -> {
            while (running.get() == null) {
              Thread.onSpinWait();
            }
            if (steps.incrementAndGet() == last) {
              running.get().cancel();
            }
          };
      try (LoadedModel model = loaded(fake, 300)) {
        Listener listener = new Listener();
        running.set(model.lease().generate(prompt(PROMPT, 1), each(3, 100), listener));
        List<GenerationResult> results =
            assertInstanceOf(End.Aborted.class, listener.await()).results();
        assertEquals(3, results.size());
        results.forEach(result -> assertEquals(FinishReason.ABORT, result.finishReason()));
      }
      fake = FakeModel.noise();
    }
  }

  @Test
  void failTogetherWithWhatTheFirstFailedWith() {
    FakeModel fake = FakeModel.noise();
    fake.hook =
        step -> {
          if (step.held() == PROMPT + 3) {
            throw new IllegalStateException("of a test");
          }
        };
    try (LoadedModel model = loaded(fake, 300)) {
      Listener listener = new Listener();
      model.lease().generate(prompt(PROMPT, 1), each(3, 50), listener);
      Throwable failure = assertInstanceOf(End.Failed.class, listener.await()).failure();
      assertEquals("of a test", failure.getMessage());
    }
    assertEquals(0, fake.openCaches.get());
    assertEquals(0, fake.pages().figures().held());
  }

  @Test
  void areRefusedTogether() {
    try (LoadedModel model = loaded(FakeModel.noise(), 300, new Places(2, 1), () -> 0)) {
      Listener listener = new Listener();
      model.lease().generate(prompt(PROMPT, 1), each(4, 150), listener);
      Throwable failure = assertInstanceOf(End.Failed.class, listener.await()).failure();
      assertEquals(ErrorCode.OVERLOADED, ((EngineException) failure).code());
      try (ModelLease lease = model.lease()) {
        EngineException none =
            assertThrows(
                EngineException.class,
                () -> lease.generate(new int[0], each(3, 5), new Listener()));
        assertEquals(ErrorCode.INVALID_ARGUMENT, none.code());
      }
    }
  }

  static List<TinyModelCase> architectures() {
    return TinyModelCase.all().stream()
        .filter(tiny -> tiny.generates() && tiny.type().equals("Q4_K_M"))
        .toList();
  }

  /** Of keys and values, windows, states and latent rows. */
  @NeedsTinyModels
  @ParameterizedTest
  @MethodSource("architectures")
  void areTheSameOfEveryArchitecture(TinyModelCase tiny) {
    Gguf gguf = Gguf.open(tiny.file());
    RecordingModel recording =
        new RecordingModel(
            Provider.each().getLast().load(gguf, 300, CacheOptions.of(KvFormat.F16)));
    int vocabulary = recording.vocabularySize();
    ModelFile file = new ModelFile("choices", gguf, new FakeTokenizer(vocabulary));
    int[] prompt = prompt(PROMPT, 1);
    for (int i = 0; i < PROMPT; i++) {
      prompt[i] %= vocabulary;
    }
    try (LoadedModel model = new LoadedModel(file, recording, 300)) {
      List<GenerationRules> each = each(4, 12);
      List<GenerationResult> expected = new ArrayList<>();
      each.forEach(rules -> expected.add(run(model, prompt, rules)));
      long before = model.stats().promptTokens();
      Listener listener = new Listener();
      model.lease().generate(prompt, each, listener);
      assertSame(expected, listener.results());
      assertEquals(PROMPT, model.stats().promptTokens() - before);
      assertTrue(expected.stream().map(GenerationResult::text).distinct().count() > 1);
    }
  }
}
