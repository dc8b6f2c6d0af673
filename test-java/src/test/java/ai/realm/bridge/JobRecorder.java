package ai.realm.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** Opens jobs as the addon does, and keeps their events. */
public final class JobRecorder {
  public final List<String> pieces = new CopyOnWriteArrayList<>();
  public final List<String> progress = new CopyOnWriteArrayList<>();
  public final Job job;
  private final CompletableFuture<End> ended = new CompletableFuture<>();

  private record End(int kind, String payload) {}

  /** A job whose JavaScript side is there as long as {@code listening} says of each piece. */
  public JobRecorder(Predicate<String> listening) {
    job =
        new Job(
            1,
            (id, kind, payload) -> {
              switch (kind) {
                case EventSink.TEXT -> {
                  pieces.add(payload);
                  return listening.test(payload);
                }
                case EventSink.PROGRESS -> progress.add(payload);
                case EventSink.RESULT, EventSink.ERROR -> ended.complete(new End(kind, payload));
                default -> throw new AssertionError("an event of kind " + kind);
              }
              return true;
            },
            id -> {},
            JobInput.NONE);
  }

  /** A job whose JavaScript side is there all the time. */
  public JobRecorder() {
    this(piece -> true);
  }

  /** Opens a job; what the call throws ends the job, as in the bridge. */
  public JobRecorder open(BridgeCalls calls, String method, String json) {
    try {
      calls.open(1, job, method, parse(json));
    } catch (Throwable failure) {
      job.error(failure, null);
    }
    return this;
  }

  /** Asks the job to stop, as JavaScript does. */
  public void cancel() {
    job.cancel();
  }

  /** The result, once it is there. */
  public JsonObject result() {
    return end(EventSink.RESULT);
  }

  /** The error, once it is there. */
  public JsonObject error() {
    return end(EventSink.ERROR);
  }

  /** The code of the error. */
  public String code() {
    return error().get("code").getAsString();
  }

  /** Reads JSON; apostrophes may stand for quotation marks. */
  public static JsonObject parse(String json) {
    return JsonParser.parseString(json.replace('\'', '"')).getAsJsonObject();
  }

  private JsonObject end(int kind) {
    try {
      End end = ended.get(30, TimeUnit.SECONDS);
      assertEquals(kind, end.kind, end.payload);
      return JsonParser.parseString(end.payload).getAsJsonObject();
    } catch (ExecutionException | InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }
}
