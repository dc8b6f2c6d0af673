package ai.realm.gguf;

import static ai.realm.error.ErrorCode.GGUF_INVALID;
import static ai.realm.error.ErrorCode.GGUF_TRUNCATED;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads the little-endian fields of a GGUF header one after another. Every read is checked against
 * the end before it happens, and an error names what was being read.
 */
final class GgufCursor {
  private final MemorySegment bytes;
  private final String source;
  // A buffer rather than the segment: its reads are several times faster in a cold JVM, and a
  // vocabulary needs
  // half a million of them.
  private final ByteBuffer header;
  private String kind;
  private String name;
  private int index;

  /** A cursor at the start of {@code bytes}; {@code source} names the file in errors. */
  GgufCursor(MemorySegment bytes, String source) {
    this.bytes = bytes;
    this.source = source;
    this.header =
        bytes
            .asSlice(0, Math.min(bytes.byteSize(), GgufLimits.HEADER_BYTES))
            .asByteBuffer()
            .order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Says that the next reads belong to the {@code key} or {@code tensor} of this name. */
  void subject(String kind, String name) {
    this.kind = kind;
    this.name = name;
  }

  /** Says that the next reads belong to the {@code key} or {@code tensor} at {@code index}. */
  void subject(String kind, int index) {
    this.kind = kind;
    this.name = null;
    this.index = index;
  }

  /** Bytes from the start. */
  int position() {
    return header.position();
  }

  byte int8() {
    require(1);
    return header.get();
  }

  int int32() {
    require(4);
    return header.getInt();
  }

  long int64() {
    require(8);
    return header.getLong();
  }

  /**
   * A 64-bit count or length that must not exceed {@code limit}; {@code what} names it in the
   * error.
   */
  int count(String what, int limit) {
    int at = position();
    long count = int64();
    if (count < 0 || count > limit) {
      throw error(
          GGUF_INVALID,
          what
              + " at offset "
              + at
              + " is "
              + Long.toUnsignedString(count)
              + ", expected at most "
              + limit);
    }
    return (int) count;
  }

  /** A string: its length as 64 bits, then UTF-8. */
  String string(int limit) {
    int length = count("the string length", limit);
    require(length);
    byte[] text = new byte[length];
    header.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  /** A metadata type id. */
  MetadataType type() {
    int at = position();
    int id = int32();
    MetadataType type = MetadataType.ofId(id);
    if (type == null) {
      throw error(
          GGUF_INVALID,
          "the value type at offset "
              + at
              + " is "
              + Integer.toUnsignedString(id)
              + ", expected 0 to 12");
    }
    return type;
  }

  /**
   * A value: Boolean, Long, BigInteger (an unsigned one beyond a long), Double, String or {@link
   * GgufArray}.
   *
   * @param depth how many arrays the value is in
   */
  Object value(MetadataType type, int depth) {
    return switch (type) {
      case UINT8 -> (long) Byte.toUnsignedInt(int8());
      case INT8 -> (long) int8();
      case UINT16 -> {
        require(2);
        yield (long) Short.toUnsignedInt(header.getShort());
      }
      case INT16 -> {
        require(2);
        yield (long) header.getShort();
      }
      case UINT32 -> Integer.toUnsignedLong(int32());
      case INT32 -> (long) int32();
      case UINT64 -> {
        long value = int64();
        if (value >= 0) {
          yield value;
        }
        yield new BigInteger(Long.toUnsignedString(value));
      }
      case INT64 -> int64();
      case FLOAT32 -> (double) Float.intBitsToFloat(int32());
      case FLOAT64 -> Double.longBitsToDouble(int64());
      case BOOL -> bool();
      case STRING -> string(GgufLimits.STRING_BYTES);
      case ARRAY -> array(depth + 1);
    };
  }

  private boolean bool() {
    byte value = int8();
    if (value != 0 && value != 1) {
      throw error(
          GGUF_INVALID,
          "the boolean at offset "
              + (position() - 1)
              + " is "
              + Byte.toUnsignedInt(value)
              + ", expected 0 or 1");
    }
    return value == 1;
  }

  private GgufArray array(int depth) {
    if (depth > GgufLimits.ARRAY_DEPTH) {
      throw error(
          GGUF_INVALID,
          "arrays are nested deeper than " + GgufLimits.ARRAY_DEPTH + " at offset " + position());
    }
    MetadataType type = type();
    int length = count("the array length", GgufLimits.ARRAY_LENGTH);
    int start = position();
    switch (type) {
      case STRING -> {
        for (int i = 0; i < length; i++) {
          skip(count("the string length", GgufLimits.STRING_BYTES));
        }
      }
      case ARRAY -> {
        for (int i = 0; i < length; i++) {
          array(depth + 1);
        }
      }
      case BOOL -> {
        require(length);
        for (int i = 0; i < length; i++) {
          bool();
        }
      }
      default -> skip((long) length * type.bytes);
    }
    return new GgufArray(type, length, bytes.asSlice(start, position() - start));
  }

  private void skip(long count) {
    require(count);
    header.position(header.position() + (int) count);
  }

  private void require(long count) {
    if (count <= header.remaining()) {
      return;
    }
    long needed = header.position() + count;
    if (needed <= bytes.byteSize()) {
      throw error(
          GGUF_INVALID,
          "the header reaches offset " + needed + ", expected at most " + GgufLimits.HEADER_BYTES);
    }
    throw error(
        GGUF_TRUNCATED,
        "needs bytes up to offset "
            + needed
            + ", but the file ends at "
            + bytes.byteSize()
            + "; download or copy it again");
  }

  /** An error that names the source and the present subject. */
  EngineException error(ErrorCode code, String message) {
    String subject =
        kind == null
            ? "the header"
            : kind + " " + (name == null ? "number " + index : Quote.of(name));
    return new EngineException(code, source + ": " + subject + ": " + message);
  }
}
