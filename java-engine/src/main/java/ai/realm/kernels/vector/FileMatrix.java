package ai.realm.kernels.vector;

import ai.realm.gguf.TensorInfo;
import ai.realm.gguf.TensorType;
import ai.realm.kernels.FileBacked;
import ai.realm.quant.BlockFormat;

/**
 * A matrix that is read from the file's own blocks: of a type, or with scales, that no packed
 * layout holds.
 */
final class FileMatrix implements FileBacked {
  private final TensorInfo tensor;
  private final BlockFormat format;

  FileMatrix(TensorInfo tensor) {
    this.tensor = tensor;
    this.format = BlockFormat.of(tensor.type());
  }

  /**
   * Dequantizes columns {@code [k0, k0 + count)} of a row to {@code out} from {@code at}; both are
   * multiples of the type's block.
   */
  void row(int row, int k0, int count, float[] out, int at) {
    TensorType type = tensor.type();
    long element = (long) row * columns() + k0;
    format.dequantize(
        tensor.data(), element / type.blockSize() * type.blockBytes(), out, at, count);
  }

  @Override
  public TensorInfo tensor() {
    return tensor;
  }
}
