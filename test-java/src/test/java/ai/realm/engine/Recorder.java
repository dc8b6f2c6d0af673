package ai.realm.engine;

import ai.realm.engine.GenerationResult.FinishReason;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** A listener that keeps what it hears. */
class Recorder implements GenerationListener {
  final List<String> pieces = new CopyOnWriteArrayList<>();
  private final Predicate<String> wanted;
  private final CompletableFuture<GenerationResult> ended = new CompletableFuture<>();

  Recorder() {
    this(piece -> true);
  }

  /** A recorder that asks {@code wanted} about every piece whether there shall be more. */
  Recorder(Predicate<String> wanted) {
    this.wanted = wanted;
  }

  @Override
  public boolean text(String piece) {
    pieces.add(piece);
    return wanted.test(piece);
  }

  @Override
  public void finished(GenerationResult result) {
    end(result.finishReason() != FinishReason.ABORT && ended.complete(result));
  }

  @Override
  public void aborted(GenerationResult result) {
    end(result.finishReason() == FinishReason.ABORT && ended.complete(result));
  }

  @Override
  public void failed(Throwable failure) {
    end(ended.completeExceptionally(failure));
  }

  boolean hasEnded() {
    return ended.isDone();
  }

  /** The result, once it is there. */
  GenerationResult result() {
    try {
      return ended.get(30, TimeUnit.SECONDS);
    } catch (ExecutionException | InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  /** The failure, once it is there. */
  Throwable failure() {
    try {
      return new AssertionError("ended well: " + ended.get(30, TimeUnit.SECONDS));
    } catch (ExecutionException e) {
      return e.getCause();
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  private static void end(boolean rightly) {
    if (!rightly) {
      throw new AssertionError("a generation ended twice, or with the wrong reason");
    }
  }
}
