package ai.realm.gguf;

import static ai.realm.error.ErrorCode.GGUF_INVALID;
import static ai.realm.error.ErrorCode.GGUF_TRUNCATED;
import static ai.realm.error.ErrorCode.GGUF_UNSUPPORTED_VERSION;

import ai.realm.error.EngineException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One GGUF file, read from its bytes:
 *
 * <pre>
 *   magic "GGUF" · u32 version · u64 tensor count · u64 key count
 *   keys:    string name · u32 type · value
 *   tensors: string name · u32 dimension count · u64 dimensions, the fastest first · u32 type · u64 offset
 *   padding to general.alignment (32 unless given), then the tensors' data, from where offsets count
 * </pre>
 *
 * A string is a u64 length and UTF-8; an array is a u32 type, a u64 length and its elements. All is
 * little-endian. The source is the format document of the ggml project, docs/gguf.md.
 *
 * @param file all of its bytes, read-only
 * @param metadata the key-value pairs
 * @param tensors in the file's order
 */
record GgufPart(MemorySegment file, GgufMetadata metadata, List<TensorInfo> tensors) {
  private static final int MAGIC = 0x46554747;
  private static final int DEFAULT_ALIGNMENT = 32;

  /** Bytes of a tensor that stand for it where only the head is there. */
  private static final int MOST_ZEROS = 16 << 20;

  /** A tensor's description, before it is known where the data starts. */
  private record Description(String name, TensorType type, long[] shape, long offset, long bytes) {
    long end() {
      return offset + bytes;
    }
  }

  /**
   * Reads and checks a file.
   *
   * @param bytes the whole file
   * @param source names the file in errors
   */
  static GgufPart read(MemorySegment bytes, String source) {
    return read(bytes.asReadOnly(), source, /* headOnly= */ false);
  }

  /**
   * Reads and checks the head of a file.
   *
   * @param bytes at least all that comes before the tensors' data
   */
  static GgufPart readHead(MemorySegment bytes, String source) {
    return read(bytes.asReadOnly(), source, /* headOnly= */ true);
  }

  private static GgufPart read(MemorySegment file, String source, boolean headOnly) {
    GgufCursor cursor = new GgufCursor(file, source);
    readMagic(cursor, file);
    readVersion(cursor);
    int tensorCount = cursor.count("the tensor count", GgufLimits.TENSORS);
    int keyCount = cursor.count("the key count", GgufLimits.KEYS);
    GgufMetadata metadata = new GgufMetadata(readKeys(cursor, keyCount), source);
    int alignment = alignment(cursor, metadata);
    List<Description> descriptions = readDescriptions(cursor, tensorCount, alignment);
    long end = cursor.position();
    long dataStart = end + (alignment - end % alignment) % alignment;
    refuseOverlaps(cursor, descriptions);
    List<TensorInfo> tensors =
        headOnly ? describe(descriptions, dataStart) : place(cursor, descriptions, dataStart, file);
    return new GgufPart(file, metadata, tensors);
  }

  private static void readMagic(GgufCursor cursor, MemorySegment file) {
    if (file.byteSize() < Integer.BYTES) {
      throw cursor.error(
          GGUF_INVALID, "holds " + file.byteSize() + " bytes, expected a GGUF model file");
    }
    int magic = cursor.int32();
    if (magic != MAGIC) {
      throw cursor.error(
          GGUF_INVALID,
          String.format(
              "starts with the bytes %08x, expected 47475546 (\"GGUF\"); this is no GGUF model"
                  + " file",
              Integer.reverseBytes(magic)));
    }
  }

  private static void readVersion(GgufCursor cursor) {
    int version = cursor.int32();
    if (version == 2 || version == 3) {
      return;
    }
    int swapped = Integer.reverseBytes(version);
    if (swapped == 2 || swapped == 3) {
      throw cursor.error(
          GGUF_UNSUPPORTED_VERSION,
          "is a big-endian GGUF file, expected little-endian; convert the model again");
    }
    throw cursor.error(
        GGUF_UNSUPPORTED_VERSION,
        "has GGUF version "
            + Integer.toUnsignedString(version)
            + ", expected 2 or 3; convert the model again");
  }

  private static Map<String, Object> readKeys(GgufCursor cursor, int count) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      cursor.subject("key", i);
      String key = cursor.string(GgufLimits.KEY_BYTES);
      cursor.subject("key", key);
      if (values.put(key, cursor.value(cursor.type(), 0)) != null) {
        throw cursor.error(GGUF_INVALID, "is there twice, expected once");
      }
    }
    return values;
  }

  private static int alignment(GgufCursor cursor, GgufMetadata metadata) {
    long alignment = metadata.integer("general.alignment", DEFAULT_ALIGNMENT);
    // The document asks for a multiple of 8, ggml for a power of two: either serves.
    boolean valid = alignment > 0 && (alignment % 8 == 0 || Long.bitCount(alignment) == 1);
    if (!valid || alignment > GgufLimits.ALIGNMENT) {
      cursor.subject("key", "general.alignment");
      throw cursor.error(
          GGUF_INVALID,
          "is "
              + alignment
              + ", expected a multiple of 8 or a power of two, at most "
              + GgufLimits.ALIGNMENT);
    }
    return (int) alignment;
  }

  private static List<Description> readDescriptions(GgufCursor cursor, int count, int alignment) {
    List<Description> descriptions = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < count; i++) {
      cursor.subject("tensor", i);
      String name = cursor.string(GgufLimits.TENSOR_NAME_BYTES);
      cursor.subject("tensor", name);
      if (!names.add(name)) {
        throw cursor.error(GGUF_INVALID, "is there twice, expected once");
      }
      long[] shape = readShape(cursor);
      TensorType type = readType(cursor);
      long bytes = size(cursor, type, shape);
      long offset = cursor.int64();
      if (offset < 0 || offset > Long.MAX_VALUE - bytes) {
        throw cursor.error(
            GGUF_INVALID,
            "its data has the offset "
                + Long.toUnsignedString(offset)
                + ", expected one inside the file");
      }
      if (offset % alignment != 0) {
        throw cursor.error(
            GGUF_INVALID,
            "its data has the offset "
                + offset
                + ", expected a multiple of the alignment "
                + alignment);
      }
      descriptions.add(new Description(name, type, shape, offset, bytes));
    }
    return descriptions;
  }

  private static long[] readShape(GgufCursor cursor) {
    int count = cursor.int32();
    if (count < 1 || count > GgufLimits.DIMENSIONS) {
      throw cursor.error(
          GGUF_INVALID,
          "has "
              + Integer.toUnsignedString(count)
              + " dimensions, expected 1 to "
              + GgufLimits.DIMENSIONS);
    }
    long[] shape = new long[count];
    for (int i = 0; i < count; i++) {
      shape[i] = cursor.int64();
      if (shape[i] < 1) {
        throw cursor.error(
            GGUF_INVALID,
            "dimension " + i + " is " + Long.toUnsignedString(shape[i]) + ", expected 1 to 2^63-1");
      }
    }
    return shape;
  }

  private static TensorType readType(GgufCursor cursor) {
    int id = cursor.int32();
    try {
      return TensorType.ofId(id);
    } catch (EngineException unknown) {
      throw cursor.error(unknown.code(), unknown.getMessage());
    }
  }

  /** Bytes of the data. */
  private static long size(GgufCursor cursor, TensorType type, long[] shape) {
    if (shape[0] % type.blockSize() != 0) {
      throw cursor.error(
          GGUF_INVALID,
          "has rows of "
              + shape[0]
              + " elements, expected a multiple of "
              + type.blockSize()
              + " for "
              + type);
    }
    try {
      long bytes = Math.multiplyExact(shape[0] / type.blockSize(), (long) type.blockBytes());
      long elements = shape[0];
      for (int i = 1; i < shape.length; i++) {
        bytes = Math.multiplyExact(bytes, shape[i]);
        elements = Math.multiplyExact(elements, shape[i]);
      }
      return bytes;
    } catch (ArithmeticException overflow) {
      throw cursor.error(
          GGUF_INVALID,
          "has the shape "
              + Arrays.toString(shape)
              + ", expected fewer than 2^63 elements and bytes");
    }
  }

  private static void refuseOverlaps(GgufCursor cursor, List<Description> descriptions) {
    List<Description> sorted = new ArrayList<>(descriptions);
    sorted.sort(Comparator.comparingLong(Description::offset));
    for (int i = 1; i < sorted.size(); i++) {
      Description before = sorted.get(i - 1);
      Description after = sorted.get(i);
      if (after.offset < before.end()) {
        cursor.subject("tensor", after.name);
        throw cursor.error(
            GGUF_INVALID,
            "its data has the offset "
                + after.offset
                + ", inside that of tensor "
                + Quote.of(before.name)
                + ", expected one from "
                + before.end()
                + " on");
      }
    }
  }

  /** Tensors without their data: small ones are zeros, larger ones cannot be read. */
  private static List<TensorInfo> describe(List<Description> descriptions, long dataStart) {
    long most =
        descriptions.stream()
            .mapToLong(Description::bytes)
            .filter(bytes -> bytes <= MOST_ZEROS)
            .max()
            .orElse(0);
    MemorySegment zeros = MemorySegment.ofArray(new byte[(int) most]).asReadOnly();
    try (Arena closed = Arena.ofShared()) {
      return descriptions.stream()
          .map(tensor -> {
            MemorySegment data =
                tensor.bytes <= MOST_ZEROS
                    ? zeros.asSlice(0, tensor.bytes)
                    : MemorySegment.ofAddress(1).reinterpret(tensor.bytes, closed, null);
            long offset = dataStart + tensor.offset;
            return new TensorInfo(tensor.name, tensor.type, tensor.shape, offset, data);
          })
          .toList();
    }
  }

  private static List<TensorInfo> place(
      GgufCursor cursor, List<Description> descriptions, long dataStart, MemorySegment file) {
    List<TensorInfo> tensors = new ArrayList<>(descriptions.size());
    for (Description tensor : descriptions) {
      if (tensor.end() > file.byteSize() - dataStart) {
        cursor.subject("tensor", tensor.name);
        throw cursor.error(
            GGUF_TRUNCATED,
            String.format(
                "needs %d bytes from offset %s on, but the file ends at %d; download or copy it"
                    + " again",
                tensor.bytes, Long.toUnsignedString(dataStart + tensor.offset), file.byteSize()));
      }
      long offset = dataStart + tensor.offset;
      tensors.add(
          new TensorInfo(
              tensor.name, tensor.type, tensor.shape, offset, file.asSlice(offset, tensor.bytes)));
    }
    return List.copyOf(tensors);
  }
}
