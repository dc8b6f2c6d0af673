package ai.realm.kernels.scalar;

import ai.realm.gguf.TensorInfo;
import ai.realm.gguf.TensorType;
import ai.realm.kernels.FileBacked;
import ai.realm.quant.BlockFormat;

/**
 * A matrix as its file has it.
 *
 * @param tensor its blocks
 */
record ScalarMatrix(TensorInfo tensor) implements FileBacked {
  /** The dequantized row {@code n}. */
  float[] row(int n) {
    TensorType type = tensor.type();
    float[] row = new float[columns()];
    long offset = (long) n * columns() / type.blockSize() * type.blockBytes();
    BlockFormat.of(type).dequantize(tensor.data(), offset, row, 0, row.length);
    return row;
  }
}
