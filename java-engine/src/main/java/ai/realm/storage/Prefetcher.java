package ai.realm.storage;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Dequantizes layers ahead of their being read, on one background thread for all readers. At most
 * {@value #WAITING} layers wait for it; what is beyond is not read ahead.
 */
public final class Prefetcher {
  private static final int WAITING = 16;
  private static final int IDLE_SECONDS = 10;

  private final TensorCache cache;
  private final Executor thread;

  /** Reads ahead into {@code cache}; the thread is there only while there is work for it. */
  public Prefetcher(TensorCache cache) {
    this(cache, daemon());
  }

  /** The same on another thread; an executor that refuses a task drops it. */
  Prefetcher(TensorCache cache, Executor thread) {
    this.cache = cache;
    this.thread = thread;
  }

  /** Follows a reader of {@code model}, which stays held while the reader is followed. */
  public LayerPrefetch follow(StoredModel model) {
    return new LayerPrefetch(this, model);
  }

  TensorCache cache() {
    return cache;
  }

  /** Runs {@code task} soon; false if too many wait. */
  boolean submit(Runnable task) {
    try {
      thread.execute(task);
      return true;
    } catch (RejectedExecutionException full) {
      return false;
    }
  }

  private static Executor daemon() {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            Thread.ofPlatform().daemon().name("realm-prefetch").factory());
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }
}
