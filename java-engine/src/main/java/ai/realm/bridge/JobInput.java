package ai.realm.bridge;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A job's own copy of the bytes that belong to its arguments, outside the heap, until the job ends.
 *
 * @param bytes of length 0 if there are none
 * @param owner frees them
 */
record JobInput(MemorySegment bytes, Arena owner) implements AutoCloseable {
  private static final long CACHE_LINE = 64;

  /** No bytes. */
  static final JobInput NONE =
      new JobInput(MemorySegment.ofArray(new byte[0]).asReadOnly(), Arena.global());

  /** A copy of {@code bytes}, aligned to a cache line. */
  static JobInput copyOf(MemorySegment bytes) {
    if (bytes.byteSize() == 0) {
      return NONE;
    }
    Arena owner = Arena.ofShared();
    MemorySegment copy = owner.allocate(bytes.byteSize(), CACHE_LINE).copyFrom(bytes);
    return new JobInput(copy.asReadOnly(), owner);
  }

  @Override
  public void close() {
    if (bytes.byteSize() > 0) { // Nothing frees the owner of no bytes.
      owner.close();
    }
  }
}
