package ai.realm.quant;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.gguf.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * A format of mixed bytes, decoded from a copy of a few KB on the heap at a time: loops over an
 * array compile to better code than loops over a segment.
 */
abstract sealed class CopiedBlocks implements BlockFormat
    permits Q4_0,
        Q4_1,
        Q5_0,
        Q5_1,
        Q8_0,
        Q2_K,
        Q3_K,
        Q4_K,
        Q5_K,
        Q6_K,
        Q8_K,
        IQ4_NL,
        IQ4_XS,
        MXFP4,
        NVFP4,
        TQ1_0,
        TQ2_0,
        GridBlocks {
  private static final int COPY_BYTES = 8192;

  private final TensorType type;

  CopiedBlocks(TensorType type) {
    this.type = type;
  }

  @Override
  public final void dequantize(MemorySegment source, long offset, float[] out, int at, int count) {
    if (count % type.blockSize() != 0) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          "count is " + count + ", expected a multiple of " + type.blockSize() + " for " + type);
    }
    Objects.checkFromIndexSize(at, count, out.length);
    int blocks = count / type.blockSize();
    int run = Math.min(blocks, COPY_BYTES / type.blockBytes());
    byte[] copy = new byte[run * type.blockBytes()];
    for (int done = 0; done < blocks; done += run) {
      int now = Math.min(run, blocks - done);
      long from = offset + (long) done * type.blockBytes();
      MemorySegment.copy(source, ValueLayout.JAVA_BYTE, from, copy, 0, now * type.blockBytes());
      decode(copy, now, out, at + done * type.blockSize());
    }
  }

  /** Decodes {@code count} blocks from the start of {@code blocks} to {@code out[at]} and on. */
  abstract void decode(byte[] blocks, int count, float[] out, int at);

  /**
   * 32 elements whose nibbles choose among {@code values}: element j in the low nibble of byte j,
   * element j + 16 in the high one.
   */
  static void nibbles(byte[] blocks, int at, byte[] values, float scale, float[] out, int x) {
    for (int j = 0; j < 16; j++) {
      out[x + j] = scale * values[blocks[at + j] & 15];
      out[x + 16 + j] = scale * values[blocks[at + j] >> 4 & 15];
    }
  }

  /** The f16 at {@code at}. */
  static float half(byte[] bytes, int at) {
    return Float.float16ToFloat((short) ((bytes[at] & 0xFF) | (bytes[at + 1] << 8)));
  }

  /** The little-endian 16 bits at {@code at}. */
  static int unsignedShort(byte[] bytes, int at) {
    return (bytes[at] & 0xFF) | ((bytes[at + 1] & 0xFF) << 8);
  }

  /** The little-endian 32 bits at {@code at}. */
  static int word(byte[] bytes, int at) {
    return (bytes[at] & 0xFF)
        | ((bytes[at + 1] & 0xFF) << 8)
        | ((bytes[at + 2] & 0xFF) << 16)
        | (bytes[at + 3] << 24);
  }
}
