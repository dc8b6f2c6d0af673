package ai.realm.gguf;

import java.lang.foreign.MemorySegment;

/**
 * One tensor of a GGUF file.
 *
 * @param name its name in the file, as {@code blk.0.attn_q.weight}
 * @param type the element type
 * @param shape dimensions in GGUF's order: the first is the fastest (a row's length)
 * @param offset bytes from the start of its file to its data
 * @param data its quantized bytes, read-only, valid while the {@link Gguf} is open
 */
public record TensorInfo(
    String name, TensorType type, long[] shape, long offset, MemorySegment data) {

  /** The number of elements. */
  public long elements() {
    long n = 1;
    for (long dim : shape) {
      n *= dim;
    }
    return n;
  }

  /** Elements a row: the first dimension. */
  public long columns() {
    return shape[0];
  }

  /** Rows: the product of all dimensions but the first. */
  public long rows() {
    return elements() / shape[0];
  }

  /** Bytes of one row. */
  public long rowBytes() {
    return columns() / type.blockSize() * type.blockBytes();
  }
}
