package ai.realm.bridge.calls;

import ai.realm.bridge.Job;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import com.google.gson.JsonObject;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** Memory of results, each by a ticket, until JavaScript has taken it and is done with it. */
final class ResultBuffers {
  private record Result(MemorySegment memory, Arena owner, AtomicBoolean taken) {}

  private final Handles<Result> held = new Handles<>();
  private final Background background;

  ResultBuffers(Background background) {
    this.background = background;
  }

  /**
   * Makes memory, and ends a job with a ticket for it: {@code {"buffer": ticket}}. For a job that
   * was cancelled none is made, and what was made meanwhile is freed.
   *
   * @param maker makes the memory, which is freed with the arena that it gets
   * @throws EngineException what {@code maker} throws, and {@code ABORTED} if the job was cancelled
   *     or the environment has ended
   */
  void give(long environment, Job job, Function<Arena, MemorySegment> maker) {
    give(environment, job, new JsonObject(), maker);
  }

  /** The same with what else belongs to the result. */
  void give(long environment, Job job, JsonObject result, Function<Arena, MemorySegment> maker) {
    job.throwIfCancelled();
    Arena owner = Arena.ofShared();
    try {
      MemorySegment memory = maker.apply(owner);
      job.throwIfCancelled();
      Result made = new Result(memory, owner, new AtomicBoolean());
      result.addProperty("buffer", held.add(environment, made));
    } catch (Throwable failure) {
      owner.close();
      throw failure;
    }
    job.result(result);
  }

  /** See {@link ai.realm.bridge.BridgeCalls#take}. */
  MemorySegment take(long ticket) {
    Optional<Result> found = held.find(ticket);
    if (found.isEmpty() || found.get().taken.getAndSet(true)) {
      throw new EngineException(
          ErrorCode.NOT_FOUND,
          "there is no result " + ticket + " to take; each can be taken once, by its own thread");
    }
    return found.get().memory;
  }

  /**
   * See {@link ai.realm.bridge.BridgeCalls#release}. Not freed on the caller's thread: unmapping
   * gigabytes takes its time.
   */
  void release(long ticket) {
    held.remove(ticket).ifPresent(result -> background.release(result.owner::close));
  }

  /** How many are held. */
  int size() {
    return held.size();
  }

  /** Frees all of an environment that has ended: no JavaScript of it can run any more. */
  void environmentEnded(long environment) {
    for (Result result : held.removeAll(environment)) {
      background.release(result.owner::close);
    }
  }
}
