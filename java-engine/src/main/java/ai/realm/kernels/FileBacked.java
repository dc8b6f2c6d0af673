package ai.realm.kernels;

import ai.realm.gguf.TensorInfo;
import ai.realm.gguf.TensorType;
import ai.realm.quant.BlockFormat;

/** A matrix that is read where its file has it: nothing is copied. */
public interface FileBacked extends Matrix {
  /** Its blocks, row after row. */
  TensorInfo tensor();

  /** Dequantizes row {@code n} to {@code out}, from its start on. */
  default void row(int n, float[] out) {
    TensorType type = tensor().type();
    long block = (long) n * columns() / type.blockSize();
    BlockFormat.of(type).dequantize(tensor().data(), block * type.blockBytes(), out, 0, columns());
  }

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
