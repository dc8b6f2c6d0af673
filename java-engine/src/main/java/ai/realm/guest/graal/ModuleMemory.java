package ai.realm.guest.graal;

import ai.realm.host.GuestMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import org.graalvm.polyglot.Value;

/**
 * The memory of a WebAssembly module in GraalWasm, which has no other way in than by copies: many
 * bytes at a time out of it, 8 bytes at a time into it.
 */
final class ModuleMemory implements GuestMemory {
  private static final ValueLayout.OfLong I64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Null as long as the module has not shown its memory. */
  private Value memory;

  /** Sets the exported memory. */
  void set(Value exported) {
    memory = exported;
  }

  @Override
  public MemorySegment segment() {
    return read(0, size());
  }

  @Override
  public long size() {
    return memory == null ? 0 : memory.getBufferSize();
  }

  @Override
  public MemorySegment read(long start, long length) {
    byte[] copy = new byte[Math.toIntExact(length)];
    if (length > 0) {
      memory.readBuffer(start, copy, 0, copy.length);
    }
    return MemorySegment.ofArray(copy).asReadOnly();
  }

  @Override
  public void write(long start, long length, Consumer<MemorySegment> writer) {
    MemorySegment filled = MemorySegment.ofArray(new byte[Math.toIntExact(length)]);
    writer.accept(filled);
    long at = 0;
    for (; at + Long.BYTES <= length; at += Long.BYTES) {
      memory.writeBufferLong(ByteOrder.LITTLE_ENDIAN, start + at, filled.get(I64, at));
    }
    for (; at < length; at++) {
      memory.writeBufferByte(start + at, filled.get(ValueLayout.JAVA_BYTE, at));
    }
  }
}
