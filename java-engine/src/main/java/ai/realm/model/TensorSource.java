package ai.realm.model;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.gguf.Gguf;
import ai.realm.gguf.TensorInfo;
import ai.realm.kernels.Kernels;
import ai.realm.kernels.Matrix;
import ai.realm.kernels.WorkerPool;
import ai.realm.quant.BlockFormat;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Takes a model's tensors from its file by name, checks their shapes, and knows which were never
 * taken.
 */
final class TensorSource {
  private final Gguf gguf;
  private final Kernels kernels;
  private final WorkerPool pool;
  private final Arena arena;
  private final Set<String> taken = new HashSet<>();

  /** Prepares matrices on {@code pool}, with storage from {@code arena}. */
  TensorSource(Gguf gguf, Kernels kernels, WorkerPool pool, Arena arena) {
    this.gguf = gguf;
    this.kernels = kernels;
    this.pool = pool;
    this.arena = arena;
  }

  /** Whether the file has this tensor. */
  boolean has(String name) {
    return gguf.tensor(name).isPresent();
  }

  /** The tensor, of exactly this shape in GGUF's order. */
  TensorInfo tensor(String name, long... shape) {
    TensorInfo tensor =
        gguf.tensor(name)
            .orElseThrow(() ->
                new EngineException(
                    ErrorCode.MODEL_INVALID,
                    "the file has no tensor " + name + ", which its architecture needs"));
    if (!Arrays.equals(tensor.shape(), shape)) {
      throw new EngineException(
          ErrorCode.MODEL_INVALID,
          "tensor "
              + name
              + " has the shape "
              + Arrays.toString(tensor.shape())
              + ", "
              + Arrays.toString(shape)
              + " is expected");
    }
    taken.add(name);
    return tensor;
  }

  /** A vector of f32, as norms have. */
  float[] vector(String name, int n) {
    TensorInfo tensor = tensor(name, n);
    float[] values = new float[n];
    BlockFormat.of(tensor.type()).dequantize(tensor.data(), 0, values, 0, n);
    return values;
  }

  /**
   * A weight matrix of {@code rows} output and {@code columns} input features, ready for the
   * kernels.
   */
  Matrix matrix(String name, int rows, int columns) {
    return kernels.prepare(tensor(name, columns, rows), pool, arena);
  }

  /** Marks a tensor that another part reads, or that adds nothing. */
  void ignore(String name) {
    taken.add(name);
  }

  /**
   * Refuses a file with tensors that no part of the forward pass reads: its result would be wrong.
   *
   * @throws EngineException {@code UNSUPPORTED_ARCHITECTURE}, naming the first
   */
  void requireAllTaken(String architecture) {
    for (TensorInfo tensor : gguf.tensors()) {
      if (!taken.contains(tensor.name())) {
        throw new EngineException(
            ErrorCode.UNSUPPORTED_ARCHITECTURE,
            "tensor "
                + tensor.name()
                + " has no place in the forward pass of "
                + architecture
                + " here; this variant of the architecture is not supported");
      }
    }
  }
}
