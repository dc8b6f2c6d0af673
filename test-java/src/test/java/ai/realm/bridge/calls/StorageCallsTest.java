package ai.realm.bridge.calls;

import static ai.realm.bridge.JobRecorder.parse;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.bridge.JobRecorder;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.TinyModelFile;
import com.google.gson.JsonObject;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Stored models and their layers as JavaScript asks for them; its environment is number 1. */
class StorageCallsTest {
  private static final MemorySegment NO_VIEW = MemorySegment.ofArray(new byte[0]);

  @TempDir Path folder;
  private final EngineCalls calls = new EngineCalls();
  private String path;

  @BeforeEach
  void writeModel() {
    path = TinyModelFile.file().write(folder.resolve("tiny.gguf")).toString();
  }

  private JobRecorder open(String method, String json) {
    return new JobRecorder().open(calls, method, json);
  }

  private int store(int id) {
    JsonObject args = new JsonObject();
    args.addProperty("path", path);
    args.addProperty("id", id);
    return open("storeModel", args.toString()).result().get("id").getAsInt();
  }

  private JsonObject figures() {
    return calls.call(1, "hostFigures", new JsonObject(), NO_VIEW);
  }

  private int held(String what) {
    return figures().get(what).getAsInt();
  }

  @Test
  void eachReferenceIsRemovedOnce() {
    int id = store(0);
    assertEquals(id, store(0));
    assertEquals(7, store(7));
    assertEquals(1, held("models"));
    String args = "{'id':" + id + "}";
    open("removeModel", args).result();
    open("removeModel", args).result();
    assertEquals("MODEL_NOT_FOUND", open("removeModel", args).code());
    open("getModelInfo", "{'id':7}").result();
    open("removeModel", "{'id':7}").result();
    assertEquals(0, held("models"));
  }

  @Test
  void aResultIsTakenOnceAndStaysUntilItIsLetGo() {
    store(7);
    long ticket =
        open("getTensor", "{'id':7,'name':'output_norm.weight'}")
            .result()
            .get("buffer")
            .getAsLong();
    MemorySegment values = calls.take(ticket);
    assertEquals(0, values.byteSize() % Float.BYTES);
    EngineException again = assertThrows(EngineException.class, () -> calls.take(ticket));
    assertEquals(ErrorCode.NOT_FOUND, again.code());
    open("removeModel", "{'id':7}").result();
    assertTrue(Float.isFinite(values.get(ValueLayout.JAVA_FLOAT, 0)));
    assertEquals(1, held("results"));
    calls.release(ticket);
    calls.release(ticket);
    assertEquals(0, held("results"));
  }

  @Test
  @Timeout(30)
  void anEnvironmentThatEndsTakesWithItWhatIsItsOwn() {
    store(7);
    int session =
        open("openSession", "{'id':7,'contextLength':4}").result().get("session").getAsInt();
    open("getTensor", "{'id':7,'name':'output_norm.weight'}").result();
    calls.environmentEnded(1);
    while (held("models") > 0) {
      Thread.onSpinWait();
    }
    assertEquals(0, held("results"));
    assertEquals("MODEL_NOT_FOUND", open("getModelInfo", "{'id':7}").code());
    assertEquals("SESSION_NOT_FOUND", open("closeSession", "{'session':" + session + "}").code());
    JsonObject late = parse("{'id':0}");
    late.addProperty("path", path);
    assertEquals("ABORTED", open("storeModel", late.toString()).code());
    assertEquals(0, held("models"));
  }

  @Test
  void aCancelledStoreLeavesNothing() {
    JobRecorder job = new JobRecorder();
    job.cancel();
    JsonObject args = parse("{'id':7}");
    args.addProperty("path", path);
    assertEquals("ABORTED", job.open(calls, "storeModel", args.toString()).code());
    assertEquals(0, held("models"));
  }

  @Test
  void aCancelledCallIsNotBegunAndLeavesNothing() {
    store(7);
    int session =
        open("openSession", "{'id':7,'contextLength':4}").result().get("session").getAsInt();
    for (String[] each :
        new String[][] {
          {"getModelInfo", "{'id':7}"},
          {"getTensor", "{'id':7,'name':'output_norm.weight'}"},
          {"embedTokens", "{'id':7,'ids':[1]}"},
          {"openSession", "{'id':7,'contextLength':4}"},
          {"forwardLayer", "{'session':" + session + ",'layer':0,'position':0}"},
          {"computeLogits", "{'id':7}"},
        }) {
      JobRecorder job = new JobRecorder();
      job.cancel();
      assertEquals("ABORTED", job.open(calls, each[0], each[1]).code(), each[0]);
    }
    assertEquals(0, held("results"));
    assertEquals(
        session + 1,
        open("openSession", "{'id':7,'contextLength':4}").result().get("session").getAsInt(),
        "the cancelled call opened none");
    open("removeModel", "{'id':7}").result();
  }

  @Test
  void freesAResultThatWasCancelledWhileItWasMade() {
    ResultBuffers results = new ResultBuffers(Background.unbounded());
    JobRecorder job = new JobRecorder();
    MemorySegment[] made = {null};
    EngineException cancelled =
        assertThrows(
            EngineException.class,
            () ->
                results.give(
                    1,
                    job.job,
                    owner -> {
                      made[0] = owner.allocate(8);
                      job.cancel();
                      return made[0];
                    }));
    assertEquals(ErrorCode.ABORTED, cancelled.code());
    assertFalse(made[0].scope().isAlive());
    assertEquals(0, results.size());
  }

  @Test
  void argumentsAreCheckedAgain() {
    store(7);
    for (String[] each :
        new String[][] {
          {"storeModel", "{'id':-1,'path':'a'}"},
          {"storeModel", "{'id':0}"},
          {"getTensor", "{'id':0,'name':'a'}"},
          {"getTensor", "{'id':7,'name':1}"},
          {"getModelInfo", "{}"},
          {"removeModel", "{'id':2147483648}"},
          {"embedTokens", "{'id':7,'ids':['a']}"},
          {"openSession", "{'id':7,'contextLength':0}"},
          {"forwardLayer", "{'session':1,'layer':-1,'position':0}"},
          {"computeLogits", "{'id':7}"},
          {"closeSession", "{'session':0.5}"},
          {"closeSession", "{'session':1,'more':1}"},
        }) {
      assertEquals("INVALID_ARGUMENT", open(each[0], each[1]).code(), each[0] + each[1]);
    }
    assertEquals(
        "SESSION_NOT_FOUND", open("forwardLayer", "{'session':9,'layer':0,'position':0}").code());
    assertEquals("TOKEN_OUT_OF_RANGE", open("embedTokens", "{'id':7,'ids':[-1]}").code());
    open("removeModel", "{'id':7}").result();
  }
}
