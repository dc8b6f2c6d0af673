package ai.realm.kernels.scalar;

import ai.realm.gguf.TensorInfo;
import ai.realm.gguf.TensorType;
import ai.realm.kernels.Matrix;
import ai.realm.quant.BlockFormat;

/**
 * A matrix as its file has it.
 *
 * @param tensor its blocks
 */
record ScalarMatrix(TensorInfo tensor) implements Matrix {
  /** The dequantized row {@code n}. */
  float[] row(int n) {
    TensorType type = tensor.type();
    float[] row = new float[columns()];
    long offset = (long) n * columns() / type.blockSize() * type.blockBytes();
    BlockFormat.of(type).dequantize(tensor.data(), offset, row, 0, row.length);
    return row;
  }

  @Override
  public int rows() {
    return Math.toIntExact(tensor.rows());
  }

  @Override
  public int columns() {
    return Math.toIntExact(tensor.columns());
  }

  @Override
  public long bytes() {
    return 0;
  }
}
