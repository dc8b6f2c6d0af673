package ai.realm.storage;

import ai.realm.gguf.TensorInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/** A dequantized tensor outside the heap: freed when the cache and all readers have let it go. */
final class CachedTensor {
  private static final long ALIGNMENT = 64;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment values;
  private final AtomicInteger holders = new AtomicInteger(1);

  /** Dequantizes {@code tensor}; the caller holds it. */
  CachedTensor(TensorInfo tensor) {
    try {
      this.values = arena.allocate(bytes(tensor), ALIGNMENT);
      TensorValues.write(tensor, 0, tensor.elements(), values, 0);
    } catch (Throwable failure) {
      arena.close();
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
      arena.close();
    }
  }

  /** Copies values, as little-endian f32, while it is held. */
  void copy(long first, long count, MemorySegment out, long at) {
    MemorySegment.copy(values, first * Float.BYTES, out, at, count * Float.BYTES);
  }
}
