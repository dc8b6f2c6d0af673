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
import ai.realm.host.HostFunction;
import com.google.gson.JsonObject;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Guests as JavaScript opens, runs and closes them. */
@SuppressWarnings("EnumOrdinal") // Bridges know the functions by their numbers.
class HostCallsTest {
  private static final MemorySegment NO_VIEW = MemorySegment.ofArray(new byte[0]);
  private static final long ENVIRONMENT = 1;

  @TempDir Path folder;
  private final EngineCalls calls = new EngineCalls();
  private final MemorySegment memory = MemorySegment.ofArray(new byte[4096]);

  private JsonObject call(String method, String json) {
    return calls.call(ENVIRONMENT, method, parse(json), NO_VIEW);
  }

  private ErrorCode refused(String method, String json) {
    return assertThrows(EngineException.class, () -> call(method, json)).code();
  }

  private long load() {
    JsonObject args = new JsonObject();
    args.addProperty("path", TinyModelFile.file().write(folder.resolve("tiny.gguf")).toString());
    args.addProperty("threads", 1);
    return new JobRecorder().open(calls, "load", args.toString()).result().get("model").getAsLong();
  }

  private JobRecorder release(long model) {
    return new JobRecorder().open(calls, "release", "{'model':" + model + "}");
  }

  private int host(long guest, HostFunction function, long... args) {
    return calls.hostCall(guest, function.ordinal(), () -> memory, Optional.empty(), args);
  }

  private int info(long guest, int model) {
    return host(guest, HostFunction.GET_MODEL_INFO, model, 0, 8);
  }

  @Test
  void aGuestHasALoadedModelUntilItIsClosed() {
    long model = load();
    JsonObject opened = call("guestOpen", "{'models':[{'loaded':" + model + "}]}");
    long guest = opened.get("guest").getAsLong();
    int id = opened.getAsJsonArray("models").get(0).getAsInt();
    assertEquals(0, info(guest, id));
    assertEquals(new JsonObject(), call("guestError", "{'guest':" + guest + "}"));
    assertEquals(ErrorCode.MODEL_NOT_FOUND.number(), info(guest, id + 1));
    JsonObject error = call("guestError", "{'guest':" + guest + "}");
    assertEquals("MODEL_NOT_FOUND", error.get("code").getAsString());

    JobRecorder release = release(model);
    assertEquals(ErrorCode.DISPOSED, refused("guestOpen", "{'models':[{'loaded':" + model + "}]}"));
    assertEquals(0, info(guest, id));
    call("guestClose", "{'guest':" + guest + "}");
    release.result();
    assertEquals(ErrorCode.DISPOSED.number(), info(guest, id));
    error = call("guestError", "{'guest':" + guest + "}");
    assertEquals("DISPOSED", error.get("code").getAsString());
    call("guestClose", "{'guest':" + guest + "}");
    call("guestCancel", "{'guest':" + guest + "}");
  }

  @Test
  void aModelIsAdoptedOnceAndGoesWithItsRelease() {
    long model = load();
    JsonObject first = new JobRecorder().open(calls, "adopt", "{'model':" + model + "}").result();
    JsonObject again = new JobRecorder().open(calls, "adopt", "{'model':" + model + "}").result();
    assertEquals(first, again);
    String stored = "{'models':[{'stored':" + first.get("id") + "}]}";
    long guest = call("guestOpen", stored).get("guest").getAsLong();
    call("guestClose", "{'guest':" + guest + "}");
    release(model).result();
    assertEquals(ErrorCode.MODEL_NOT_FOUND, refused("guestOpen", stored));
  }

  @Test
  void anEnvironmentThatEndsClosesItsGuests() {
    long model = load();
    String models = "{'models':[{'loaded':" + model + "}]}";
    JsonObject opened = calls.call(7, "guestOpen", parse(models), NO_VIEW);
    long guest = opened.get("guest").getAsLong();
    calls.environmentEnded(7);
    int id = opened.getAsJsonArray("models").get(0).getAsInt();
    assertEquals(ErrorCode.DISPOSED.number(), info(guest, id));
    release(model).result();
    EngineException late =
        assertThrows(
            EngineException.class,
            () -> calls.call(7, "guestOpen", parse("{'models':[]}"), NO_VIEW));
    assertEquals(ErrorCode.ABORTED, late.code());
  }

  @Test
  void aGuestTakesPiecesWhereACallSaysSo() {
    long model = load();
    JsonObject opened = call("guestOpen", "{'models':[{'loaded':" + model + "}]}");
    long guest = opened.get("guest").getAsLong();
    int id = opened.getAsJsonArray("models").get(0).getAsInt();
    byte[] texts =
        "hi{\"maxTokens\":4,\"logitBias\":{\"2\":\"-Infinity\"}}".getBytes(StandardCharsets.UTF_8);
    MemorySegment.copy(MemorySegment.ofArray(texts), 0, memory, 0, texts.length);
    long[] args = {id, 0, 2, 2, texts.length - 2, 1000, 1000};
    List<Integer> pieces = new ArrayList<>();
    int length =
        calls.hostCall(
            guest,
            HostFunction.GENERATE.ordinal(),
            () -> memory,
            Optional.of((pointer, bytes) -> pieces.add(bytes)),
            args);
    assertTrue(length > 0, () -> call("guestError", "{'guest':" + guest + "}").toString());
    assertEquals(length, pieces.stream().mapToInt(Integer::intValue).sum());
    int taken = pieces.size();
    assertTrue(host(guest, HostFunction.GENERATE, args) > 0);
    assertEquals(taken, pieces.size());
    int stopped =
        calls.hostCall(
            guest,
            HostFunction.GENERATE.ordinal(),
            () -> memory,
            Optional.of((pointer, bytes) -> false),
            args);
    assertEquals(ErrorCode.ABORTED.number(), stopped);
    call("guestClose", "{'guest':" + guest + "}");
    release(model).result();
  }

  @Test
  void refusesWhatIsNotThere() {
    long guest = call("guestOpen", "{'models':[]}").get("guest").getAsLong();
    assertEquals(ErrorCode.NOT_FOUND, refused("guestError", "{'guest':" + (guest + 1) + "}"));
    assertThrows(EngineException.class, () -> info(guest + 1, 1));
    for (int function : new int[] {-1, HostFunction.values().length}) {
      EngineException unknown =
          assertThrows(
              EngineException.class,
              () -> calls.hostCall(guest, function, () -> memory, Optional.empty()));
      assertEquals(ErrorCode.INVALID_ARGUMENT, unknown.code());
    }
    EngineException few =
        assertThrows(EngineException.class, () -> host(guest, HostFunction.GET_MODEL_INFO, 1, 2));
    assertEquals("realm_get_model_info was given 2 arguments; it takes 3", few.getMessage());
    assertEquals(ErrorCode.MODEL_NOT_FOUND, refused("guestOpen", "{'models':[{'stored':9}]}"));
    assertEquals(ErrorCode.INVALID_ARGUMENT, refused("guestOpen", "{'models':[7]}"));
    assertEquals(ErrorCode.INVALID_ARGUMENT, refused("guestOpen", "{'models':[],'maxTokens':-1}"));
    assertFalse(call("guestOpen", "{'models':[],'maxSessions':9007199254740991}").isEmpty());
  }
}
