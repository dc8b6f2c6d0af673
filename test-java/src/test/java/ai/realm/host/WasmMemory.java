package ai.realm.host;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A memory as WebAssembly has it: it grows by pages and moves by that, and only the guest's thread
 * may touch it.
 */
final class WasmMemory implements GuestMemory, AutoCloseable {
  static final int PAGE = CaseBridge.PAGE;

  private Arena arena = Arena.ofConfined();
  private MemorySegment segment;

  WasmMemory(int pages) {
    segment = arena.allocate((long) pages * PAGE).fill(CaseBridge.FILL);
  }

  @Override
  public MemorySegment segment() {
    return segment;
  }

  @Override
  public long size() {
    return segment.byteSize();
  }

  /** Adds pages of zeros. Whoever kept the segment of before has one that is closed. */
  void grow(int pages) {
    Arena larger = Arena.ofConfined();
    MemorySegment moved = larger.allocate(size() + (long) pages * PAGE);
    moved.copyFrom(segment);
    close();
    arena = larger;
    segment = moved;
  }

  byte[] bytes() {
    return segment.toArray(ValueLayout.JAVA_BYTE);
  }

  void write(long at, byte[] bytes) {
    MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, at, bytes.length);
  }

  @Override
  public void close() {
    arena.close();
  }
}
