package ai.realm.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * An array value where it lies in the file: checked when the file was opened, turned into Java
 * values when asked for, so that a vocabulary takes no memory beside the tokenizer that is made
 * from it.
 *
 * @param type of the elements
 * @param length number of elements
 * @param bytes the elements
 */
record GgufArray(MetadataType type, int length, MemorySegment bytes) {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** The elements of an array of strings. */
  GgufStrings strings() {
    byte[] copy = new byte[(int) bytes.byteSize()];
    MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, 0, copy, 0, copy.length);
    return new GgufStrings(copy, length);
  }

  /** The elements of an array of 8-bit values, by their bits. */
  byte[] octets() {
    return bytes.toArray(ValueLayout.JAVA_BYTE);
  }

  /** The elements of an array of 32-bit values, by their bits. */
  int[] words() {
    int[] out = new int[length];
    MemorySegment.copy(bytes, INT, 0, out, 0, length);
    return out;
  }

  /** The elements of an array of 32-bit floats. */
  float[] floats() {
    float[] out = new float[length];
    MemorySegment.copy(bytes, FLOAT, 0, out, 0, length);
    return out;
  }

  /** The elements as {@link GgufMetadata#get} gives them. */
  List<Object> list() {
    GgufCursor cursor = new GgufCursor(bytes, "metadata");
    List<Object> out = new ArrayList<>(length);
    for (int i = 0; i < length; i++) {
      // The depth was checked on opening.
      Object value = cursor.value(type, 0);
      out.add(value instanceof GgufArray array ? array.list() : value);
    }
    return Collections.unmodifiableList(out);
  }
}
