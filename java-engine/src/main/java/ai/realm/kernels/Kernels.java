package ai.realm.kernels;

import ai.realm.gguf.TensorInfo;
import ai.realm.gguf.TensorType;
import java.lang.foreign.Arena;
import java.util.Set;

/**
 * The arithmetic of a forward pass. Every method works on the calling thread alone and touches only
 * what its arguments name, so callers divide work among threads as they like. All values are f32
 * unless said otherwise.
 */
public interface Kernels extends ElementwiseKernels, RecurrentKernels {

  /** The provider's name: {@code scalar}, {@code vector} or {@code native}. */
  String name();

  /**
   * Of a model's matrix types those whose products run in Java's interpreter at first, a thousand
   * times slower than compiled: what {@link WarmUp} is for.
   */
  Set<TensorType> startingCold(Set<TensorType> types);

  /**
   * Brings a two-dimensional tensor into the form that products read, in parallel on {@code pool}.
   * The matrix is good for as long as {@code arena}, which takes in what it needs beside the
   * tensor's own data, and that data.
   */
  Matrix prepare(TensorInfo tensor, WorkerPool pool, Arena arena);

  /**
   * Bytes that {@link #prepare} takes beside the file for a tensor of this shape, without reading
   * it; 0 where products read the file's own.
   */
  long preparedBytes(TensorInfo tensor);

  /**
   * The product of each row of {@code x}, {@link Rows#EACH}, with the weight rows of the units
   * {@code [unit, endUnit)}: {@code y[t][n] = sum_k x[t][k] * w[n][k]}. Weights are read from
   * memory once for all rows; a row has the bits that it has alone. {@link Products} fills {@code
   * x.sums()} before, and {@code x.rounded()} where {@link #roundedWords} is not 0.
   *
   * @param x {@code (n_tokens, w.columns())}
   * @param y receives row n of token t at {@code at + t * stride + n}
   */
  void matvec(Matrix w, Activations x, float[] y, int at, int stride, int unit, int endUnit);

  /**
   * The same of rows that go {@link Rows#TOGETHER}, without sums: a row has other bits here, but
   * they do not depend on how many others there are, either.
   */
  void matmul(Matrix w, Activations x, float[] y, int at, int stride, int unit, int endUnit);

  /** Fills {@code x.sums()}, for which there is room. */
  void sums(Activations x);

  /**
   * Words a token of what {@link #round} makes of activations for the products of such rows with
   * {@code w}; 0 where they are read as they are.
   */
  default int roundedWords(Matrix w, Rows rows) {
    return 0;
  }

  /**
   * Fills {@code x.rounded()} from the rows {@code [token, end)} of {@code x}, where {@link
   * #roundedWords} of a matrix is not 0.
   */
  default void round(Activations x, Rows rows, int token, int end) {
    throw new UnsupportedOperationException(name() + " kernels read all activations as they are");
  }

  /**
   * Pieces that each thread's share of a product is cut into: many, so that a slow thread delays
   * little, but fewer where every piece repeats work that is not small beside its products.
   */
  default int pieces(Rows rows) {
    return 16;
  }

  /** Attention over the KV cache. */
  AttentionKernels attention();
}
