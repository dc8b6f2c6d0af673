package ai.realm.bridge.calls;

import static ai.realm.bridge.JobRecorder.parse;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.bridge.JobRecorder;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.GgufWriter;
import ai.realm.fixture.TinyModelFile;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Loading, inspecting and releasing real, tiny files as JavaScript asks for it. */
class ModelCallsTest {
  private static final MemorySegment NO_VIEW = MemorySegment.ofArray(new byte[0]);

  @TempDir Path folder;
  private final EngineCalls calls = new EngineCalls();

  private JsonObject opened(String method, JsonObject args) {
    return new JobRecorder().open(calls, method, args.toString()).result();
  }

  private String code(String method, JsonObject args) {
    return new JobRecorder().open(calls, method, args.toString()).code();
  }

  private JsonObject file(GgufWriter writer) {
    JsonObject args = new JsonObject();
    args.addProperty("path", writer.write(folder.resolve("tiny.gguf")).toString());
    return args;
  }

  @Test
  void loadTellsAllThatJavaScriptNeeds() {
    JsonObject loaded =
        opened(
            "load", file(TinyModelFile.file().string("tokenizer.chat_template", "{{ messages }}")));
    assertEquals("tiny", loaded.get("name").getAsString());
    assertEquals("llama", loaded.get("architecture").getAsString());
    assertEquals(TinyModelFile.CONTEXT, loaded.get("contextLength").getAsInt());
    assertEquals(TinyModelFile.CONTEXT, loaded.get("trainedContext").getAsInt());
    assertEquals(TinyModelFile.VOCABULARY, loaded.get("vocabularySize").getAsInt());
    assertEquals("{{ messages }}", loaded.get("chatTemplate").getAsString());
    assertEquals("<s>", loaded.get("bosToken").getAsString());
    assertEquals("</s>", loaded.get("eosToken").getAsString());
    assertTrue(loaded.get("loadMs").getAsDouble() > 0);
    JsonObject metadata = loaded.getAsJsonObject("metadata");
    assertEquals(2, metadata.get("tokenizer.ggml.eos_token_id").getAsInt());
    assertFalse(metadata.has("tokenizer.ggml.tokens"));
  }

  @Test
  void aLoadedModelGeneratesAndIsReleased() {
    JsonObject args = file(TinyModelFile.file());
    args.addProperty("contextLength", 20);
    args.addProperty("threads", 1);
    JsonObject loaded = opened("load", args);
    assertEquals(20, loaded.get("contextLength").getAsInt());
    JsonObject request =
        parse(
            "{'prompt':{'text':'<s>hi','plain':[],'special':true,'addBos':false},'options':"
                + "{'temperature':1,'topK':0,'topP':0.9,'minP':0.01,'repeatPenalty':1.1,"
                + "'presencePenalty':0,'frequencyPenalty':0,'logitBias':{'2':'-Infinity'},"
                + "'seed':1,'stop':[]}}");
    request.add("model", loaded.get("model"));
    JsonObject result = opened("generate", request);
    assertEquals(3, result.getAsJsonObject("usage").get("promptTokens").getAsInt());
    assertEquals(17, result.get("tokens").getAsJsonArray().size());
    assertEquals("length", result.get("finishReason").getAsString());
    JsonObject release = new JsonObject();
    release.add("model", loaded.get("model"));
    assertEquals(new JsonObject(), opened("release", release));
    assertEquals("DISPOSED", code("generate", request));
  }

  @Test
  void aPromptBeginsAsTheFileAsksButNeverEndsWithEos() {
    GgufWriter writer =
        TinyModelFile.file()
            .bool("tokenizer.ggml.add_bos_token", true)
            .bool("tokenizer.ggml.add_eos_token", true);
    JsonObject loaded = opened("load", file(writer));
    JsonObject tokenize = parse("{'text':'hi','special':false,'addBos':true}");
    tokenize.add("model", loaded.get("model"));
    JsonObject tokenized = calls.call(1, "tokenize", tokenize, NO_VIEW);
    int around = tokenized.getAsJsonArray("ids").size();
    JsonObject request =
        parse(
            "{'prompt':{'text':'hi','plain':[],'special':false,'addBos':true},'options':"
                + "{'maxTokens':1,'temperature':0,'topK':0,'topP':1,'minP':0,'repeatPenalty':1,"
                + "'presencePenalty':0,'frequencyPenalty':0,'logitBias':{},'seed':1,'stop':[]}}");
    request.add("model", loaded.get("model"));
    JsonObject usage = opened("generate", request).getAsJsonObject("usage");
    assertEquals(around - 1, usage.get("promptTokens").getAsInt());
  }

  @Test
  void aContextBeyondTheTrainedOneIsRefused() {
    JsonObject args = file(TinyModelFile.file());
    args.addProperty("contextLength", TinyModelFile.CONTEXT + 1);
    assertEquals("INVALID_ARGUMENT", code("load", args));
  }

  @Test
  void aVocabularyAloneTokenizesButDoesNotRun() {
    JsonObject args = file(TinyModelFile.vocabulary());
    assertEquals("MODEL_INVALID", code("load", args));
    JsonObject vocabulary = opened("openVocabulary", args);
    assertEquals(TinyModelFile.CONTEXT, vocabulary.get("trainedContext").getAsInt());
    assertEquals(TinyModelFile.VOCABULARY, vocabulary.get("vocabularySize").getAsInt());
    JsonObject text = parse("{'text':'hi','special':true,'addBos':true}");
    text.add("model", vocabulary.get("model"));
    assertEquals(parse("{'ids':[1,107,108]}"), calls.call(1, "tokenize", text, NO_VIEW));
    JsonObject scoring = parse("{'ids':[1],'top':1}");
    scoring.add("model", vocabulary.get("model"));
    assertEquals("INVALID_ARGUMENT", code("logits", scoring));
    JsonObject release = new JsonObject();
    release.add("model", vocabulary.get("model"));
    assertEquals(new JsonObject(), opened("release", release));
  }

  @Test
  void inspectGivesEverythingWithNumbersThatJavaScriptCanHold() {
    GgufWriter writer =
        TinyModelFile.file()
            .uint64("test.safe", (1L << 53) - 1)
            .uint64("test.beyond", (1L << 53) + 1)
            .uint64("test.largest", -1)
            .float64("test.nan", Double.NaN)
            .float32("test.infinite", Float.NEGATIVE_INFINITY)
            .float32("test.half", 0.5f);
    JsonObject inspected = opened("inspect", file(writer));
    JsonObject metadata = inspected.getAsJsonObject("metadata");
    assertEquals(new JsonPrimitive((1L << 53) - 1), metadata.get("test.safe"));
    assertEquals(new JsonPrimitive("9007199254740993"), metadata.get("test.beyond"));
    assertEquals(new JsonPrimitive("18446744073709551615"), metadata.get("test.largest"));
    assertEquals(new JsonPrimitive("NaN"), metadata.get("test.nan"));
    assertEquals(new JsonPrimitive("-Infinity"), metadata.get("test.infinite"));
    assertEquals(new JsonPrimitive(0.5), metadata.get("test.half"));
    assertEquals(TinyModelFile.VOCABULARY, metadata.getAsJsonArray("tokenizer.ggml.tokens").size());
    JsonArray tensors = inspected.getAsJsonArray("tensors");
    assertEquals(11, tensors.size());
    JsonObject embedding = tensors.get(0).getAsJsonObject();
    assertEquals("token_embd.weight", embedding.get("name").getAsString());
    assertEquals("F32", embedding.get("type").getAsString());
    assertEquals(parse("{'shape':[32,259]}").get("shape"), embedding.get("shape"));
    assertEquals(32 * 259 * 4, embedding.get("bytes").getAsLong());
    assertEquals(0, embedding.get("offset").getAsLong() % 32);
  }

  @Test
  void aFileThatIsNoneIsACodedError() throws IOException {
    for (String method : new String[] {"load", "openVocabulary", "inspect"}) {
      JsonObject args = new JsonObject();
      args.addProperty("path", folder.resolve("none.gguf").toString());
      assertEquals("FILE_NOT_FOUND", code(method, args));
      args.addProperty("path", folder.toString());
      assertEquals("IO_ERROR", code(method, args));
      Path text = Files.writeString(folder.resolve("text.gguf"), "not a model at all, but words");
      args.addProperty("path", text.toString());
      assertEquals("GGUF_INVALID", code(method, args));
    }
  }

  @Test
  void aCancelledLoadIsAbortedAndLeavesNoModel() {
    JobRecorder job = new JobRecorder();
    job.cancel();
    assertEquals("ABORTED", job.open(calls, "load", file(TinyModelFile.file()).toString()).code());
    JsonObject next = opened("load", file(TinyModelFile.file()));
    assertEquals(1, next.get("model").getAsInt());
  }

  @Test
  void aModelIsLoadedFromABuffer() {
    byte[] bytes = TinyModelFile.file().bytes();
    JsonObject buffer = bufferOf(bytes);
    JsonObject loaded = opened("load", buffer);
    assertEquals("buffer", loaded.get("name").getAsString());
    assertEquals(ErrorCode.NOT_FOUND, fails("bufferRelease", buffer).code());
    JsonObject score = parse("{'ids':[1,50,60],'top':5}");
    score.add("model", loaded.get("model"));
    JsonObject fromBuffer = opened("logits", score);
    score.add("model", opened("load", file(TinyModelFile.file())).get("model"));
    assertEquals(opened("logits", score), fromBuffer);
  }

  @Test
  void aBufferThatIsNoModelCanStillBeReleased() {
    JsonObject buffer = bufferOf(new byte[1000]);
    assertEquals("GGUF_INVALID", code("load", buffer));
    assertEquals("GGUF_INVALID", code("load", buffer));
    assertEquals(new JsonObject(), calls.call(1, "bufferRelease", buffer, NO_VIEW));
    assertEquals("NOT_FOUND", code("load", buffer));
    assertEquals(ErrorCode.NOT_FOUND, fails("bufferRelease", buffer).code());
  }

  @Test
  void aBufferIsWrittenFromFrontToBackAndNotBeyond() {
    JsonObject buffer = opened("bufferOpen", parse("{'size':10}"));
    write(buffer, 0, new byte[4]);
    for (long offset : new long[] {0, 3, 5, 10, 1L << 52}) {
      assertInvalid(() -> write(buffer, offset, new byte[1]));
    }
    assertInvalid(() -> write(buffer, 4, new byte[7]));
    assertEquals("INVALID_ARGUMENT", code("load", buffer));
    write(buffer, 4, new byte[6]);
    assertEquals("GGUF_INVALID", code("load", buffer));
  }

  @Test
  void theBuffersOfAnEndedEnvironmentAreGone() {
    JsonObject buffer = bufferOf(new byte[10]);
    calls.environmentEnded(1);
    assertEquals("NOT_FOUND", code("load", buffer));
    assertEquals("ABORTED", code("bufferOpen", parse("{'size':10}")));
  }

  @Test
  void aBufferThatNoMemoryCanHoldIsACodedError() {
    assertEquals("OUT_OF_MEMORY", code("bufferOpen", parse("{'size':9007199254740991}")));
  }

  @Test
  void aBufferHoldsWhatWasWritten() {
    ModelBuffer buffer = new ModelBuffer(100);
    byte[] bytes = new byte[100];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (3 * i);
    }
    MemorySegment source = MemorySegment.ofArray(bytes);
    buffer.write(0, source.asSlice(0, 33));
    buffer.write(33, source.asSlice(33));
    MemorySegment held = buffer.hold();
    assertArrayEquals(bytes, held.toArray(ValueLayout.JAVA_BYTE));
    assertEquals(0, held.address() % 64);
    buffer.release();
    assertTrue(held.scope().isAlive());
    buffer.release();
    assertFalse(held.scope().isAlive());
    assertThrows(EngineException.class, buffer::hold);
  }

  private JsonObject bufferOf(byte[] bytes) {
    JsonObject size = new JsonObject();
    size.addProperty("size", bytes.length);
    JsonObject buffer = opened("bufferOpen", size);
    write(buffer, 0, bytes);
    return buffer;
  }

  private void write(JsonObject buffer, long offset, byte[] bytes) {
    JsonObject args = buffer.deepCopy();
    args.addProperty("offset", offset);
    calls.call(1, "bufferWrite", args, MemorySegment.ofArray(bytes));
  }

  private static void assertInvalid(Executable call) {
    EngineException error = assertThrows(EngineException.class, call);
    assertEquals(ErrorCode.INVALID_ARGUMENT, error.code());
  }

  private EngineException fails(String method, JsonObject args) {
    return assertThrows(EngineException.class, () -> calls.call(1, method, args, NO_VIEW));
  }
}
