package ai.realm.kernels.vector;

import ai.realm.gguf.TensorInfo;
import ai.realm.kernels.FileBacked;

/**
 * A matrix that is read from the file's own blocks: of a type, or with scales, that no packed
 * layout holds.
 *
 * @param tensor its blocks
 */
record FileMatrix(TensorInfo tensor) implements FileBacked {}
