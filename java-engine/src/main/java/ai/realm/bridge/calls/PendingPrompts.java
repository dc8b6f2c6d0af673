package ai.realm.bridge.calls;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.guest.GuestPrompts.Request;
import ai.realm.json.Arguments;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The questions of guests that JavaScript has not answered yet, by their ids. */
final class PendingPrompts {
  private final Map<Long, CompletableFuture<Request>> open = new ConcurrentHashMap<>();
  private final AtomicLong last = new AtomicLong();

  /** Takes up a question; returns its id. */
  long add(CompletableFuture<Request> answer) {
    long id = last.incrementAndGet();
    open.put(id, answer);
    return id;
  }

  /** Nobody waits for the answer any more. */
  void remove(long id) {
    open.remove(id);
  }

  /**
   * Takes an answer: {@code question}, and {@code prompt, options, loadMs} or {@code code,
   * message}. One that nobody waits for is dropped.
   */
  void answer(Arguments args) {
    long id = args.integer("question", 1, Arguments.MAX_SAFE_INTEGER);
    CompletableFuture<Request> waiting = open.get(id);
    if (waiting == null) {
      return;
    }
    try {
      waiting.complete(read(args));
    } catch (EngineException refused) {
      waiting.completeExceptionally(refused);
    }
  }

  private static Request read(Arguments args) {
    if (args.has("code")) {
      throw new EngineException(ErrorCode.valueOf(args.text("code")), args.text("message"));
    }
    GenerateRequest request = GenerateRequest.read(args);
    double loadMs = args.number("loadMs");
    args.end();
    return new Request(
        tokenizer -> request.prompt().ids(tokenizer), request.options(), OptionalDouble.of(loadMs));
  }
}
