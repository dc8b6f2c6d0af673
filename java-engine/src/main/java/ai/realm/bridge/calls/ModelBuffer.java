package ai.realm.bridge.calls;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The bytes of a model file in memory outside the heap, written from front to back. It is freed
 * when its last holder lets it go; whoever opened it is the first.
 */
final class ModelBuffer {
  /** Of the first byte: as far as any format in a file asks for. */
  private static final long ALIGNMENT = 64;

  // An Arena would fill the memory with zeros, which takes a second for some gigabytes and would
  // hold up the event loop; the system's zeroed pages come when they are first written.
  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle CALLOC =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("calloc"),
          FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
  private static final MethodHandle FREE =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("free"),
          FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));

  private final Arena arena = Arena.ofShared();
  private final MemorySegment bytes;
  private long written;
  private int holders = 1;

  /**
   * Takes the memory.
   *
   * @param size bytes, at least 1
   * @throws EngineException {@code OUT_OF_MEMORY}
   */
  ModelBuffer(long size) {
    MemorySegment taken = allocate(Math.addExact(size, ALIGNMENT));
    if (taken.address() == 0) {
      arena.close();
      throw new EngineException(
          ErrorCode.OUT_OF_MEMORY,
          "the system has no "
              + size
              + " bytes for the model; load it by its path, or free memory first");
    }
    MemorySegment owned = taken.reinterpret(size + ALIGNMENT, arena, ModelBuffer::free);
    bytes = owned.asSlice(-owned.address() & (ALIGNMENT - 1), size);
  }

  /**
   * Appends what {@code view} holds.
   *
   * @param offset where it belongs: right after what was written before
   * @throws EngineException {@code INVALID_ARGUMENT} for any other offset, or if it does not fit
   */
  synchronized void write(long offset, MemorySegment view) {
    if (offset != written || view.byteSize() > bytes.byteSize() - written) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          view.byteSize()
              + " bytes at offset "
              + offset
              + " cannot be written; expected offset "
              + written
              + " and at most "
              + (bytes.byteSize() - written)
              + " bytes");
    }
    MemorySegment.copy(view, 0, bytes, offset, view.byteSize());
    written += view.byteSize();
  }

  /**
   * All bytes, for one holder more, which {@link #release}es of them.
   *
   * @throws EngineException {@code INVALID_ARGUMENT} if not all were written, {@code NOT_FOUND} if
   *     the memory was freed
   */
  synchronized MemorySegment hold() {
    if (holders == 0) {
      throw new EngineException(
          ErrorCode.NOT_FOUND, "the buffer was released; keep it until it is loaded");
    }
    if (written != bytes.byteSize()) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          "the buffer holds "
              + written
              + " of "
              + bytes.byteSize()
              + " bytes; write the rest before it is loaded");
    }
    holders++;
    return bytes.asReadOnly();
  }

  /** Ends one holder's part; the last one's frees the memory. */
  synchronized void release() {
    if (--holders == 0) {
      arena.close();
    }
  }

  private static MemorySegment allocate(long size) {
    try {
      return (MemorySegment) CALLOC.invokeExact(1L, size);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static void free(MemorySegment memory) {
    try {
      FREE.invokeExact(memory);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }
}
