package ai.realm.kernels.ffm;

import ai.realm.gguf.TensorInfo;
import ai.realm.kernels.FileBacked;

/**
 * A matrix whose rows the library reads where the file has them: nothing is copied, and a mapped
 * file's pages come when they are first needed.
 *
 * @param tensor its rows
 * @param layout how they lie
 */
record FileRows(TensorInfo tensor, NativeLayout layout) implements FileBacked {}
