package ai.realm.guest;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.host.Tenant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A guest: code that nobody has to trust, in an engine of its own, with what it was granted. It
 * runs on a thread of its own. Whatever exceeds its limits is ended, and every later call is {@code
 * DISPOSED}. Safe for all threads: calls that come at once run one after another.
 */
public final class Guest implements AutoCloseable {
  /** The deepest recursion takes all of it, and fails then; what is not used takes no memory. */
  private static final long STACK_BYTES = 8 << 20;

  /** How long a close waits for code that cannot be stopped at once. */
  private static final long CLOSE_SECONDS = 2;

  private final Tenant tenant;
  private final ExecutorService thread;
  private final GuestWatch.Account account;
  private final ReentrantLock calling = new ReentrantLock(true);
  private volatile long threadId;
  private volatile GuestCode code;
  private EngineException end;
  private CompletableFuture<String> running;

  private Guest(Tenant tenant, GuestLimits limits) {
    this.tenant = tenant;
    this.account = new GuestWatch.Account(this, limits);
    this.thread =
        Executors.newSingleThreadExecutor(work ->
            Thread.ofPlatform()
                .daemon()
                .name("realm-guest")
                .stackSize(STACK_BYTES)
                .unstarted(work));
  }

  /**
   * Makes a guest and runs what its source has outside of functions, within its limits.
   *
   * @param host what it sees; its tenant is closed with the guest, also if this throws
   * @throws EngineException {@code GUEST_ERROR} if its code throws or cannot be read, or what ended
   *     the guest: {@code TIMEOUT}, {@code QUOTA_EXCEEDED}, {@code OUT_OF_MEMORY}, {@code
   *     STACK_OVERFLOW}, {@code ABORTED}
   */
  public static Guest open(
      GuestCode.Engine engine, byte[] source, GuestHost host, GuestLimits limits) {
    return open(engine, source, host, limits, _ -> {});
  }

  /**
   * Makes a guest; see {@link #open(GuestCode.Engine, byte[], GuestHost, GuestLimits)}.
   *
   * @param opening gets it before anything of it runs, for other threads to {@link #abort} it
   */
  public static Guest open(
      GuestCode.Engine engine,
      byte[] source,
      GuestHost host,
      GuestLimits limits,
      Consumer<Guest> opening) {
    Guest guest = new Guest(host.tenant(), limits);
    try {
      opening.accept(guest);
      // The engine's own start is not in the guest's time: the first one of a process is slow.
      guest.run(() -> {
        guest.code = engine.open(host);
        return "";
      });
      guest.runWatched(() -> {
        guest.code.load(source);
        return "";
      });
      return guest;
    } catch (Throwable failure) {
      Optional<EngineException> reason = guest.reason();
      guest.close();
      if (reason.isPresent()) {
        throw reason.get();
      }
      throw failure;
    }
  }

  /**
   * Calls a function of the guest, and waits for it. An interrupt of the calling thread ends the
   * guest as {@code ABORTED}.
   *
   * @param arguments a JSON array
   * @return a JSON value; {@code null} where the function returns nothing
   * @throws EngineException {@code INVALID_ARGUMENT} if the arguments are no JSON array, {@code
   *     NOT_FOUND} if the guest has no such function, {@code GUEST_ERROR} if its code throws, the
   *     code of a host function's error that it does not catch; {@code DISPOSED} once it has ended;
   *     or what ends it, as for {@link #open}
   */
  public String call(String function, String arguments) {
    CallArguments.requireArray(arguments);
    return runWatched(() -> code.call(function, arguments));
  }

  /**
   * Ends it for good, as when it is no longer wanted: a call that runs fails as {@code ABORTED}.
   * Does not wait for the code to stop.
   */
  public void abort() {
    end(new EngineException(ErrorCode.ABORTED, "the guest was ended while it ran"));
  }

  /**
   * Ends it for good, and frees what it has. Waits until its code has stopped, at most two seconds:
   * a single step that takes longer, as a product of huge numbers, ends in its own time, and its
   * memory is free then.
   */
  @Override
  public void close() {
    abort();
    boolean interrupted = false;
    try {
      thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** The thread that its code runs on; 0 before it starts. */
  long threadId() {
    return threadId;
  }

  /** Whether it was ended, and nothing of it runs or takes memory any more. */
  boolean hasStopped() {
    return thread.isTerminated();
  }

  /** Ends it: the call that runs fails with {@code reason}, later ones are refused. */
  void end(EngineException reason) {
    CompletableFuture<String> ended;
    synchronized (this) {
      if (end != null) {
        return;
      }
      end = reason;
      ended = running;
    }
    GuestWatch.forget(account);
    tenant.cancel();
    thread.execute(this::free);
    thread.shutdown();
    if (ended != null) {
      // The caller goes on at once, however long the code takes to stop.
      ended.completeExceptionally(reason);
      Thread.ofPlatform().daemon().name("realm-guest-end").start(this::stop);
    }
  }

  private void stop() {
    // Whatever it starts from now on fails.
    tenant.close();
    GuestCode stopped = code;
    if (stopped != null) {
      stopped.stop();
    }
  }

  /** The last that its thread does. */
  private void free() {
    GuestCode opened = code;
    code = null;
    try {
      if (opened != null) {
        opened.close();
      }
    } finally {
      tenant.close();
    }
  }

  /** What has ended it. */
  private synchronized Optional<EngineException> reason() {
    return Optional.ofNullable(end);
  }

  private String runWatched(Supplier<String> work) {
    calling.lock();
    try {
      synchronized (this) {
        requireUsable();
        GuestWatch.begin(account);
      }
      try {
        return run(work);
      } finally {
        GuestWatch.pause(account);
      }
    } finally {
      calling.unlock();
    }
  }

  private String run(Supplier<String> work) {
    CompletableFuture<String> result = new CompletableFuture<>();
    synchronized (this) {
      requireUsable();
      running = result;
      thread.execute(() -> {
        threadId = Thread.currentThread().threadId();
        complete(result, work);
      });
    }
    try {
      return await(result);
    } finally {
      synchronized (this) {
        running = null;
      }
    }
  }

  private void requireUsable() {
    if (end != null) {
      String why =
          end.code() == ErrorCode.ABORTED
              ? "the guest was closed"
              : "the guest was ended (" + end.code() + ": " + end.getMessage() + ")";
      throw new EngineException(ErrorCode.DISPOSED, why + "; make another to go on");
    }
  }

  private void complete(CompletableFuture<String> result, Supplier<String> work) {
    try {
      result.complete(work.get());
    } catch (EngineException failure) {
      if (failure.code() == ErrorCode.STACK_OVERFLOW || failure.code() == ErrorCode.OUT_OF_MEMORY) {
        end(failure);
      }
      result.completeExceptionally(failure);
    } catch (OutOfMemoryError full) {
      EngineException failure = GuestWatch.heapIsFull();
      end(failure);
      result.completeExceptionally(failure);
    } catch (Throwable failure) {
      result.completeExceptionally(failure);
    }
  }

  private String await(CompletableFuture<String> result) {
    boolean interrupted = false;
    while (true) {
      try {
        String value = result.get();
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
        return value;
      } catch (InterruptedException e) {
        interrupted = true;
        abort();
      } catch (ExecutionException e) {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
        throw thrown(e.getCause());
      }
    }
  }

  /** For the calling thread: its own place in the stack, and what happened as the cause. */
  private static RuntimeException thrown(Throwable failure) {
    return switch (failure) {
      case EngineException known -> new EngineException(known.code(), known.getMessage(), known);
      case Error error -> throw error;
      default -> new IllegalStateException("a guest's engine failed: " + failure, failure);
    };
  }
}
