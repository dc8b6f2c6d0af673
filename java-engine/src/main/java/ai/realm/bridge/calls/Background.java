package ai.realm.bridge.calls;

import ai.realm.bridge.Job;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads for what takes long and is no step of a model: loading, tokenizing, storing. */
final class Background {
  private static final long IDLE_SECONDS = 10;

  /** Of the one heap that there is. */
  private static final HeapGrowth HEAP = new HeapGrowth();

  private final ExecutorService threads;

  private Background(ExecutorService threads) {
    this.threads = threads;
  }

  /** As many threads as there is work at a time, which may wait for other work. */
  static Background unbounded() {
    return new Background(Executors.newCachedThreadPool(named("realm-background-")));
  }

  /** A thread for each processor, for work that never waits for other work. */
  static Background computing() {
    int processors = Runtime.getRuntime().availableProcessors();
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            processors,
            processors,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            named("realm-storage-"));
    threads.allowCoreThreadTimeOut(true);
    return new Background(threads);
  }

  /** Runs the work of a job, which ends with the error that the work throws. */
  void run(Job job, Runnable work) {
    threads.execute(() -> {
      try {
        work.run();
      } catch (Throwable failure) {
        job.error(failure, null);
        HEAP.afterRelease();
        return;
      }
      HEAP.afterHolding();
    });
  }

  /** Runs the work of a job that gives back what JavaScript held. */
  void release(Job job, Runnable work) {
    run(
        job,
        () -> {
          work.run();
          HEAP.afterRelease();
        });
  }

  /** Gives back what JavaScript held; no job waits for it. */
  void release(Runnable work) {
    threads.execute(() -> {
      work.run();
      HEAP.afterRelease();
    });
  }

  private static ThreadFactory named(String prefix) {
    return Thread.ofPlatform().daemon().name(prefix, 0).factory();
  }
}
