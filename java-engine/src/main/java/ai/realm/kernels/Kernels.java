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
public interface Kernels {

  /** The provider's name: {@code scalar}, {@code vector} or {@code native}. */
  String name();

  /**
   * Of a model's matrix types those whose products run in Java's interpreter at first, a thousand
   * times slower than compiled: what {@link WarmUp} is for.
   */
  Set<TensorType> startingCold(Set<TensorType> types);

  /**
   * Brings a two-dimensional tensor into the form that {@link #matmul} reads, in parallel on {@code
   * pool}. The matrix is good for as long as {@code arena}, which takes in what it needs beside the
   * tensor's own data, and that data.
   */
  Matrix prepare(TensorInfo tensor, WorkerPool pool, Arena arena);

  /** Fills {@code x.sums()} from the first row of {@code x}. */
  void sums(Activations x);

  /**
   * Products of all rows of {@code x} with the weight rows of the units {@code [unit, endUnit)}:
   * {@code y[t][n] = sum_k x[t][k] * w[n][k]}. With one token, {@code x.sums()} must be filled, and
   * {@code x.rounded()} where {@link #roundedWords} is not 0.
   *
   * @param x {@code (n_tokens, w.columns())}
   * @param y receives row n of token t at {@code at + t * stride + n}
   */
  void matmul(Matrix w, Activations x, float[] y, int at, int stride, int unit, int endUnit);

  /**
   * Words a token of what {@link #round} makes of activations for the products of {@code tokens}
   * tokens with {@code w}; 0 where they are read as they are.
   */
  default int roundedWords(Matrix w, int tokens) {
    return 0;
  }

  /**
   * Fills {@code x.rounded()} from the rows {@code [token, end)} of {@code x}, where {@link
   * #roundedWords} of a matrix and all tokens of {@code x} is not 0.
   */
  default void round(Activations x, int token, int end) {
    throw new UnsupportedOperationException(name() + " kernels read all activations as they are");
  }

  /**
   * Pieces that each thread's share of a product is cut into: many, so that a slow thread delays
   * little, but fewer where every piece repeats work that is not small beside its products.
   *
   * @param tokens rows of the activations
   */
  default int pieces(int tokens) {
    return 16;
  }

  /**
   * Root mean square norm (Zhang and Sennrich 2019): {@code out = x / sqrt(mean(x^2) + epsilon) *
   * weight}.
   *
   * @param x holds {@code n} values from {@code at}
   * @param out receives them from {@code outAt}; may be {@code x}
   */
  void rmsNorm(float[] x, int at, float[] weight, float epsilon, float[] out, int outAt, int n);

  /** {@code x[at + i] += y[yAt + i]} for i in [0, n). */
  void add(float[] x, int at, float[] y, int yAt, int n);

  /**
   * SwiGLU (Shazeer 2020): {@code out = silu(gate) * up}, element by element; {@code out} may be
   * {@code gate}.
   */
  void swiglu(float[] gate, int gateAt, float[] up, int upAt, float[] out, int outAt, int n);

  /** Attention over the KV cache. */
  AttentionKernels attention();
}
