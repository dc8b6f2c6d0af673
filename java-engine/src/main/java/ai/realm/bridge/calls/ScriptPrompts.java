package ai.realm.bridge.calls;

import ai.realm.bridge.Job;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.guest.GuestPrompts;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Reads the prompts of a guest's script by asking JavaScript, which knows chat templates: a
 * question goes out with the job of the call, and the answer comes by a call of its own.
 */
final class ScriptPrompts implements GuestPrompts {
  private final PendingPrompts pending;

  /** Null while no call runs. */
  private Job job;

  /** The last one; null before the first. */
  private CompletableFuture<Request> question;

  ScriptPrompts(PendingPrompts pending) {
    this.pending = pending;
  }

  /** From now on pending go out with this job. */
  synchronized void ask(Job running) {
    job = running;
  }

  /** The job has ended: whoever still waits for an answer gets none. */
  synchronized void end() {
    job = null;
    if (question != null) {
      question.completeExceptionally(
          new EngineException(ErrorCode.ABORTED, "the guest was ended while it asked"));
    }
  }

  @Override
  public Request read(int model, String prompt, String options) {
    CompletableFuture<Request> waiting = new CompletableFuture<>();
    JsonObject asks = new JsonObject();
    asks.addProperty("model", model);
    asks.add("prompt", JsonParser.parseString(prompt));
    asks.add("options", JsonParser.parseString(options));
    long id = pending.add(waiting);
    asks.addProperty("question", id);
    try {
      send(asks, waiting);
      return waiting.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineException(ErrorCode.ABORTED, "the guest was ended while it asked", e);
    } catch (ExecutionException e) {
      throw (EngineException) e.getCause();
    } finally {
      pending.remove(id);
    }
  }

  private synchronized void send(JsonObject asks, CompletableFuture<Request> waiting) {
    question = waiting;
    if (job == null || !job.progress(asks)) {
      throw new EngineException(ErrorCode.ABORTED, "nobody listens to the guest any more");
    }
  }
}
