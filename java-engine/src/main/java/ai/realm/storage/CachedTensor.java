package ai.realm.storage;

import ai.realm.gguf.TensorInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A dequantized tensor outside the heap: freed when the cache and all readers have let it go. */
final class CachedTensor {
  private static final long ALIGNMENT = 64;

  /** Smaller tensors are copied for a view: that is as fast, and takes no file descriptor. */
  private static final long LEAST_FILE = 1 << 22;

  private final Arena arena = Arena.ofShared();
  private final Optional<MemoryFile> file;
  private final MemorySegment values;
  private final AtomicInteger holders = new AtomicInteger(1);

  /** Dequantizes {@code tensor}; the caller holds it. */
  CachedTensor(TensorInfo tensor) {
    long bytes = bytes(tensor);
    this.file = bytes < LEAST_FILE ? Optional.empty() : MemoryFile.create();
    try {
      this.values =
          file.isPresent() ? file.get().map(bytes, arena) : arena.allocate(bytes, ALIGNMENT);
      TensorValues.write(tensor, 0, tensor.elements(), values, 0);
    } catch (Throwable failure) {
      free();
      throw failure;
    }
  }

  /** Bytes of a tensor's values. */
  static long bytes(TensorInfo tensor) {
    return Math.multiplyExact(tensor.elements(), (long) Float.BYTES);
  }

  /** Bytes of the values. */
  long bytes() {
    return values.byteSize();
  }

  /** Holds it for a read; false if it is freed already. */
  boolean hold() {
    return holders.getAndUpdate(n -> n == 0 ? 0 : n + 1) > 0;
  }

  /** Ends a hold. */
  void letGo() {
    if (holders.decrementAndGet() == 0) {
      free();
    }
  }

  /** Copies values, as little-endian f32, while it is held. */
  void copy(long first, long count, MemorySegment out, long at) {
    MemorySegment.copy(values, first * Float.BYTES, out, at, count * Float.BYTES);
  }

  /**
   * All values in memory that the caller may change, and that stays after this is freed: until
   * {@code owner} is closed.
   */
  MemorySegment view(Arena owner) {
    return file.isPresent()
        ? file.get().mapPrivately(bytes(), owner)
        : owner.allocate(bytes(), ALIGNMENT).copyFrom(values);
  }

  private void free() {
    arena.close();
    file.ifPresent(MemoryFile::close);
  }
}
