package ai.realm.bridge.calls;

import ai.realm.error.EngineException;
import ai.realm.host.GuestMemory;
import ai.realm.host.HostFunction;
import ai.realm.host.HostFunctions;
import ai.realm.host.StreamToken;
import ai.realm.host.Tenant;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * A guest that JavaScript runs. Where its memory is, and who takes pieces of text, is told anew in
 * each call; a call may come from within another, while that hands over a piece.
 */
final class OpenGuest {
  private final Tenant tenant;
  private final HostFunctions silent;
  private final HostFunctions streaming;
  private GuestMemory memory;
  private StreamToken stream;
  private Optional<EngineException> lastError = Optional.empty();

  OpenGuest(Tenant tenant) {
    this.tenant = tenant;
    this.silent = new HostFunctions(tenant, this::segment, Optional.empty());
    this.streaming = new HostFunctions(tenant, this::segment, Optional.of(this::piece));
  }

  /** Calls a function; returns its result, or the number of an error. */
  synchronized int call(
      HostFunction function, GuestMemory memory, Optional<StreamToken> stream, long... args) {
    GuestMemory outerMemory = this.memory;
    StreamToken outerStream = this.stream;
    this.memory = memory;
    this.stream = stream.orElse(null);
    try {
      HostFunctions functions = stream.isPresent() ? streaming : silent;
      int result = function.call(functions, args);
      if (result < 0) {
        lastError = functions.lastError();
      }
      return result;
    } finally {
      this.memory = outerMemory;
      this.stream = outerStream;
    }
  }

  /** What the last call that returned an error failed with. */
  synchronized Optional<EngineException> lastError() {
    return lastError;
  }

  /** Ends a running text as {@code ABORTED}; may come from any thread. */
  void cancel() {
    tenant.cancel();
  }

  /** Cancels what runs, and frees what the guest has. */
  void close() {
    tenant.close();
  }

  private MemorySegment segment() {
    return memory.segment();
  }

  private boolean piece(int pointer, int length) {
    return stream.piece(pointer, length);
  }
}
