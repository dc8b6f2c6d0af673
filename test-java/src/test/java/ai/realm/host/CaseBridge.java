package ai.realm.host;

import ai.realm.error.ErrorCode;
import java.util.Optional;

/** The way between the runner of the conformance cases and the host functions of one guest. */
public interface CaseBridge extends AutoCloseable {
  /** Bytes of a page of a guest's memory. */
  int PAGE = 1 << 16;

  /** What a new memory is full of, so that a zero that was written shows. */
  byte FILL = (byte) 0xA5;

  /** Opens bridges. */
  @FunctionalInterface
  interface Opener {
    /**
     * A guest with a memory.
     *
     * @param pages of the memory, full of {@link #FILL}
     * @param pieces takes the pieces of streamed texts on the guest's side, which fails if it gets
     *     false
     */
    CaseBridge open(Tenant tenant, int pages, StreamToken pieces);
  }

  /** Bytes of the memory. */
  long size();

  /** A copy of the memory. */
  byte[] bytes();

  /** Writes to the memory. */
  void write(long at, byte[] bytes);

  /** Adds pages of zeros. */
  void grow(int pages);

  /**
   * Calls a function.
   *
   * @param streams whether the guest has a function for pieces of text
   */
  int call(HostFunction function, boolean streams, long... args);

  /** The code of the last error of a call with this {@code streams}. */
  Optional<ErrorCode> lastError(boolean streams);

  @Override
  void close();
}
