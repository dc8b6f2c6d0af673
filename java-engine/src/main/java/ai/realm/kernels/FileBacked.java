package ai.realm.kernels;

import ai.realm.gguf.TensorInfo;

/** A matrix that is read where its file has it: nothing is copied. */
public interface FileBacked extends Matrix {
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
