package ai.realm.kernels.scalar;

import ai.realm.gguf.TensorInfo;
import ai.realm.kernels.FileBacked;

/**
 * A matrix as its file has it.
 *
 * @param tensor its blocks
 */
record ScalarMatrix(TensorInfo tensor) implements FileBacked {}
