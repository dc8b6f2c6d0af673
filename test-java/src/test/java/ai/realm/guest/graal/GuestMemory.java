package ai.realm.guest.graal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.graalvm.polyglot.Value;

/** The memory of a guest, as its host writes to it. */
final class GuestMemory {
  private GuestMemory() {}

  /** Eight bytes at a time: a case has 64 MB of ids, and each write is a call into the engine. */
  static void write(Value memory, long at, byte[] bytes) {
    ByteBuffer source = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long next = at;
    for (; source.remaining() >= Long.BYTES; next += Long.BYTES) {
      memory.writeBufferLong(ByteOrder.LITTLE_ENDIAN, next, source.getLong());
    }
    for (; source.hasRemaining(); next++) {
      memory.writeBufferByte(next, source.get());
    }
  }
}
