package ai.realm.bridge;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.error.ErrorDescription;
import com.google.gson.JsonObject;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongConsumer;

/**
 * One asynchronous job that JavaScript opened: what it sends back, and whether it is still wanted.
 * All methods may be called from any thread; none of them waits for JavaScript.
 */
public final class Job {
  /** Ready-made, since nothing can be built once the heap is full. */
  private static final String OUT_OF_MEMORY =
      """
      {"code":"OUT_OF_MEMORY","message":"Java has no memory left: dispose models, or raise the limit \
      with REALM_JAVA_OPTIONS=-Xmx4g"}\
      """;

  private final long id;
  private final EventSink sink;
  private final LongConsumer whenEnded;
  private final JobInput input;
  private final Object emitting = new Object();
  private final List<Runnable> cancelActions = new ArrayList<>();
  private boolean ended;
  private volatile boolean cancelled;

  Job(long id, EventSink sink, LongConsumer whenEnded, JobInput input) {
    this.id = id;
    this.sink = sink;
    this.whenEnded = whenEnded;
    this.input = input;
  }

  /** Names it in its events, and in calls that concern it; no other job of the process has it. */
  public long id() {
    return id;
  }

  /** The bytes that belong to the arguments, until the job ends; of length 0 if there are none. */
  public MemorySegment input() {
    return input.bytes();
  }

  /**
   * Sends a piece of text.
   *
   * @return false if the job was cancelled, has ended, or JavaScript is gone: then the work should
   *     stop
   */
  public boolean text(String piece) {
    return send(EventSink.TEXT, Objects.requireNonNull(piece));
  }

  /**
   * Sends a part of what the job makes; all of them arrive, in order with the pieces of text.
   *
   * @return as for {@link #text}
   */
  public boolean part(JsonObject part) {
    return send(EventSink.PART, JsonText.of(part));
  }

  /**
   * Sends how far the job has come. If JavaScript does not keep up, it sees the newest state only.
   *
   * @return as for {@link #text}
   */
  public boolean progress(JsonObject state) {
    return send(EventSink.PROGRESS, JsonText.of(state));
  }

  /**
   * Ends the job with its result, or with an error if JSON cannot hold the result. Nothing that
   * comes later is sent.
   */
  public void result(JsonObject result) {
    String payload;
    try {
      payload = JsonText.of(result);
    } catch (RuntimeException | OutOfMemoryError unfit) {
      // The caller is done: nobody else would end the job.
      error(unfit, null);
      return;
    }
    end(EventSink.RESULT, payload);
  }

  /**
   * Ends the job with an error. Nothing that comes later is sent.
   *
   * @param failure an {@code EngineException} keeps its code and message; see {@link
   *     ErrorDescription} for others
   * @param resultOrNull what was done before the failure, or null if there is nothing to show
   */
  public void error(Throwable failure, JsonObject resultOrNull) {
    String payload;
    try {
      payload = payloadOf(ErrorDescription.of(failure), resultOrNull);
    } catch (OutOfMemoryError full) {
      payload = OUT_OF_MEMORY;
    } catch (RuntimeException unfit) {
      payload = payloadOf(ErrorDescription.of(failure), null);
    }
    end(EventSink.ERROR, payload);
  }

  /** Whether JavaScript has asked the job to stop, or is gone. The job still has to end itself. */
  public boolean cancelled() {
    return cancelled;
  }

  /**
   * Checks that somebody waits for the job: before work that is then not begun, or before a result
   * that nobody would free.
   *
   * @throws EngineException {@code ABORTED} once it is {@link #cancelled}
   */
  public void throwIfCancelled() {
    if (cancelled) {
      throw new EngineException(ErrorCode.ABORTED, "the work was cancelled");
    }
  }

  /**
   * Runs {@code action} once when the job is cancelled; at once if it already is. It runs on the
   * JavaScript thread, so it may only set flags and wake threads.
   */
  public void onCancel(Runnable action) {
    synchronized (cancelActions) {
      if (!cancelled) {
        cancelActions.add(action);
        return;
      }
    }
    action.run();
  }

  /** Asks the job to stop; a second time does nothing. */
  void cancel() {
    List<Runnable> actions;
    synchronized (cancelActions) {
      cancelled = true;
      actions = List.copyOf(cancelActions);
      cancelActions.clear();
    }
    actions.forEach(Runnable::run);
  }

  private static String payloadOf(ErrorDescription description, JsonObject resultOrNull) {
    JsonObject payload = new JsonObject();
    payload.addProperty("code", description.code().name());
    payload.addProperty("message", description.message());
    if (resultOrNull != null) {
      payload.add("result", resultOrNull);
    }
    return JsonText.of(payload);
  }

  private boolean send(int kind, String payload) {
    boolean delivered;
    synchronized (emitting) {
      delivered = !ended && sink.emit(id, kind, payload);
    }
    if (!delivered) {
      cancel();
    }
    return delivered && !cancelled;
  }

  private void end(int kind, String payload) {
    synchronized (emitting) {
      if (ended) {
        return;
      }
      ended = true;
      sink.emit(id, kind, payload);
      whenEnded.accept(id);
      input.close();
    }
  }
}
