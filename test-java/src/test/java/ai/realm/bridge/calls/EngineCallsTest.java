package ai.realm.bridge.calls;

import static ai.realm.bridge.JobRecorder.parse;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.bridge.JobRecorder;
import ai.realm.engine.LoadedModel;
import ai.realm.engine.ModelFile;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.FakeModel;
import ai.realm.fixture.FakeTokenizer;
import ai.realm.fixture.GgufWriter;
import ai.realm.gguf.Gguf;
import ai.realm.tokenizer.SpecialTokens;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What JavaScript gets for what it asks, on a model that a test made up. */
class EngineCallsTest {
  private static final MemorySegment NO_VIEW = MemorySegment.ofArray(new byte[0]);
  private static final String GREEDY =
      "{'temperature':0,'topK':40,'topP':1,'minP':0,'repeatPenalty':1,'presencePenalty':0,"
          + "'frequencyPenalty':0,'logitBias':{},'seed':7,'stop':[]}";
  private static final String GENERATE =
      "{'model':1,'prompt':{'ids':[1,2,3]},'options':" + GREEDY + "}";

  private final FakeTokenizer tokenizer = new FakeTokenizer();
  private final OpenModels models = new OpenModels();
  private final EngineCalls calls = new EngineCalls(models);

  private void has(FakeModel fake) {
    has(fake, () -> {});
  }

  private void has(FakeModel fake, Runnable onClose) {
    ModelFile file = new ModelFile("fake", empty(onClose), tokenizer);
    models.add(1, new OpenModel.Loaded(new LoadedModel(file, fake, 100)));
  }

  private static Gguf empty(Runnable onClose) {
    return Gguf.of(MemorySegment.ofArray(new GgufWriter().bytes()), onClose);
  }

  @Test
  void generateStreamsTheTextAndEndsWithTheResult() {
    has(FakeModel.answering(3, "Hi \uD83D\uDE00"));
    JobRecorder job = new JobRecorder().open(calls, "generate", GENERATE);
    JsonObject result = job.result();
    assertEquals(List.of("H", "i", " ", "\uD83D\uDE00"), job.pieces);
    assertEquals("Hi \uD83D\uDE00", result.get("text").getAsString());
    assertArrayEquals(FakeTokenizer.ids("Hi \uD83D\uDE00"), ints(result.get("tokens")));
    assertEquals(parse("{'promptTokens':3,'completionTokens':7}"), result.get("usage"));
    assertEquals("stop", result.get("finishReason").getAsString());
    JsonObject timings = result.getAsJsonObject("timings");
    assertTrue(timings.get("firstTokenMs").getAsDouble() > 0);
    assertTrue(timings.get("prefillTokensPerSecond").getAsDouble() > 0);
    assertTrue(timings.get("decodeTokensPerSecond").getAsDouble() > 0);
    assertEquals(5, result.size());
    assertEquals(3, timings.size());
  }

  @Test
  void everyOptionReachesTheGeneration() {
    has(FakeModel.answering(3, "one two"));
    assertEquals("length", generated("maxTokens", "3").get("finishReason").getAsString());
    assertEquals("one", generated("stop", "[' t','zz']").get("text").getAsString());
    assertEquals(
        FakeTokenizer.VOCABULARY - 1,
        generated("logitBias", "{'111':'-Infinity','257':90}")
            .get("tokens")
            .getAsJsonArray()
            .get(0)
            .getAsInt());
    String seeded = GENERATE.replace("'temperature':0", "'temperature':100,'maxTokens':20");
    String other = seeded.replace("'seed':7", "'seed':8");
    String first = generated(seeded).get("text").getAsString();
    assertEquals(first, generated(seeded).get("text").getAsString());
    assertFalse(first.equals(generated(other).get("text").getAsString()));
  }

  @Test
  void aCancelledGenerationEndsAsAbortedWithItsResult() {
    FakeModel fake = FakeModel.noise();
    has(fake);
    CountDownLatch begun = new CountDownLatch(1);
    fake.hook =
        step -> {
          if (step.held() == 5) {
            begun.countDown();
            while (!step.cancellation().requested()) {
              Thread.onSpinWait();
            }
          }
        };
    JobRecorder job = new JobRecorder().open(calls, "generate", GENERATE);
    await(begun);
    job.cancel();
    assertEquals("ABORTED", job.code());
    JsonObject result = job.error().getAsJsonObject("result");
    assertEquals("abort", result.get("finishReason").getAsString());
    assertEquals(3, result.get("tokens").getAsJsonArray().size());
  }

  @Test
  void aGenerationThatNobodyHearsStops() {
    has(FakeModel.noise());
    JobRecorder job = new JobRecorder(piece -> false).open(calls, "generate", GENERATE);
    assertEquals("ABORTED", job.code());
    assertEquals(1, job.pieces.size());
  }

  @Test
  void aGenerationCancelledBeforeItBeganIsAborted() {
    has(FakeModel.noise());
    JobRecorder job = new JobRecorder();
    job.cancel();
    assertEquals("ABORTED", job.open(calls, "generate", GENERATE).code());
  }

  @Test
  void aFailureKeepsItsCodeAndTheModelGoesOn() {
    FakeModel fake = FakeModel.answering(3, "ok");
    has(fake);
    fake.hook =
        step -> {
          throw new OutOfMemoryError("of a test");
        };
    assertEquals("OUT_OF_MEMORY", new JobRecorder().open(calls, "generate", GENERATE).code());
    fake.hook = step -> {};
    assertEquals("ok", generated(GENERATE).get("text").getAsString());
  }

  @Test
  void aTextPromptIsTokenizedAsAsked() {
    has(FakeModel.answering(2, "ok"));
    String text =
        GENERATE.replace(
            "{'ids':[1,2,3]}", "{'text':'hi','plain':PLAIN,'special':true,'addBos':false}");
    assertEquals(
        parse("{'promptTokens':2,'completionTokens':2}"),
        generated(text.replace("PLAIN", "[[0,1],[1,2]]")).get("usage"));
    assertEquals(
        new SpecialTokens.Outside(
            List.of(new SpecialTokens.Range(0, 1), new SpecialTokens.Range(1, 2))),
        tokenizer.lastSpecial);
    generated(text.replace("PLAIN", "[]"));
    assertEquals(new SpecialTokens.All(), tokenizer.lastSpecial);
    JsonObject plain =
        generated(
            text.replace("PLAIN", "[[0,1]]")
                .replace("'special':true,'addBos':false", "'special':false,'addBos':true"));
    assertEquals(new SpecialTokens.None(), tokenizer.lastSpecial);
    assertEquals(3, plain.getAsJsonObject("usage").get("promptTokens").getAsInt());
  }

  @Test
  void anEmptyOrTooLongPromptIsRefused() {
    has(FakeModel.noise());
    assertEquals("INVALID_ARGUMENT", refused(GENERATE.replace("[1,2,3]", "[]")));
    assertEquals("TOKEN_OUT_OF_RANGE", refused(GENERATE.replace("[1,2,3]", "[258]")));
    String text = "{'text':'" + "x".repeat(100) + "','plain':[],'special':true,'addBos':false}";
    assertEquals("CONTEXT_OVERFLOW", refused(GENERATE.replace("{'ids':[1,2,3]}", text)));
  }

  @Test
  void logitsGivesTheMostProbableOfEachPosition() {
    has(FakeModel.answering(2, "ab"));
    JsonObject result =
        new JobRecorder()
            .open(calls, "logits", "{'model':1,'ids':[5,6,97],'top':3,'batch':2}")
            .result();
    assertArrayEquals(new int[] {5, 6, 97}, ints(result.get("ids")));
    JsonArray top = result.getAsJsonArray("top");
    assertEquals(3, top.size());
    for (JsonElement position : top) {
      assertEquals(3, position.getAsJsonArray().size());
    }
    JsonArray best = top.get(1).getAsJsonArray().get(0).getAsJsonArray();
    assertEquals('a', best.get(0).getAsInt());
    assertEquals(0, best.get(1).getAsDouble(), 1e-9);
    assertTrue(best.get(1).getAsDouble() <= 0);
  }

  @Test
  void aCancelledLogitsIsAborted() {
    FakeModel fake = FakeModel.noise();
    has(fake);
    JobRecorder job = new JobRecorder();
    fake.hook =
        step -> {
          job.cancel();
          while (!step.cancellation().requested()) {
            Thread.onSpinWait();
          }
        };
    job.open(calls, "logits", "{'model':1,'ids':[5,6,97],'top':3}");
    assertEquals("ABORTED", job.code());
  }

  @Test
  void tokenizeAndDetokenize() {
    has(FakeModel.noise());
    JsonObject tokens = call("tokenize", "{'model':1,'text':'abc','special':false,'addBos':true}");
    assertArrayEquals(new int[] {257, 97, 98, 99}, ints(tokens.get("ids")));
    assertEquals(new SpecialTokens.None(), tokenizer.lastSpecial);
    call("tokenize", "{'model':1,'text':'abc','special':true,'addBos':true}");
    assertEquals(new SpecialTokens.All(), tokenizer.lastSpecial);
    assertEquals(
        "abc", call("detokenize", "{'model':1,'ids':[97,98,99]}").get("text").getAsString());
    assertEquals(
        ErrorCode.TOKEN_OUT_OF_RANGE, callFails("detokenize", "{'model':1,'ids':[258]}").code());
  }

  @Test
  void releaseWaitsForTheRunningAndRefusesTheNew() {
    FakeModel fake = FakeModel.noise();
    has(fake);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch free = new CountDownLatch(1);
    fake.hook =
        step -> {
          begun.countDown();
          await(free);
        };
    JobRecorder running = new JobRecorder().open(calls, "generate", GENERATE);
    await(begun);
    JobRecorder release = new JobRecorder().open(calls, "release", "{'model':1}");
    assertEquals("DISPOSED", refused(GENERATE));
    assertEquals(
        ErrorCode.DISPOSED,
        callFails("tokenize", "{'model':1,'text':'','special':false,'addBos':true}").code());
    assertEquals("DISPOSED", new JobRecorder().open(calls, "release", "{'model':1}").code());
    assertFalse(fake.closed.get());
    free.countDown();
    assertEquals("length", running.result().get("finishReason").getAsString());
    assertEquals(new JsonObject(), release.result());
    assertTrue(fake.closed.get());
    has(FakeModel.answering(3, "two"));
    assertEquals(
        "two", generated(GENERATE.replace("'model':1", "'model':2")).get("text").getAsString());
    assertEquals("MODEL_NOT_FOUND", refused(GENERATE.replace("'model':1", "'model':3")));
  }

  @Test
  void whatAnEndedEnvironmentHeldIsFreedAfterItsWork() {
    FakeModel fake = FakeModel.noise();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    fake.hook =
        step -> {
          begun.countDown();
          while (!step.cancellation().requested()) {
            Thread.onSpinWait();
          }
        };
    has(fake, closed::countDown);
    JobRecorder running = new JobRecorder().open(calls, "generate", GENERATE);
    await(begun);
    calls.environmentEnded(2);
    assertEquals(1, closed.getCount());
    assertEquals("fake", models.get(1).file().name());
    calls.environmentEnded(1);
    assertEquals("DISPOSED", refused(GENERATE));
    assertEquals(1, closed.getCount());
    running.cancel();
    await(closed);
    assertTrue(fake.closed.get());
    OpenModel late =
        new OpenModel.VocabularyOnly(new ModelFile("late", empty(() -> {}), tokenizer));
    EngineException error = assertThrows(EngineException.class, () -> models.add(1, late));
    assertEquals(ErrorCode.ABORTED, error.code());
  }

  @Test
  void engineInfoNamesWhatRuns() {
    JsonObject info = call("engineInfo", "{}");
    assertEquals(Runtime.version().toString(), info.get("java").getAsString());
    assertEquals("vector", info.get("kernels").getAsString());
    assertFalse(info.get("reason").getAsString().isEmpty());
    assertTrue(info.has("version"));
  }

  /** A field of a right request, and a value that it must not have. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "model|'1'",
        "model|0",
        "model|-1",
        "model|1.5",
        "model|null",
        "model|true",
        "model|[1]",
        "model|9007199254740993",
        "prompt|'text'",
        "prompt|[1]",
        "prompt|{}",
        "prompt|{'ids':1}",
        "prompt|{'ids':['1']}",
        "prompt|{'ids':[1.5]}",
        "prompt|{'ids':[4294967296]}",
        "prompt|{'ids':[1],'text':'x'}",
        "prompt|{'ids':[1],'addBos':true}",
        "prompt|{'text':1,'plain':[],'special':true,'addBos':true}",
        "prompt|{'text':'x','plain':[[0]],'special':true,'addBos':true}",
        "prompt|{'text':'x','plain':[[0,1,2]],'special':true,'addBos':true}",
        "prompt|{'text':'x','plain':[0,1],'special':true,'addBos':true}",
        "prompt|{'text':'x','plain':{},'special':true,'addBos':true}",
        "prompt|{'text':'x','plain':[],'special':1,'addBos':true}",
        "prompt|{'text':'x','plain':[],'special':true,'addBos':'no'}",
        "prompt|{'text':'x','plain':[],'special':true}",
        "prompt|{'text':'x','special':true,'addBos':true}",
        "options|[]",
        "options|{}",
      })
  void aWrongFieldOfAGenerationIsRefusedByName(String field, String value) {
    has(FakeModel.noise());
    assertRefused(parse(GENERATE), field, value);
  }

  /** The same for its options. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "maxTokens|0",
        "maxTokens|-1",
        "maxTokens|1.5",
        "maxTokens|'9'",
        "maxTokens|null",
        "maxTokens|2147483648",
        "temperature|-0.1",
        "temperature|101",
        "temperature|'hot'",
        "temperature|null",
        "temperature|1e999",
        "topK|-1",
        "topK|0.5",
        "topK|2147483648",
        "topP|0",
        "topP|1.1",
        "topP|[]",
        "minP|-0.1",
        "minP|2",
        "repeatPenalty|0",
        "repeatPenalty|11",
        "presencePenalty|-11",
        "presencePenalty|'0'",
        "frequencyPenalty|10.1",
        "frequencyPenalty|{}",
        "logitBias|[]",
        "logitBias|{'x':1}",
        "logitBias|{'-1':1}",
        "logitBias|{'01':1}",
        "logitBias|{'9999999999':1}",
        "logitBias|{'1':'1'}",
        "logitBias|{'1':null}",
        "logitBias|{'1':'Infinity'}",
        "logitBias|{'1':1e999}",
        "seed|-1",
        "seed|1.5",
        "seed|9007199254740993",
        "seed|'7'",
        "stop|'x'",
        "stop|[1]",
        "stop|[null]",
        "colour|'red'",
      })
  void aWrongOptionOfAGenerationIsRefusedByName(String field, String value) {
    has(FakeModel.noise());
    JsonObject request = parse(GENERATE);
    assertRefused(request, request.getAsJsonObject("options"), field, value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"model", "prompt", "options"})
  void aMissingFieldOfAGenerationIsRefusedByName(String field) {
    has(FakeModel.noise());
    JsonObject request = parse(GENERATE);
    request.remove(field);
    assertNames(new JobRecorder().open(calls, "generate", request.toString()), field);
  }

  @Test
  void aMissingOptionOfAGenerationIsRefusedByName() {
    has(FakeModel.noise());
    for (String field : parse(GREEDY).keySet()) {
      JsonObject request = parse(GENERATE);
      request.getAsJsonObject("options").remove(field);
      assertNames(new JobRecorder().open(calls, "generate", request.toString()), field);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "logits|ids|{'model':1,'ids':5,'top':1}",
        "logits|ids|{'model':1,'top':1}",
        "logits|top|{'model':1,'ids':[5]}",
        "logits|top|{'model':1,'ids':[5],'top':0}",
        "logits|batch|{'model':1,'ids':[5],'top':1,'batch':0}",
        "logits|batch|{'model':1,'ids':[5],'top':1,'batch':'all'}",
        "logits|topp|{'model':1,'ids':[5],'top':1,'topp':1}",
        "load|path|{}",
        "load|path|{'path':5}",
        "load|path|{'path':'a\\u0000b'}",
        "load|path|{'path':'x','buffer':1}",
        "load|buffer|{'buffer':'1'}",
        "load|threads|{'path':'x','threads':0}",
        "load|threads|{'path':'x','threads':1025}",
        "load|contextLength|{'path':'x','contextLength':0}",
        "load|contextLength|{'path':'x','contextLength':2.5}",
        "load|mmap|{'path':'x','mmap':true}",
        "openVocabulary|path|{}",
        "openVocabulary|threads|{'path':'x','threads':1}",
        "inspect|path|{'path':null}",
        "inspect|deep|{'path':'x','deep':true}",
        "bufferOpen|size|{'size':0}",
        "bufferOpen|size|{'size':1.5}",
        "bufferOpen|size|{}",
        "release|model|{}",
        "release|now|{'model':1,'now':true}",
        "dance|dance|{}",
      })
  void aWrongJobIsRefusedByName(String method, String field, String json) {
    has(FakeModel.noise());
    assertNames(new JobRecorder().open(calls, method, json), field);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "engineInfo|all|{'all':true}",
        "tokenize|text|{'model':1,'special':true,'addBos':true}",
        "tokenize|text|{'model':1,'text':7,'special':true,'addBos':true}",
        "tokenize|special|{'model':1,'text':'x','special':'yes','addBos':true}",
        "tokenize|addBos|{'model':1,'text':'x','special':true}",
        "tokenize|addEos|{'model':1,'text':'x','special':true,'addBos':true,'addEos':true}",
        "detokenize|ids|{'model':1,'ids':'1'}",
        "detokenize|ids|{'model':1}",
        "bufferWrite|buffer|{'offset':0}",
        "bufferWrite|offset|{'buffer':1,'offset':-1}",
        "bufferRelease|buffer|{'buffer':0}",
        "dance|dance|{}",
      })
  void aWrongCallIsRefusedByName(String method, String field, String json) {
    has(FakeModel.noise());
    EngineException error = callFails(method, json);
    assertEquals(ErrorCode.INVALID_ARGUMENT, error.code());
    assertTrue(error.getMessage().contains(field), error.getMessage());
  }

  private void assertRefused(JsonObject request, String field, String value) {
    assertRefused(request, request, field, value);
  }

  private void assertRefused(JsonObject request, JsonObject part, String field, String value) {
    part.add(field, parse("{'value':" + value + "}").get("value"));
    assertNames(new JobRecorder().open(calls, "generate", request.toString()), field);
  }

  private static void assertNames(JobRecorder job, String field) {
    assertEquals("INVALID_ARGUMENT", job.code());
    String message = job.error().get("message").getAsString();
    assertTrue(message.contains(field), message);
  }

  private JsonObject generated(String option, String value) {
    JsonObject request = parse(GENERATE);
    request.getAsJsonObject("options").add(option, parse("{'value':" + value + "}").get("value"));
    return generated(request.toString());
  }

  private JsonObject generated(String request) {
    return new JobRecorder().open(calls, "generate", request).result();
  }

  private String refused(String request) {
    return new JobRecorder().open(calls, "generate", request).code();
  }

  private JsonObject call(String method, String json) {
    return calls.call(1, method, parse(json), NO_VIEW);
  }

  private EngineException callFails(String method, String json) {
    return assertThrows(EngineException.class, () -> call(method, json));
  }

  private static int[] ints(JsonElement array) {
    JsonArray ints = array.getAsJsonArray();
    return IntStream.range(0, ints.size()).map(i -> ints.get(i).getAsInt()).toArray();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(30, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
