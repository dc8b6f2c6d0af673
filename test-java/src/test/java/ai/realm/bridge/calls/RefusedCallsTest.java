package ai.realm.bridge.calls;

import static ai.realm.bridge.JobRecorder.parse;
import static ai.realm.bridge.calls.CallsFixture.GENERATE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.bridge.JobRecorder;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.FakeModel;
import com.google.gson.JsonObject;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What JavaScript must not ask: each wrong field is refused by its name. */
class RefusedCallsTest {
  private final CallsFixture fixture = new CallsFixture();

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
      })
  void aWrongFieldOfAGenerationIsRefusedByName(String field, String value) {
    fixture.has(FakeModel.noise());
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
        "maxTokens|2147483648",
        "temperature|-0.1",
        "temperature|101",
        "temperature|'hot'",
        "temperature|1e999",
        "topK|-1",
        "topK|0.5",
        "topK|2147483648",
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
        "seed|1.5",
        "seed|9007199254740993",
        "seed|'7'",
        "stop|'x'",
        "stop|[1]",
        "stop|[null]",
        "colour|'red'",
      })
  void aWrongOptionOfAGenerationIsRefusedByName(String field, String value) {
    fixture.has(FakeModel.noise());
    JsonObject request = parse(GENERATE);
    assertRefused(request, request.getAsJsonObject("options"), field, value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"model", "prompt", "options"})
  void aMissingFieldOfAGenerationIsRefusedByName(String field) {
    fixture.has(FakeModel.noise());
    JsonObject request = parse(GENERATE);
    request.remove(field);
    assertNames(new JobRecorder().open(fixture.calls, "generate", request.toString()), field);
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
    fixture.has(FakeModel.noise());
    assertNames(new JobRecorder().open(fixture.calls, method, json), field);
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
    fixture.has(FakeModel.noise());
    EngineException error = fixture.callFails(method, json);
    assertEquals(ErrorCode.INVALID_ARGUMENT, error.code());
    assertTrue(error.getMessage().contains(field), error.getMessage());
  }

  private void assertRefused(JsonObject request, String field, String value) {
    assertRefused(request, request, field, value);
  }

  private void assertRefused(JsonObject request, JsonObject part, String field, String value) {
    part.add(field, parse("{'value':" + value + "}").get("value"));
    assertNames(new JobRecorder().open(fixture.calls, "generate", request.toString()), field);
  }

  private static void assertNames(JobRecorder job, String field) {
    assertEquals("INVALID_ARGUMENT", job.code());
    String message = job.error().get("message").getAsString();
    assertTrue(message.contains(field), message);
  }
}
