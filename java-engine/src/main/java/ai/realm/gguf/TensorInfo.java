package ai.realm.gguf;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;

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

  /**
   * Slice {@code index} along the last dimension, without a copy: of a mixture's {@code (n_in,
   * n_out, n_expert)}, the matrix {@code (n_in, n_out)} of one expert.
   *
   * @return a tensor of the other dimensions, whose name has the index behind it: {@code
   *     blk.0.ffn_up_exps.weight[3]}
   * @throws IndexOutOfBoundsException if there is no such slice
   * @throws IllegalArgumentException for a tensor of one dimension, whose slices would cut blocks
   */
  public TensorInfo slice(int index) {
    if (shape.length < 2) {
      throw new IllegalArgumentException(name + " has one dimension, expected two or more");
    }
    long slices = shape[shape.length - 1];
    Objects.checkIndex((long) index, slices);
    long bytes = rows() / slices * rowBytes();
    return new TensorInfo(
        name + "[" + index + "]",
        type,
        Arrays.copyOf(shape, shape.length - 1),
        offset + index * bytes,
        data.asSlice(index * bytes, bytes));
  }

  /**
   * The rows {@code [first, first + count)} of a matrix, without a copy: where a file has several
   * matrices of the same input in one, each of them.
   *
   * @return a tensor whose name has the rows behind it: {@code blk.0.attn_qkv.weight[64:96]}
   * @throws IndexOutOfBoundsException if there are no such rows
   * @throws IllegalArgumentException for a tensor that is no matrix
   */
  public TensorInfo rows(int first, int count) {
    if (shape.length != 2) {
      throw new IllegalArgumentException(name + " has " + shape.length + " dimensions, expected 2");
    }
    Objects.checkFromIndexSize((long) first, (long) count, rows());
    return new TensorInfo(
        name + "[" + first + ":" + (first + count) + "]",
        type,
        new long[] {columns(), count},
        offset + first * rowBytes(),
        data.asSlice(first * rowBytes(), count * rowBytes()));
  }
}
