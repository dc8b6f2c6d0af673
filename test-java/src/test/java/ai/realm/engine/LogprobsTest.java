package ai.realm.engine;

import static ai.realm.engine.EngineFixture.greedy;
import static ai.realm.engine.EngineFixture.loaded;
import static ai.realm.engine.EngineFixture.options;
import static ai.realm.engine.EngineFixture.prompt;
import static ai.realm.engine.EngineFixture.start;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.constraint.Grammar.Source;
import ai.realm.fixture.FakeModel;
import ai.realm.fixture.FakeTokenizer;
import ai.realm.fixture.GoldenLlama;
import ai.realm.fixture.NeedsRealModel;
import ai.realm.fixture.RealModel;
import ai.realm.kernels.KvFormat;
import ai.realm.kernels.Overcommit;
import ai.realm.model.Provider;
import ai.realm.model.cache.CacheOptions;
import ai.realm.sampling.SamplingOptions;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a text tells of the probabilities of its tokens. */
class LogprobsTest {
  private static final int PROMPT = 20;

  /** Of a log-probability, mean over the 20 most probable tokens of each position. */
  private static final double MEAN_ERROR = 1e-3;

  /** Where the weights or the activations are rounded. */
  private static final double MEAN_ERROR_ROUNDED = 0.05;

  /** Of SmolLM2-135M-Instruct.Q4_1: measured 0.00103 with AVX-512. */
  private static final double MEAN_ERROR_REAL = 0.01;

  /** A text with its pieces, and the tokens that came with each. */
  private record Told(
      GenerationResult result, List<String> pieces, List<List<TokenLogprob>> tokens) {}

  private static Told told(FakeModel fake, GenerationRules rules) {
    List<List<TokenLogprob>> tokens = new ArrayList<>();
    Recorder recorder =
        new Recorder() {
          @Override
          public boolean text(String piece, List<TokenLogprob> begun) {
            tokens.add(begun);
            return text(piece);
          }
        };
    try (LoadedModel model = loaded(fake, 300)) {
      start(model, prompt(PROMPT, 1), rules, recorder);
      return new Told(recorder.result(), recorder.pieces, tokens);
    }
  }

  private static GenerationRules wild() {
    SamplingOptions wild = new SamplingOptions(1.5, 30, 0.9, 0.01, 1.3, 1, 1, Map.of(65, 3f), 7);
    return options(60, wild);
  }

  /**
   * The log-softmax of each row, once more and plainly; bias, penalties and filters are not in it.
   */
  private static void assertOfTheModel(FakeModel fake, GenerationResult result, int top) {
    List<TokenLogprob> told = result.logprobs().orElseThrow();
    for (int i = 0; i < told.size(); i++) {
      int[] before = Arrays.copyOf(prompt(PROMPT, 1), PROMPT + i);
      System.arraycopy(result.tokens(), 0, before, PROMPT, i);
      float[] logits = fake.logitsAfter(before);
      double total = 0;
      for (float logit : logits) {
        total += Math.exp(logit);
      }
      double logTotal = Math.log(total);
      TokenLogprob token = told.get(i);
      assertEquals(result.tokens()[i], token.id());
      assertEquals(logits[token.id()] - logTotal, token.logprob(), 1e-12);
      int[] sorted =
          IntStream.range(0, logits.length)
              .boxed()
              .sorted((a, b) -> Float.compare(logits[b], logits[a]))
              .mapToInt(Integer::intValue)
              .limit(top)
              .toArray();
      assertArrayEquals(sorted, token.top().stream().mapToInt(TokenLogprob::id).toArray());
      for (TokenLogprob other : token.top()) {
        assertEquals(logits[other.id()] - logTotal, other.logprob(), 1e-12);
        assertEquals(List.of(), other.top());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 20})
  void areTheModelsOwnWhateverTheSamplersDo(int top) {
    FakeModel fake = FakeModel.noise();
    Told told = told(fake, wild().logprobs(top));
    assertEquals(60, told.result().logprobs().orElseThrow().size());
    assertOfTheModel(fake, told.result(), top);
    assertEquals(
        told.result().logprobs().get(), told.tokens().stream().flatMap(List::stream).toList());
  }

  @Test
  void changeNothingOfTheText() {
    Told without = told(FakeModel.noise(), wild());
    Told with = told(FakeModel.noise(), wild().logprobs(5));
    assertTrue(without.result().logprobs().isEmpty());
    assertArrayEquals(without.result().tokens(), with.result().tokens());
    assertEquals(without.result().text(), String.join("", with.pieces()));
  }

  @Test
  void areTheSameOfGuessedTokens() {
    // It says the same six letters again and again, so that guesses hold.
    FakeModel fake = new FakeModel(sequence -> 'a' + sequence.length % 6);
    Told guessed = told(fake, greedy(60).logprobs(3));
    assertTrue(guessed.result().timings().accepted() > 10, "guesses are judged");
    assertOfTheModel(fake, guessed.result(), 3);
  }

  @Test
  void areToldOfWhatAFormatForces() {
    FakeModel fake = FakeModel.noise();
    Format format = new Format(new Source.Choices(List.of("all of this is forced")), true);
    Told told = told(fake, greedy(60).format(format).logprobs(2));
    assertEquals("all of this is forced", told.result().text());
    assertTrue(told.result().timings().drafted() > 0, "forced tokens are taken together");
    assertEquals(21, told.result().logprobs().orElseThrow().size());
    assertOfTheModel(fake, told.result(), 2);
  }

  @Test
  void goWithThePieceThatTheirTokenBeginsIn() {
    FakeModel fake = FakeModel.answering(PROMPT, "aé😀-");
    Told told = told(fake, greedy(60).logprobs(0));
    assertEquals(List.of("a", "é", "😀", "-"), told.pieces());
    assertEquals(List.of(1, 2, 4, 1), told.tokens().stream().map(List::size).toList());
    assertArrayEquals(new byte[] {(byte) 0xC3}, told.tokens().get(1).getFirst().bytes());
    assertEquals("\uFFFD", told.tokens().get(1).getFirst().token());
  }

  @Test
  void ofTokensThatGiveNoTextComeWithTheNextOneOrAtTheEnd() {
    int control = FakeTokenizer.CONTROL;
    FakeModel fake = FakeModel.answering(PROMPT, 'a', control, 'b', control);
    Told told = told(fake, greedy(60).logprobs(0));
    assertEquals(List.of("a", "b", ""), told.pieces());
    assertEquals(List.of(1, 2, 1), told.tokens().stream().map(List::size).toList());
  }

  @Test
  void leaveOutTokensThatBeginBehindTheEndThatAStopStringMade() {
    FakeModel fake = FakeModel.answering(PROMPT, "one STOP");
    Told told = told(fake, greedy(60, " STOP").logprobs(0));
    assertEquals("one", told.result().text());
    assertEquals(8, told.result().tokens().length);
    assertEquals(3, told.result().logprobs().orElseThrow().size());
  }

  @Test
  void areAllThereWhereTheLimitCutsACharacter() {
    FakeModel fake = FakeModel.answering(PROMPT, "a😀");
    Told told = told(fake, greedy(3).logprobs(0));
    assertEquals("a", told.result().text());
    assertEquals(3, told.result().logprobs().orElseThrow().size());
    assertEquals(List.of("a", ""), told.pieces());
  }

  static List<Provider> providers() {
    return Provider.each();
  }

  @ParameterizedTest
  @MethodSource("providers")
  void areThoseOfAnIndependentProgramInFloat64(Provider provider) {
    // Of logits that src/test/python/golden/llama_variants.py computed.
    assertTrue(errorOf("plain", provider) <= MEAN_ERROR);
    assertTrue(errorOf("q8_0", provider) <= MEAN_ERROR_ROUNDED);
  }

  private static double errorOf(String variant, Provider provider) {
    GoldenLlama golden = GoldenLlama.read(variant);
    CacheOptions cache = CacheOptions.of(KvFormat.F16);
    double sum = 0;
    ModelFile file =
        new ModelFile(variant, golden.open(), new FakeTokenizer(GoldenLlama.VOCABULARY));
    try (LoadedModel model =
        new LoadedModel(
            file,
            provider.load(golden.open(), 400, cache),
            Optional.empty(),
            400,
            Places.DEFAULT,
            () -> 0)) {
      for (int i = 0; i < golden.positions().length; i++) {
        double[] exact = logSoftmax(golden.logits()[i]);
        int[] prompt = Arrays.copyOf(golden.ids(), golden.positions()[i] + 1);
        sum += meanError(exact, next(model, prompt)) / golden.positions().length;
      }
    }
    return sum;
  }

  private static double meanError(double[] exact, TokenLogprob told) {
    assertEquals(20, told.top().size());
    return told.top().stream()
        .mapToDouble(token -> Math.abs(exact[token.id()] - token.logprob()))
        .average()
        .orElseThrow();
  }

  private static TokenLogprob next(LoadedModel model, int[] prompt) {
    Recorder recorder = new Recorder();
    Map<Integer, Float> goesOn = new HashMap<>();
    model.tokenizer().endOfGeneration().forEach(id -> goesOn.put(id, Float.NEGATIVE_INFINITY));
    SamplingOptions sampling = new SamplingOptions(0, 0, 1, 0, 1, 0, 0, goesOn, 0);
    start(model, prompt, options(1, sampling).logprobs(20), recorder);
    return recorder.result().logprobs().orElseThrow().getFirst();
  }

  private static double[] logSoftmax(float[] logits) {
    double total = 0;
    for (float logit : logits) {
      total += Math.exp(logit);
    }
    double[] exact = new double[logits.length];
    for (int i = 0; i < logits.length; i++) {
      exact[i] = logits[i] - Math.log(total);
    }
    return exact;
  }

  /** SmolLM2 against what a program in numpy computed of the same file, in float64. */
  @NeedsRealModel
  @Test
  void areThoseOfTheRealModel() throws IOException {
    JsonArray cases;
    try (Reader reader =
        new InputStreamReader(
            new GZIPInputStream(
                Provider.class.getResourceAsStream("smollm2-135m-instruct-q4_1.json.gz")),
            StandardCharsets.UTF_8)) {
      cases = JsonParser.parseReader(reader).getAsJsonObject().getAsJsonArray("cases");
    }
    Path path = RealModel.path();
    double error = 0;
    int count = 0;
    try (LoadedModel model =
        LoadedModel.load(
            ModelFile.open(path),
            Optional.empty(),
            OptionalInt.of(512),
            2,
            CacheOptions.of(KvFormat.F16),
            Places.DEFAULT,
            Overcommit.ALLOWED)) {
      for (JsonElement each : cases) {
        int[] ids =
            each.getAsJsonObject().getAsJsonArray("ids").asList().stream()
                .mapToInt(JsonElement::getAsInt)
                .toArray();
        JsonArray top =
            each.getAsJsonObject().getAsJsonArray("top").get(ids.length - 1).getAsJsonArray();
        TokenLogprob told = next(model, ids);
        for (JsonElement pair : top) {
          int id = pair.getAsJsonArray().get(0).getAsInt();
          double exact = pair.getAsJsonArray().get(1).getAsDouble();
          for (TokenLogprob other : told.top()) {
            if (other.id() == id) {
              error += Math.abs(other.logprob() - exact);
              count++;
            }
          }
        }
      }
    }
    assertTrue(count >= 5 * cases.size(), count + " tokens are compared");
    assertTrue(error / count <= MEAN_ERROR_REAL, "the mean absolute error is " + error / count);
  }
}
