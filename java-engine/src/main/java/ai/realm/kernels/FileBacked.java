package ai.realm.kernels;

import ai.realm.gguf.TensorInfo;
import ai.realm.gguf.TensorType;
import ai.realm.kernels.packed.Layout;
import ai.realm.quant.BlockFormat;

/** A matrix that is read where its file has it: nothing is copied. */
public sealed interface FileBacked extends Matrix {
  /**
   * Blocks of any type, dequantized a row at a time: what scalar kernels read, and all others of a
   * type, or with scales, that no layout holds.
   *
   * @param tensor the blocks, row after row
   */
  record Blocks(TensorInfo tensor) implements FileBacked {
    /** Dequantizes row {@code n} to {@code out}, from its start on. */
    public void row(int n, float[] out) {
      TensorType type = tensor.type();
      long block = (long) n * columns() / type.blockSize();
      BlockFormat.of(type).dequantize(tensor.data(), block * type.blockBytes(), out, 0, columns());
    }
  }

  /**
   * Rows that native kernels read as they are; a mapped file's pages come when they are first
   * needed.
   *
   * @param tensor the rows
   * @param layout how they lie
   */
  record Rows(TensorInfo tensor, Layout layout) implements FileBacked {}

  /** Its blocks, row after row. */
  TensorInfo tensor();

  @Override
  default int rows() {
    return Math.toIntExact(tensor().rows());
  }

  @Override
  default int columns() {
    return Math.toIntExact(tensor().columns());
  }

  @Override
  default long bytes() {
    return 0;
  }
}
