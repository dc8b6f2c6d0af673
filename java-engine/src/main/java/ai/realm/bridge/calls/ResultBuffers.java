package ai.realm.bridge.calls;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Memory of results, each by a ticket, until JavaScript has taken it and is done with it. */
final class ResultBuffers {
  private record Result(MemorySegment memory, Arena owner, AtomicBoolean taken) {}

  private final Handles<Result> held = new Handles<>();
  private final Background background;

  ResultBuffers(Background background) {
    this.background = background;
  }

  /**
   * Takes up memory for an environment; returns the ticket.
   *
   * @param owner frees the memory; closed in time, or at once if this call throws
   * @throws EngineException {@code ABORTED} if the environment has ended meanwhile
   */
  long add(long environment, MemorySegment memory, Arena owner) {
    try {
      return held.add(environment, new Result(memory, owner, new AtomicBoolean()));
    } catch (Throwable failure) {
      owner.close();
      throw failure;
    }
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
   * See {@link ai.realm.bridge.BridgeCalls#letGo}. Not freed on the caller's thread: unmapping
   * gigabytes takes its time.
   */
  void letGo(long ticket) {
    held.remove(ticket).ifPresent(result -> background.run(result.owner::close));
  }

  /** How many are held. */
  int size() {
    return held.size();
  }

  /** Frees all of an environment that has ended: no JavaScript of it can run any more. */
  void environmentEnded(long environment) {
    for (Result result : held.removeAll(environment)) {
      background.run(result.owner::close);
    }
  }
}
