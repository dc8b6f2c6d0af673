package ai.realm.guest.graal;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.host.GuestMemory;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A script's memory, in the Java heap: the script and the host work on the same bytes. */
final class ScriptMemory implements GuestMemory {
  /** Bytes of a page, as in WebAssembly. */
  static final int PAGE = 1 << 16;

  private byte[] bytes = {};

  @Override
  public MemorySegment segment() {
    return MemorySegment.ofArray(bytes);
  }

  /** The bytes as the script sees them, until it grows. */
  ByteBuffer buffer() {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Adds zeros.
   *
   * @return how many pages it had
   */
  int grow(long added) {
    int before = bytes.length / PAGE;
    if (bytes.length + added > Integer.MAX_VALUE - PAGE) {
      throw new EngineException(
          ErrorCode.OUT_OF_MEMORY, "a memory has at most 32767 pages; make it smaller");
    }
    bytes = Arrays.copyOf(bytes, (int) (bytes.length + added));
    return before;
  }
}
