package ai.realm.storage;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Bytes of our own outside the heap, until closed. */
record CopiedBytes(Arena arena, MemorySegment bytes) implements AutoCloseable {
  private static final long ALIGNMENT = 64;

  /**
   * A copy of {@code source}.
   *
   * @throws EngineException {@code OUT_OF_MEMORY}
   */
  static CopiedBytes of(MemorySegment source) {
    Arena arena = Arena.ofShared();
    try {
      MemorySegment bytes = arena.allocate(source.byteSize(), ALIGNMENT);
      return new CopiedBytes(arena, bytes.copyFrom(source));
    } catch (OutOfMemoryError refused) {
      arena.close();
      throw new EngineException(
          ErrorCode.OUT_OF_MEMORY,
          "the system has no "
              + source.byteSize()
              + " bytes for the model; remove models, or store it from a file, which is mapped",
          refused);
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
