package ai.realm.host;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.json.Arguments;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * A range of a guest's memory, which lies within it: memories only grow.
 *
 * @param memory the guest's
 * @param what the range is, for messages
 * @param start offset of its first byte
 * @param length in bytes
 */
record GuestRange(GuestMemory memory, String what, long start, long length) {
  private static final Gson JSON = new GsonBuilder().setStrictness(Strictness.STRICT).create();

  /** Bytes that are taken from a guest's range to the heap, as text or as ids. */
  private static final int TAKEN_LIMIT = 1 << 22;

  private static final ValueLayout.OfInt I32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong I64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /**
   * Checks a range of elements.
   *
   * @param pointer unsigned
   * @param count elements, unsigned
   * @param size bytes of an element, at most 8
   * @throws EngineException {@code OUT_OF_BOUNDS} unless it lies within the memory
   */
  static GuestRange of(GuestMemory memory, String what, int pointer, int count, int size) {
    // Unsigned 32-bit numbers and small sizes: nothing here can overflow 64 bits.
    long start = Integer.toUnsignedLong(pointer);
    long length = Integer.toUnsignedLong(count) * size;
    long limit = memory.size();
    if (start + length > limit) {
      throw new EngineException(
          ErrorCode.OUT_OF_BOUNDS,
          what
              + " has "
              + length
              + " bytes from offset "
              + start
              + " on, and the guest's memory has "
              + limit
              + "; pass a range inside of it");
    }
    return new GuestRange(memory, what, start, length);
  }

  /** Its bytes, only to be read, until the guest runs again. */
  MemorySegment read() {
    return memory.read(start, length);
  }

  /** A copy of {@code count} of its bytes from byte {@code at} on. */
  byte[] bytes(int at, int count) {
    return memory.read(start + at, count).toArray(ValueLayout.JAVA_BYTE);
  }

  /**
   * Its bytes as text.
   *
   * @throws EngineException {@code INVALID_ARGUMENT} if they are no UTF-8, or more than 4 MiB
   */
  String utf8() {
    checkTaken();
    byte[] bytes = read().toArray(ValueLayout.JAVA_BYTE);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException invalid) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT, what + " is no valid UTF-8 (" + invalid.getMessage() + ")");
    }
  }

  /**
   * Its bytes as a JSON object; an empty one for no bytes.
   *
   * @throws EngineException as {@link #utf8}, and {@code INVALID_ARGUMENT} for anything else
   */
  JsonObject json() {
    String text = utf8();
    if (text.isEmpty()) {
      return new JsonObject();
    }
    JsonElement value;
    try {
      value = JSON.fromJson(text, JsonElement.class);
    } catch (JsonParseException invalid) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT, what + " is no JSON: " + invalid.getMessage(), invalid);
    }
    if (value instanceof JsonObject object) {
      return object;
    }
    throw Arguments.refused(what, value, "a JSON object, or nothing");
  }

  /**
   * Its bytes as 32-bit integers.
   *
   * @throws EngineException {@code INVALID_ARGUMENT} if there are more than 1 Mi of them
   */
  int[] ints() {
    checkTaken();
    return read().toArray(I32);
  }

  /** Its bytes as 32-bit floats. */
  float[] floats() {
    return read().toArray(F32);
  }

  /** Its last {@code count} 32-bit floats. */
  float[] last(int count) {
    long size = (long) count * Float.BYTES;
    return memory.read(start + length - size, size).toArray(F32);
  }

  /**
   * Checks that a result fits, before it is made.
   *
   * @param bytes of the result
   * @param instead how to ask for less of it
   * @return the bytes, which are what the call returns
   * @throws EngineException {@code RESULT_TOO_LARGE} from 2 GiB on, {@code BUFFER_TOO_SMALL}
   */
  int fit(long bytes, String instead) {
    if (bytes > Integer.MAX_VALUE) {
      throw new EngineException(
          ErrorCode.RESULT_TOO_LARGE,
          "the result has " + bytes + " bytes, and at most 2147483647 can be returned; " + instead);
    }
    if (bytes > length) {
      throw new EngineException(
          ErrorCode.BUFFER_TOO_SMALL,
          what + " has room for " + length + " bytes, and the result has " + bytes);
    }
    return (int) bytes;
  }

  /** Lets {@code writer} fill its first {@code bytes}. */
  void write(int bytes, Consumer<MemorySegment> writer) {
    memory.write(start, bytes, writer);
  }

  /** Writes bytes at its start; they fit. */
  void write(byte[] bytes) {
    write(bytes, 0);
  }

  /** Writes bytes from byte {@code at} on; they fit. */
  void write(byte[] bytes, int at) {
    memory.write(
        start + at,
        bytes.length,
        to -> MemorySegment.copy(bytes, 0, to, ValueLayout.JAVA_BYTE, 0, bytes.length));
  }

  /**
   * Writes a text at its start.
   *
   * @return its bytes as UTF-8
   * @throws EngineException as {@link #fit}
   */
  int writeText(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int count = fit(bytes.length, "");
    write(bytes);
    return count;
  }

  /** Writes floats at its start; they fit. */
  void write(float[] values) {
    memory.write(
        start,
        (long) values.length * Float.BYTES,
        to -> MemorySegment.copy(values, 0, to, F32, 0, values.length));
  }

  /** Writes 32-bit integers at its start; they fit. */
  void write(int[] values) {
    memory.write(
        start,
        (long) values.length * Integer.BYTES,
        to -> MemorySegment.copy(values, 0, to, I32, 0, values.length));
  }

  /** Writes a 64-bit integer at its start; it fits. */
  void write(long value) {
    memory.write(start, Long.BYTES, to -> to.set(I64, 0, value));
  }

  private void checkTaken() {
    if (length > TAKEN_LIMIT) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          what + " has " + length + " bytes; it must have at most " + TAKEN_LIMIT);
    }
  }
}
