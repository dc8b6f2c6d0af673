package ai.realm.bridge.calls;

import ai.realm.bridge.Job;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Runs what takes long and is no step of a model: loading, tokenizing, waiting for a release. */
final class Background {
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          Thread.ofPlatform().daemon().name("realm-background-", 0).factory());

  /** Runs the work of a job, which ends with the error that the work throws. */
  void run(Job job, Runnable work) {
    threads.execute(() -> {
      try {
        work.run();
      } catch (Throwable failure) {
        job.error(failure, null);
      }
    });
  }

  /** Runs what no job waits for. */
  void run(Runnable work) {
    threads.execute(work);
  }
}
