package ai.realm.host;

import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/**
 * A guest's memory, in which its pointers are offsets. It may grow, and move by that, whenever the
 * guest runs: it is asked for afresh in each call, and again after each callback into the guest. It
 * is read and written only on the thread of the call and only during the call.
 *
 * <p>A memory that can be reached in place is given by {@link #segment} alone. One that cannot
 * overrides the other methods too, and works with copies of ranges.
 */
@FunctionalInterface
public interface GuestMemory {

  /** All of it as it is now. */
  MemorySegment segment();

  /** How many bytes it has now. */
  default long size() {
    return segment().byteSize();
  }

  /** A range of it, only to be read, until the guest runs again. */
  default MemorySegment read(long start, long length) {
    return segment().asSlice(start, length);
  }

  /**
   * Lets {@code writer} fill a range of it. If the writer throws, nothing has been written, unless
   * it had written in place itself.
   */
  default void write(long start, long length, Consumer<MemorySegment> writer) {
    writer.accept(segment().asSlice(start, length));
  }
}
