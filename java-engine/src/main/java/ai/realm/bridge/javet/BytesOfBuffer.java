package ai.realm.bridge.javet;

import com.caoccao.javet.exceptions.JavetException;
import com.caoccao.javet.values.V8Value;
import com.caoccao.javet.values.primitive.V8ValuePrimitive;
import com.caoccao.javet.values.reference.V8ValueArray;
import com.caoccao.javet.values.reference.V8ValueArrayBuffer;
import java.lang.foreign.MemorySegment;

/** The bytes of a JavaScript buffer, in place; good only during the call that was given it. */
final class BytesOfBuffer {
  private static final MemorySegment NONE = MemorySegment.ofArray(new byte[0]);

  private BytesOfBuffer() {}

  /** From three arguments: a buffer, or undefined for no bytes, an offset and a length. */
  static MemorySegment in(V8Value[] args, int first) throws JavetException {
    return bytes(args[first], integer(args[first + 1]), integer(args[first + 2]));
  }

  /** From the first three elements of an array, as {@link #in(V8Value[], int)}. */
  static MemorySegment in(V8ValueArray array) throws JavetException {
    try (V8Value buffer = array.get(0)) {
      return bytes(buffer, array.getDouble(1).longValue(), array.getDouble(2).longValue());
    }
  }

  private static MemorySegment bytes(V8Value buffer, long offset, long length) {
    // A shared one is of a subclass.
    return buffer instanceof V8ValueArrayBuffer bytes
        ? MemorySegment.ofBuffer(bytes.getByteBuffer()).asSlice(offset, length)
        : NONE;
  }

  private static long integer(V8Value value) throws JavetException {
    return ((V8ValuePrimitive<?>) value).asLong();
  }
}
