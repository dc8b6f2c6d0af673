package ai.realm.bridge.calls;

import static ai.realm.bridge.JobRecorder.parse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.realm.bridge.JobRecorder;
import ai.realm.engine.LoadedModel;
import ai.realm.engine.ModelFile;
import ai.realm.error.EngineException;
import ai.realm.fixture.FakeModel;
import ai.realm.fixture.FakeTokenizer;
import ai.realm.fixture.GgufWriter;
import ai.realm.gguf.Gguf;
import com.google.gson.JsonObject;
import java.lang.foreign.MemorySegment;

/** The calls of JavaScript, on models that a test makes up, which get the numbers from 1 on. */
final class CallsFixture {
  static final MemorySegment NO_VIEW = MemorySegment.ofArray(new byte[0]);
  static final String GREEDY =
      "{'temperature':0,'topK':40,'topP':1,'minP':0,'repeatPenalty':1,'presencePenalty':0,"
          + "'frequencyPenalty':0,'logitBias':{},'seed':7,'stop':[]}";
  static final String GENERATE = "{'model':1,'prompt':{'ids':[1,2,3]},'options':" + GREEDY + "}";

  final FakeTokenizer tokenizer = new FakeTokenizer();
  final OpenModels models = new OpenModels();
  final EngineCalls calls = new EngineCalls(models);

  void has(FakeModel fake) {
    has(fake, () -> {});
  }

  void has(FakeModel fake, Runnable onClose) {
    ModelFile file = new ModelFile("fake", empty(onClose), tokenizer);
    models.add(1, new OpenModel.Loaded(new LoadedModel(file, fake, 100)));
  }

  static Gguf empty(Runnable onClose) {
    return Gguf.of(MemorySegment.ofArray(new GgufWriter().bytes()), onClose);
  }

  JsonObject generated(String option, String value) {
    JsonObject request = parse(GENERATE);
    request.getAsJsonObject("options").add(option, parse("{'value':" + value + "}").get("value"));
    return generated(request.toString());
  }

  JsonObject generated(String request) {
    return new JobRecorder().open(calls, "generate", request).result();
  }

  String refused(String request) {
    return new JobRecorder().open(calls, "generate", request).code();
  }

  JsonObject call(String method, String json) {
    return calls.call(1, method, parse(json), NO_VIEW);
  }

  EngineException callFails(String method, String json) {
    return assertThrows(EngineException.class, () -> call(method, json));
  }
}
