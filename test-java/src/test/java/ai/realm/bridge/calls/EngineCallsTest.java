package ai.realm.bridge.calls;

import static ai.realm.bridge.JobRecorder.parse;
import static ai.realm.bridge.calls.CallsFixture.GENERATE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.bridge.JobRecorder;
import ai.realm.engine.ModelFile;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.FakeModel;
import ai.realm.fixture.FakeTokenizer;
import ai.realm.tokenizer.SpecialTokens;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What JavaScript gets for what it asks, on a model that a test made up. */
class EngineCallsTest {
  private final CallsFixture fixture = new CallsFixture();

  @Test
  void generateStreamsTheTextAndEndsWithTheResult() {
    fixture.has(FakeModel.answering(3, "Hi \uD83D\uDE00"));
    JobRecorder job = new JobRecorder().open(fixture.calls, "generate", GENERATE);
    JsonObject result = job.result();
    assertEquals(List.of("H", "i", " ", "\uD83D\uDE00"), job.pieces);
    assertEquals("Hi \uD83D\uDE00", result.get("text").getAsString());
    assertArrayEquals(FakeTokenizer.ids("Hi \uD83D\uDE00"), ints(result.get("tokens")));
    assertEquals(
        parse("{'promptTokens':3,'cachedTokens':0,'completionTokens':7}"), result.get("usage"));
    assertEquals("stop", result.get("finishReason").getAsString());
    JsonObject timings = result.getAsJsonObject("timings");
    assertTrue(timings.get("firstTokenMs").getAsDouble() > 0);
    assertTrue(timings.get("prefillTokensPerSecond").getAsDouble() > 0);
    assertTrue(timings.get("decodeTokensPerSecond").getAsDouble() > 0);
    assertEquals(5, result.size());
    assertEquals(5, timings.size());
  }

  @Test
  void withoutAStreamTheTextComesWithTheResultAlone() {
    fixture.has(FakeModel.answering(3, "one two"));
    for (boolean stream : new boolean[] {false, true}) {
      JsonObject request = parse(GENERATE);
      request.addProperty("stream", stream);
      JobRecorder job = new JobRecorder().open(fixture.calls, "generate", request.toString());
      assertEquals("one two", job.result().get("text").getAsString());
      assertEquals(stream ? "one two" : "", String.join("", job.pieces));
    }
  }

  @Test
  void aTextWaitsForAReaderThatTellsHowFarItIs() {
    fixture.has(FakeModel.answering(3, "one two three"));
    JsonObject request = parse(GENERATE);
    request.addProperty("mostUnread", 4);
    JobRecorder job = new JobRecorder().open(fixture.calls, "generate", request.toString());
    while (fixture.call("stats", "{'model':1}").get("paused").getAsInt() == 0) {
      Thread.onSpinWait();
    }
    String before = String.join("", job.pieces);
    assertTrue(before.length() >= 4 && before.length() < 13, before);
    JsonObject taken = parse("{'units':100}");
    taken.addProperty("job", job.job.id());
    fixture.call("textTaken", taken.toString());
    assertEquals("one two three", job.result().get("text").getAsString());
    assertEquals("one two three", String.join("", job.pieces));
    assertEquals(List.of("{\"accepted\":true}"), job.progress);
    // It has ended: there is nobody to tell.
    assertEquals(new JsonObject(), fixture.call("textTaken", taken.toString()));
  }

  @Test
  void choicesAreTheTextsOfTheirSeeds() {
    fixture.has(FakeModel.noise());
    JsonObject request = parse(GENERATE.replace("'temperature':0", "'temperature':2"));
    request.getAsJsonObject("options").addProperty("maxTokens", 5);
    JsonArray alone = new JsonArray();
    for (int seed = 7; seed < 10; seed++) {
      request.getAsJsonObject("options").addProperty("seed", seed);
      alone.add(fixture.generated(request.toString()).get("tokens"));
    }
    request.add("seeds", parse("{'seeds':[7,8,9]}").get("seeds"));
    JsonObject result =
        new JobRecorder().open(fixture.calls, "generateChoices", request.toString()).result();
    JsonArray choices = new JsonArray();
    result
        .getAsJsonArray("choices")
        .forEach(choice -> choices.add(choice.getAsJsonObject().get("tokens")));
    assertEquals(alone, choices);
    request.add("seeds", new JsonArray());
    assertEquals(
        "INVALID_ARGUMENT",
        new JobRecorder().open(fixture.calls, "generateChoices", request.toString()).code());
  }

  @Test
  void everyOptionReachesTheGeneration() {
    fixture.has(FakeModel.answering(3, "one two"));
    assertEquals("length", fixture.generated("maxTokens", "3").get("finishReason").getAsString());
    assertEquals("one", fixture.generated("stop", "[' t','zz']").get("text").getAsString());
    assertEquals(
        FakeTokenizer.VOCABULARY - 1,
        fixture
            .generated("logitBias", "{'111':'-Infinity','257':90}")
            .get("tokens")
            .getAsJsonArray()
            .get(0)
            .getAsInt());
    String seeded = GENERATE.replace("'temperature':0", "'temperature':100,'maxTokens':20");
    String other = seeded.replace("'seed':7", "'seed':8");
    String first = fixture.generated(seeded).get("text").getAsString();
    assertEquals(first, fixture.generated(seeded).get("text").getAsString());
    assertFalse(first.equals(fixture.generated(other).get("text").getAsString()));
  }

  @Test
  void aCancelledGenerationEndsAsAbortedWithItsResult() {
    FakeModel fake = FakeModel.noise();
    fixture.has(fake);
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
    JobRecorder job = new JobRecorder().open(fixture.calls, "generate", GENERATE);
    await(begun);
    job.cancel();
    assertEquals("ABORTED", job.code());
    JsonObject result = job.error().getAsJsonObject("result");
    assertEquals("abort", result.get("finishReason").getAsString());
    assertEquals(3, result.get("tokens").getAsJsonArray().size());
  }

  @Test
  void aGenerationThatNobodyHearsStops() {
    fixture.has(FakeModel.noise());
    JobRecorder job = new JobRecorder(piece -> false).open(fixture.calls, "generate", GENERATE);
    assertEquals("ABORTED", job.code());
    assertEquals(1, job.pieces.size());
  }

  @Test
  void aGenerationCancelledBeforeItBeganIsAborted() {
    fixture.has(FakeModel.noise());
    JobRecorder job = new JobRecorder();
    job.cancel();
    assertEquals("ABORTED", job.open(fixture.calls, "generate", GENERATE).code());
  }

  @Test
  void aFailureKeepsItsCodeAndTheModelGoesOn() {
    FakeModel fake = FakeModel.answering(3, "ok");
    fixture.has(fake);
    fake.hook =
        step -> {
          throw new OutOfMemoryError("of a test");
        };
    assertEquals(
        "OUT_OF_MEMORY", new JobRecorder().open(fixture.calls, "generate", GENERATE).code());
    fake.hook = step -> {};
    assertEquals("ok", fixture.generated(GENERATE).get("text").getAsString());
  }

  @Test
  void aTextPromptIsTokenizedAsAsked() {
    fixture.has(FakeModel.answering(2, "ok"));
    String text =
        GENERATE.replace(
            "{'ids':[1,2,3]}", "{'text':'hi','plain':PLAIN,'special':true,'addBos':false}");
    assertEquals(
        parse("{'promptTokens':2,'cachedTokens':0,'completionTokens':2}"),
        fixture.generated(text.replace("PLAIN", "[[0,1],[1,2]]")).get("usage"));
    assertEquals(
        new SpecialTokens.Outside(
            List.of(new SpecialTokens.Range(0, 1), new SpecialTokens.Range(1, 2))),
        fixture.tokenizer.lastSpecial);
    fixture.generated(text.replace("PLAIN", "[]"));
    assertEquals(new SpecialTokens.All(), fixture.tokenizer.lastSpecial);
    JsonObject plain =
        fixture.generated(
            text.replace("PLAIN", "[[0,1]]")
                .replace("'special':true,'addBos':false", "'special':false,'addBos':true"));
    assertEquals(new SpecialTokens.None(), fixture.tokenizer.lastSpecial);
    assertEquals(3, plain.getAsJsonObject("usage").get("promptTokens").getAsInt());
  }

  @Test
  void anEmptyOrTooLongPromptIsRefused() {
    fixture.has(FakeModel.noise());
    assertEquals("INVALID_ARGUMENT", fixture.refused(GENERATE.replace("[1,2,3]", "[]")));
    assertEquals("TOKEN_OUT_OF_RANGE", fixture.refused(GENERATE.replace("[1,2,3]", "[258]")));
    String text = "{'text':'" + "x".repeat(100) + "','plain':[],'special':true,'addBos':false}";
    assertEquals("CONTEXT_OVERFLOW", fixture.refused(GENERATE.replace("{'ids':[1,2,3]}", text)));
  }

  @Test
  void logitsGivesTheMostProbableOfEachPosition() {
    fixture.has(FakeModel.answering(2, "ab"));
    JsonObject result =
        new JobRecorder()
            .open(fixture.calls, "logits", "{'model':1,'ids':[5,6,97],'top':3,'batch':2}")
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
    fixture.has(fake);
    JobRecorder job = new JobRecorder();
    fake.hook =
        step -> {
          job.cancel();
          while (!step.cancellation().requested()) {
            Thread.onSpinWait();
          }
        };
    job.open(fixture.calls, "logits", "{'model':1,'ids':[5,6,97],'top':3}");
    assertEquals("ABORTED", job.code());
  }

  @Test
  void tokenizeAndDetokenize() {
    fixture.has(FakeModel.noise());
    JsonObject tokens =
        fixture.call("tokenize", "{'model':1,'text':'abc','special':false,'addBos':true}");
    assertArrayEquals(new int[] {257, 97, 98, 99}, ints(tokens.get("ids")));
    assertEquals(new SpecialTokens.None(), fixture.tokenizer.lastSpecial);
    fixture.call("tokenize", "{'model':1,'text':'abc','special':true,'addBos':true}");
    assertEquals(new SpecialTokens.All(), fixture.tokenizer.lastSpecial);
    assertEquals(
        "abc",
        fixture.call("detokenize", "{'model':1,'ids':[97,98,99]}").get("text").getAsString());
    assertEquals(
        ErrorCode.TOKEN_OUT_OF_RANGE,
        fixture.callFails("detokenize", "{'model':1,'ids':[258]}").code());
  }

  @Test
  void releaseWaitsForTheRunningAndRefusesTheNew() {
    FakeModel fake = FakeModel.noise();
    fixture.has(fake);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch free = new CountDownLatch(1);
    fake.hook =
        step -> {
          begun.countDown();
          await(free);
        };
    JobRecorder running = new JobRecorder().open(fixture.calls, "generate", GENERATE);
    await(begun);
    JobRecorder release = new JobRecorder().open(fixture.calls, "release", "{'model':1}");
    assertEquals("DISPOSED", fixture.refused(GENERATE));
    assertEquals(
        ErrorCode.DISPOSED,
        fixture
            .callFails("tokenize", "{'model':1,'text':'','special':false,'addBos':true}")
            .code());
    assertEquals(
        "DISPOSED", new JobRecorder().open(fixture.calls, "release", "{'model':1}").code());
    assertFalse(fake.closed.get());
    free.countDown();
    assertEquals("length", running.result().get("finishReason").getAsString());
    assertEquals(new JsonObject(), release.result());
    assertTrue(fake.closed.get());
    fixture.has(FakeModel.answering(3, "two"));
    assertEquals(
        "two",
        fixture.generated(GENERATE.replace("'model':1", "'model':2")).get("text").getAsString());
    assertEquals("MODEL_NOT_FOUND", fixture.refused(GENERATE.replace("'model':1", "'model':3")));
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
    fixture.has(fake, closed::countDown);
    JobRecorder running = new JobRecorder().open(fixture.calls, "generate", GENERATE);
    await(begun);
    fixture.calls.environmentEnded(2);
    assertEquals(1, closed.getCount());
    assertEquals("fake", fixture.models.get(1).file().name());
    fixture.calls.environmentEnded(1);
    assertEquals("DISPOSED", fixture.refused(GENERATE));
    assertEquals(1, closed.getCount());
    running.cancel();
    await(closed);
    assertTrue(fake.closed.get());
    OpenModel late =
        new OpenModel.VocabularyOnly(
            new ModelFile("late", CallsFixture.empty(() -> {}), fixture.tokenizer));
    EngineException error = assertThrows(EngineException.class, () -> fixture.models.add(1, late));
    assertEquals(ErrorCode.ABORTED, error.code());
  }

  @Test
  void engineInfoNamesWhatRuns() {
    JsonObject info = fixture.call("engineInfo", "{}");
    assertEquals(Runtime.version().toString(), info.get("java").getAsString());
    assertEquals("vector", info.get("kernels").getAsString());
    assertFalse(info.get("reason").getAsString().isEmpty());
    assertTrue(info.has("version"));
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
