package ai.realm.engine;

import static ai.realm.engine.EngineFixture.options;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.engine.GenerationResult.FinishReason;
import ai.realm.fixture.FakeTokenizer;
import ai.realm.fixture.GoldenLlama;
import ai.realm.fixture.NeedsTinyModels;
import ai.realm.fixture.Rounds;
import ai.realm.fixture.TinyModelCase;
import ai.realm.gguf.Gguf;
import ai.realm.kernels.KvFormat;
import ai.realm.model.LanguageModel;
import ai.realm.model.Provider;
import ai.realm.model.cache.CacheOptions;
import ai.realm.sampling.Options;
import ai.realm.sampling.SamplingOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The promise: the same seed gives the same text, whatever else runs, and however many of its
 * tokens are guessed. Texts that arrive and are aborted at random, of which some find their prompts
 * computed, have the logits, to the bit, and the tokens that each has alone and without guesses.
 */
class SameTextTest {
  private static final int CONTEXT = 400;

  /** A text that is asked for: at which step it arrives, and after which piece it is aborted. */
  private record Asked(
      int[] prompt, GenerationRules options, int arrival, OptionalInt abortedAfter) {}

  static Stream<Arguments> providersAndVariants() {
    return Provider.each().stream()
        .flatMap(provider ->
            Stream.of("groups-of-three", "k-quants", "q8_0")
                .map(variant -> Arguments.of(provider, variant)));
  }

  @ParameterizedTest
  @MethodSource("providersAndVariants")
  void oneToSixteenTextsHaveTheBitsThatTheyHaveAlone(Provider provider, String variant) {
    GoldenLlama golden = GoldenLlama.read(variant);
    holds(golden.open(), provider, CacheOptions.of(KvFormat.F16), 1);
    holds(golden.open(), provider, CacheOptions.of(KvFormat.Q8_0), 2);
  }

  static List<Provider> providers() {
    return Provider.each();
  }

  @ParameterizedTest
  @MethodSource("providers")
  void soDoTextsThatGaveTheirPagesBack(Provider provider) {
    GoldenLlama golden = GoldenLlama.read("q8_0");
    long pages;
    try (LanguageModel model =
        provider.load(golden.open(), CONTEXT, CacheOptions.of(KvFormat.F16))) {
      pages = model.pages().shape().bytes(CONTEXT + 100);
    }
    CacheOptions small = new CacheOptions(KvFormat.F16, OptionalLong.of(pages));
    assertTrue(holds(golden.open(), provider, small, 6) > 0);
  }

  static List<Arguments> architectures() {
    return eachInOneOf(
        Provider.fast(),
        tiny -> tiny.generates() && tiny.type().matches(Rounds.of("Q4_K_M", ".*")));
  }

  /** Each model in one provider: all of them see all kinds of mixers, norms and experts. */
  private static List<Arguments> eachInOneOf(
      List<Provider> providers, Predicate<TinyModelCase> wanted) {
    List<Arguments> cases = new ArrayList<>();
    for (TinyModelCase tiny : TinyModelCase.all()) {
      if (wanted.test(tiny)) {
        cases.add(Arguments.of(tiny, providers.get(cases.size() % providers.size())));
      }
    }
    return cases;
  }

  @NeedsTinyModels
  @ParameterizedTest
  @MethodSource("architectures")
  void soDoTextsOfEveryArchitecture(TinyModelCase tiny, Provider provider) {
    holds(Gguf.open(tiny.file()), provider, CacheOptions.of(KvFormat.F16), 3);
  }

  @ParameterizedTest
  @MethodSource("providers")
  void soDoTextsThatADraftGuesses(Provider provider) {
    GoldenLlama golden = GoldenLlama.read("q8_0");
    ModelFile file = file(GoldenLlama.read("q4_0").open());
    Optional<DraftModel> draft = Optional.of(draft(file, provider));
    holds(golden.open(), draft, provider, CacheOptions.of(KvFormat.F16), 5);
  }

  static List<Arguments> heads() {
    return eachInOneOf(Provider.fast(), tiny -> tiny.guesses() && tiny.type().equals("Q4_K_M"));
  }

  @NeedsTinyModels
  @ParameterizedTest
  @MethodSource("heads")
  void soDoTextsThatAHeadGuessesAndThatGaveTheirPagesBack(TinyModelCase tiny, Provider provider) {
    long pages;
    try (LanguageModel model =
        provider.load(Gguf.open(tiny.file()), CONTEXT, CacheOptions.of(KvFormat.F16))) {
      int states = 10;
      pages = model.pages().shape().bytes(CONTEXT) + states * model.pages().shape().bytes(0);
    }
    CacheOptions small = new CacheOptions(KvFormat.F16, OptionalLong.of(pages));
    assertTrue(holds(Gguf.open(tiny.file()), provider, small, 6) > 0);
  }

  static List<Arguments> forgetfulArchitectures() {
    return eachInOneOf(
        Provider.each(),
        tiny ->
            tiny.type().equals("Q4_K_M")
                && tiny.model().matches("lfm2|qwen35|gemma3|granitehybrid"));
  }

  /** States and windows do not let a draft forget single tokens. */
  @NeedsTinyModels
  @ParameterizedTest
  @MethodSource("forgetfulArchitectures")
  void soDoTextsThatADraftGuessesWhoseLayersHaveStatesOrWindows(
      TinyModelCase tiny, Provider provider) {
    ModelFile file = file(Gguf.open(tiny.file()));
    DraftModel draft = draft(file, provider);
    CacheOptions cache = CacheOptions.of(KvFormat.F16);
    holds(Gguf.open(tiny.file()), Optional.of(draft), provider, cache, 7);
  }

  private static ModelFile file(Gguf gguf) {
    int vocabulary = (int) gguf.tensor("token_embd.weight").orElseThrow().rows();
    return new ModelFile("promise", gguf, new FakeTokenizer(vocabulary));
  }

  /** A draft that mostly finds the same tokens probable, with a clock that knows no more. */
  private static DraftModel draft(ModelFile file, Provider provider) {
    LanguageModel model = provider.load(file.gguf(), CONTEXT, CacheOptions.of(KvFormat.F16));
    SplittableRandom times = new SplittableRandom(8);
    AtomicLong clock = new AtomicLong();
    return new DraftModel(
        file,
        file,
        new RecordingModel(model, 3),
        DraftFile.MOST,
        () -> clock.addAndGet(times.nextLong(5_000_000)));
  }

  private static long holds(Gguf gguf, Provider provider, CacheOptions cache, int seed) {
    return holds(gguf, Optional.empty(), provider, cache, seed);
  }

  /** Returns how often a text gave its pages back. */
  private static long holds(
      Gguf gguf, Optional<DraftModel> draft, Provider provider, CacheOptions cache, int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    AtomicLong clock = new AtomicLong();
    RecordingModel recording = new RecordingModel(provider.load(gguf, CONTEXT, cache));
    int vocabulary = recording.vocabularySize();
    ModelFile file = file(gguf);
    // All at once where pages are scarce, for then some texts have to give theirs back.
    int arrivals = cache.bytes().isPresent() ? 1 : 20;
    // A clock of which nobody knows how long a step takes: prompts ride in any of them, or none.
    SplittableRandom times = random.split();
    try (LoadedModel model =
        new LoadedModel(
            file,
            recording,
            draft,
            CONTEXT,
            Places.DEFAULT,
            () -> clock.addAndGet(times.nextLong(50_000_000)))) {
      for (int count = 1; count <= 16; count += Rounds.of(15, 1)) {
        List<Asked> asked = new ArrayList<>();
        for (int i = 0; i < count; i++) {
          asked.add(ask(random, vocabulary, i, random.nextInt(arrivals)));
        }
        asked.sort(Comparator.comparingInt(Asked::arrival));
        List<List<Integer>> alone = new ArrayList<>();
        List<GenerationResult> whole = new ArrayList<>();
        for (Asked each : asked) {
          GenerationRules plain = each.options().speculation(false);
          whole.add(EngineFixture.run(model, each.prompt(), plain));
          alone.add(recording.take(each.prompt()));
        }
        List<GenerationResult> together = together(model, recording, asked);
        for (int i = 0; i < count; i++) {
          List<Integer> rows = recording.take(asked.get(i).prompt());
          int[] tokens = together.get(i).tokens();
          int own = Math.min(rows.size(), Math.min(tokens.length, alone.get(i).size()));
          if (together.get(i).finishReason() == FinishReason.ABORT) {
            assertTrue(asked.get(i).abortedAfter().isPresent());
            assertEquals(alone.get(i).subList(0, own), rows.subList(0, own));
            assertArrayEquals(Arrays.copyOf(whole.get(i).tokens(), tokens.length), tokens);
          } else {
            assertEquals(alone.get(i), rows.subList(0, alone.get(i).size()));
            assertArrayEquals(whole.get(i).tokens(), tokens);
            assertEquals(whole.get(i).text(), together.get(i).text());
          }
        }
      }
      assertEquals(recording.guessing().isPresent(), recording.guesses() > 0);
      assertTrue(recording.mostSlices() > 4, recording.mostSlices() + " sequences in a step");
      ModelStats stats = model.stats();
      assertTrue(stats.accepted() > 0 && stats.accepted() < stats.drafted(), stats.toString());
      return stats.preemptions();
    }
  }

  /** A text with a prompt that no other has. */
  private static Asked ask(SplittableRandom random, int vocabulary, int number, int arrival) {
    int[] prompt =
        random.ints(random.nextInt(2, random.nextBoolean() ? 12 : 300), 0, vocabulary).toArray();
    prompt[0] = number;
    SamplingOptions sampling =
        switch (random.nextInt(5)) {
          case 0 -> new SamplingOptions(0, 0, 1, 0, 1, 0, 0, Map.of(), 0);
          case 1 -> new SamplingOptions(1, 0, 1, 0, 1, 0, 0, Map.of(), random.nextLong());
          case 2 -> Options.mirostat(random.nextInt(1, 3), random.nextLong());
          case 3 -> Options.adaptive(random.nextLong());
          default -> new SamplingOptions(0.8, 40, 0.95, 0.05, 1.1, 0.1, 0.1, Map.of(3, 2f), number);
        };
    GenerationRules options = options(random.nextInt(5, 30), sampling);
    boolean aborted = random.nextInt(4) == 0;
    OptionalInt after = aborted ? OptionalInt.of(random.nextInt(1, 10)) : OptionalInt.empty();
    return new Asked(prompt, options, arrival, after);
  }

  /** Lets texts arrive at their steps, or earlier where all before them have ended. */
  private static List<GenerationResult> together(
      LoadedModel model, RecordingModel recording, List<Asked> asked) {
    List<Recorder> recorders = new ArrayList<>();
    for (Asked each : asked) {
      AtomicInteger pieces = new AtomicInteger();
      int most = each.abortedAfter().orElse(Integer.MAX_VALUE);
      recorders.add(new Recorder(piece -> pieces.incrementAndGet() != most));
    }
    int begun = recording.steps();
    AtomicInteger next = new AtomicInteger();
    IntConsumer startUpTo =
        end -> {
          synchronized (next) {
            while (next.get() < end) {
              int i = next.getAndIncrement();
              Asked each = asked.get(i);
              EngineFixture.start(model, each.prompt(), each.options(), recorders.get(i));
            }
          }
        };
    recording.beforeStep(() -> {
      int step = recording.steps() - begun;
      startUpTo.accept((int) asked.stream().filter(each -> each.arrival() <= step).count());
    });
    List<GenerationResult> results = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      startUpTo.accept(i + 1);
      results.add(recorders.get(i).result());
    }
    recording.beforeStep(() -> {});
    return results;
  }
}
