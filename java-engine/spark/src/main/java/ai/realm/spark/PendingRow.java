package ai.realm.spark;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.error.ErrorDescription;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/** What will become of a row: its model works on it. */
final class PendingRow<T> {
  private final CompletableFuture<T> result;
  private final Runnable cancel;

  /**
   * Work that has started.
   *
   * @param result what the work completes
   * @param cancel asks it to stop
   */
  PendingRow(CompletableFuture<T> result, Runnable cancel) {
    this.result = result;
    this.cancel = cancel;
    ExecutorModels.started(this);
    var _ = result.whenComplete((_, _) -> ExecutorModels.ended(this));
  }

  /** One that was refused. */
  static <T> PendingRow<T> refused(EngineException refusal) {
    return new PendingRow<>(CompletableFuture.failedFuture(refusal), () -> {});
  }

  /** Asks the work to stop, from any thread: it fails as {@code ABORTED}, unless it has ended. */
  void cancel() {
    cancel.run();
  }

  /**
   * Waits for the result.
   *
   * @throws EngineException what it failed with; {@code ABORTED} if it was cancelled, as an
   *     interrupt of this thread does, too
   */
  T await() {
    return outcome(() -> {
      try {
        return result.get();
      } catch (InterruptedException interrupt) {
        cancel();
        Thread.currentThread().interrupt();
        throw new EngineException(
            ErrorCode.ABORTED, "Spark interrupted the task of this row", interrupt);
      } catch (ExecutionException failed) {
        throw new CompletionException(failed.getCause());
      }
    });
  }

  /**
   * What {@code waiting} gives. A failure becomes one whose message has the code in front: all that
   * Spark shows of it is its message.
   */
  static <T> T outcome(Supplier<T> waiting) {
    try {
      return waiting.get();
    } catch (CompletionException failed) {
      throw coded(failed.getCause());
    } catch (EngineException failure) {
      throw coded(failure);
    }
  }

  private static EngineException coded(Throwable failure) {
    ErrorDescription described = ErrorDescription.of(failure);
    return new EngineException(
        described.code(), described.code() + ": " + described.message(), failure);
  }
}
