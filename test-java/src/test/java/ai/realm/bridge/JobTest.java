package ai.realm.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobTest {
  private final List<String> events = new ArrayList<>();
  private final List<Long> ended = new ArrayList<>();
  private boolean listening = true;
  private final Job job =
      new Job(
          7,
          (id, kind, payload) -> {
            events.add(id + " " + kind + " " + payload);
            return listening;
          },
          ended::add,
          JobInput.NONE);

  private static JsonObject object(String field, Number value) {
    JsonObject object = new JsonObject();
    object.addProperty(field, value);
    return object;
  }

  @Test
  void sendsEventsInOrderUntilItsResult() {
    assertTrue(job.text("a"));
    assertTrue(job.progress(object("done", 1)));
    job.result(object("sum", 2));
    assertFalse(job.text("late"));
    job.error(new IllegalStateException("late"), null);
    job.result(object("late", 3));
    assertEquals(List.of("7 1 a", "7 4 {\"done\":1}", "7 2 {\"sum\":2}"), events);
    assertEquals(List.of(7L), ended);
  }

  @Test
  void keepsNullsAndLoneSurrogates() {
    JsonObject result = new JsonObject();
    result.add("none", JsonNull.INSTANCE);
    result.addProperty("text", "\uD83D<&>");
    job.result(result);
    assertEquals(List.of("7 2 {\"none\":null,\"text\":\"\uD83D<&>\"}"), events);
  }

  @Test
  void endsWithTheCodeAndMessageOfAnError() {
    job.error(new EngineException(ErrorCode.ABORTED, "stopped"), object("done", 1));
    assertEquals(
        List.of("7 3 {\"code\":\"ABORTED\",\"message\":\"stopped\",\"result\":{\"done\":1}}"),
        events);
    assertEquals(List.of(7L), ended);
  }

  @Test
  void endsWithAnErrorWhereJsonCannotHoldTheResult() {
    job.result(object("loss", Double.NaN));
    assertEquals(1, events.size());
    assertTrue(events.getFirst().startsWith("7 3 {\"code\":\"INTERNAL\""), events.getFirst());
    assertTrue(events.getFirst().contains("NaN"), events.getFirst());
  }

  @Test
  void tellsAnErrorWithoutAResultThatJsonCannotHold() {
    job.error(new EngineException(ErrorCode.ABORTED, "stopped"), object("loss", Double.NaN));
    assertEquals(List.of("7 3 {\"code\":\"ABORTED\",\"message\":\"stopped\"}"), events);
  }

  @Test
  void runsEachCancelActionOnce() {
    List<String> ran = new ArrayList<>();
    job.onCancel(() -> ran.add("before"));
    assertFalse(job.cancelled());
    job.cancel();
    job.cancel();
    assertTrue(job.cancelled());
    job.onCancel(() -> ran.add("after"));
    assertEquals(List.of("before", "after"), ran);
  }

  @Test
  void tellsTheWorkToStopOnceItIsCancelled() {
    job.cancel();
    assertFalse(job.text("still sent"));
    assertEquals(List.of("7 1 still sent"), events);
  }

  @Test
  void isCancelledWhenJavaScriptIsGone() {
    listening = false;
    assertFalse(job.text("a"));
    assertTrue(job.cancelled());
  }

  @Test
  void refusesATextThatIsNull() {
    assertThrows(NullPointerException.class, () -> job.text(null));
  }
}
