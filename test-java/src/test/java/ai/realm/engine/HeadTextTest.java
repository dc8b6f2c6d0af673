package ai.realm.engine;

import static ai.realm.engine.EngineFixture.options;
import static ai.realm.engine.EngineFixture.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.fixture.FakeTokenizer;
import ai.realm.fixture.GgufDraft;
import ai.realm.fixture.NeedsTinyModels;
import ai.realm.fixture.TinyModelCase;
import ai.realm.gguf.Gguf;
import ai.realm.kernels.KvFormat;
import ai.realm.kernels.Overcommit;
import ai.realm.model.LanguageModel;
import ai.realm.model.Models;
import ai.realm.model.TextEncoder;
import ai.realm.model.cache.CacheOptions;
import ai.realm.model.cache.Sharing;
import ai.realm.sampling.SamplingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Texts of a tiny model whose head guesses as if it were trained: its trunk adds little to its
 * embeddings, which the head takes over. By their clock, a step of the model takes the same time
 * whatever is in it, and a guess none.
 */
@NeedsTinyModels
class HeadTextTest {
  private static final int CONTEXT = 512;

  private static final SamplingOptions SEEDED =
      new SamplingOptions(0.8, 40, 0.95, 0, 1.1, 0.1, 0.1, Map.of(), 5);

  static List<TinyModelCase> models() {
    return TinyModelCase.all().stream()
        .filter(tiny -> tiny.model().equals("qwen35-head") && tiny.type().equals("Q4_K_M"))
        .toList();
  }

  private final AtomicLong clock = new AtomicLong();

  private RecordingModel recording;

  private LoadedModel load(Gguf gguf) {
    int vocabulary = (int) gguf.tensor("token_embd.weight").orElseThrow().rows();
    ModelFile file = new ModelFile("head", gguf, new FakeTokenizer(vocabulary));
    CacheOptions cache = CacheOptions.of(KvFormat.F16);
    TextEncoder model = Models.open(gguf, OptionalInt.of(CONTEXT), 2, cache, Overcommit.REFUSED);
    recording = new RecordingModel((LanguageModel) model, /* period= */ 1); // It repeats nothing.
    recording.beforeStep(() -> clock.addAndGet(10_000_000));
    return new LoadedModel(file, recording, Optional.empty(), CONTEXT, Places.DEFAULT, clock::get);
  }

  private static int[] prompt(int length, int seed) {
    return new SplittableRandom(seed).ints(length, 3, 500).toArray();
  }

  static List<Arguments> modelsAndSamplings() {
    return models().stream()
        .flatMap(tiny ->
            Stream.of(new SamplingOptions(0, 0, 1, 0, 1, 0, 0, Map.of(), 0), SEEDED)
                .map(sampling -> Arguments.of(tiny, sampling)))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("modelsAndSamplings")
  void mostOfItsGuessesHoldAndTextsTakeFewerSteps(TinyModelCase tiny, SamplingOptions sampling)
      throws IOException {
    GenerationRules rules = options(100, sampling);
    GgufDraft draft = GgufDraft.of(Files.readAllBytes(tiny.file()));
    draft.tensors().stream().filter(name -> name.startsWith("blk.4.")).forEach(draft::removeTensor);
    GenerationResult plain;
    int stepsOfPlain;
    try (LoadedModel without = load(draft.open())) {
      plain = run(without, prompt(40, 1), rules);
      stepsOfPlain = recording.steps();
    }
    try (LoadedModel model = load(Gguf.open(tiny.file()))) {
      GenerationResult guessed = run(model, prompt(40, 1), rules);
      int steps = recording.steps();
      GenerationResult alone = run(model, prompt(40, 1), rules.speculation(false));
      assertEquals(0, alone.timings().drafted());
      assertArrayEquals(plain.tokens(), alone.tokens());
      assertArrayEquals(alone.tokens(), guessed.tokens());
      String both = guessed.timings() + " and without a head " + plain.timings();
      assertTrue(guessed.timings().accepted() > 0.25 * guessed.timings().drafted(), both);
      assertTrue(steps < 0.8 * stepsOfPlain, steps + " steps, " + stepsOfPlain + ": " + both);
      assertTrue(5 * recording.guesses() > guessed.tokens().length, both);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void sequencesThatForkAndAreCutGoOnWithIt(TinyModelCase tiny) throws IOException {
    try (LoadedModel model = load(Gguf.open(tiny.file()))) {
      OpenSequence sequence;
      try (ModelLease lease = model.lease()) {
        sequence = lease.openSequence(Sharing.APP);
      }
      int[] first = goOn(model, sequence, new int[0], prompt(90, 2));
      OpenSequence fork = sequence.fork();
      goOn(model, fork, first, prompt(7, 3));
      int[] second = goOn(model, sequence, first, prompt(9, 4));
      sequence.truncate(second.length - 15);
      goOn(model, sequence, Arrays.copyOf(second, second.length - 15), prompt(5, 5));
      assertTrue(model.stats().accepted() > 20, model.stats().toString());
    }
  }

  /** Returns all tokens of a sequence that goes on, as a text of them all would have them. */
  private static int[] goOn(LoadedModel model, OpenSequence sequence, int[] before, int[] prompt) {
    GenerationRules rules = options(30, SEEDED);
    Recorder recorder = new Recorder();
    model.lease().handOver(lease -> sequence.generate(lease, prompt, rules, recorder));
    int[] tokens = recorder.result().tokens();
    int[] whole = join(before, prompt);
    assertArrayEquals(run(model, whole, rules.speculation(false)).tokens(), tokens);
    return join(whole, tokens);
  }

  private static int[] join(int[] first, int[] second) {
    int[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
