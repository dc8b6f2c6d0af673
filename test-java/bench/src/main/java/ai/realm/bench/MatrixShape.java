package ai.realm.bench;

import ai.realm.gguf.TensorInfo;
import ai.realm.gguf.TensorType;
import ai.realm.kernels.Activations;
import ai.realm.kernels.Kernels;
import ai.realm.kernels.Matrix;
import ai.realm.kernels.WorkerPool;
import java.lang.foreign.Arena;
import java.util.Random;

/** The matrix of the products that are measured: that of a feed-forward network of 1.1B weights. */
final class MatrixShape {
  static final int ROWS = 5632;
  static final int COLUMNS = 2048;

  private MatrixShape() {}

  /** What a product with {@code tokens} tokens has to do. */
  static Work work(String type, String provider, int tokens) {
    try (Arena arena = Arena.ofShared();
        WorkerPool pool = Machine.newPool()) {
      TensorInfo tensor = tensor(type, arena);
      Matrix matrix = Providers.open(provider).prepare(tensor, pool, arena);
      double flops = 2.0 * tokens * ROWS * COLUMNS;
      double vectors = 4.0 * tokens * (ROWS + COLUMNS);
      return new Work(bytes(tensor, matrix) + vectors, flops);
    }
  }

  /** Matrices that together lie beyond the caches. */
  static Matrix[] matrices(String type, Kernels kernels, WorkerPool pool, Arena arena) {
    TensorInfo tensor = tensor(type, arena);
    Matrix first = kernels.prepare(tensor, pool, arena);
    Matrix[] matrices = new Matrix[Machine.copies(bytes(tensor, first))];
    matrices[0] = first;
    for (int i = 1; i < matrices.length; i++) {
      matrices[i] = kernels.prepare(tensor(type, arena), pool, arena);
    }
    return matrices;
  }

  /** Random values of some tokens. */
  static Activations activations(int tokens) {
    Activations x = new Activations(COLUMNS).resize(tokens);
    Random random = new Random(2);
    for (int i = 0; i < tokens * COLUMNS; i++) {
      x.values()[i] = (float) random.nextGaussian();
    }
    return x;
  }

  private static TensorInfo tensor(String type, Arena arena) {
    return RandomTensor.of(TensorType.valueOf(type), ROWS, COLUMNS, arena);
  }

  /** What a product reads of it: the repacked form, where there is one. */
  private static long bytes(TensorInfo tensor, Matrix matrix) {
    return matrix.bytes() == 0 ? tensor.data().byteSize() : matrix.bytes();
  }
}
