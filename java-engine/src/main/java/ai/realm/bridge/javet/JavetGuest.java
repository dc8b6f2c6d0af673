package ai.realm.bridge.javet;

import ai.realm.host.GuestMemory;
import ai.realm.host.StreamToken;
import com.caoccao.javet.exceptions.JavetException;
import com.caoccao.javet.values.V8Value;
import com.caoccao.javet.values.reference.V8ValueArray;
import com.caoccao.javet.values.reference.V8ValueFunction;
import java.lang.foreign.MemorySegment;

/** The guest's side of one call of a host function. */
final class JavetGuest implements GuestMemory, StreamToken {
  private final V8Value stream;
  private MemorySegment memory;

  /**
   * With its memory as it is at the time of the call.
   *
   * @param stream takes a piece of text, and returns where the memory is afterwards: a buffer, an
   *     offset and a length; undefined if the guest takes no pieces
   */
  JavetGuest(MemorySegment memory, V8Value stream) {
    this.memory = memory;
    this.stream = stream;
  }

  @Override
  public MemorySegment segment() {
    return memory;
  }

  @Override
  public boolean piece(int pointer, int length) {
    double unsignedPointer = Integer.toUnsignedLong(pointer);
    double unsignedLength = Integer.toUnsignedLong(length);
    try (V8ValueArray moved =
        ((V8ValueFunction) stream).call(null, unsignedPointer, unsignedLength)) {
      memory = BytesOfBuffer.in(moved);
      return moved.getBoolean(3);
    } catch (JavetException thrown) {
      // boot.js catches what the guest throws: this is an end of the app in the midst of it.
      memory = MemorySegment.NULL;
      return false;
    }
  }
}
