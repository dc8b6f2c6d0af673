package ai.realm.kernels.scalar;

import ai.realm.gguf.TensorInfo;
import ai.realm.gguf.TensorType;
import ai.realm.kernels.Activations;
import ai.realm.kernels.Kernels;
import ai.realm.kernels.KvFormat;
import ai.realm.kernels.KvLayer;
import ai.realm.kernels.Matrix;
import ai.realm.kernels.WorkerPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;

/**
 * The truth that other kernels are tested against: each formula as it is written, on the file's own
 * blocks, with sums in f64.
 */
public final class ScalarKernels implements Kernels {
  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public Set<TensorType> startingCold(Set<TensorType> types) {
    return Set.of(); // Scalar code is slow, but hardly slower at first.
  }

  @Override
  public Matrix prepare(TensorInfo tensor, WorkerPool pool, Arena arena) {
    return new ScalarMatrix(tensor);
  }

  @Override
  public void sums(Activations x) {
    for (int run = 0; run < x.sums().length; run++) {
      double sum = 0;
      int start = run * Activations.RUN;
      for (int i = start; i < Math.min(start + Activations.RUN, x.columns()); i++) {
        sum += x.values()[i];
      }
      x.sums()[run] = (float) sum;
    }
  }

  @Override
  public void matmul(
      Matrix w, Activations x, float[] y, int at, int stride, int unit, int endUnit) {
    if (!(w instanceof ScalarMatrix matrix)) {
      throw new IllegalArgumentException(
          w.getClass().getName() + " was not prepared by these kernels");
    }
    int columns = x.columns();
    for (int n = unit * Matrix.UNIT; n < Math.min(endUnit * Matrix.UNIT, w.rows()); n++) {
      float[] row = matrix.row(n);
      for (int t = 0; t < x.tokens(); t++) {
        double sum = 0;
        for (int k = 0; k < columns; k++) {
          sum += (double) x.values()[t * columns + k] * row[k];
        }
        y[at + t * stride + n] = (float) sum;
      }
    }
  }

  @Override
  public void rmsNorm(
      float[] x, int at, float[] weight, float epsilon, float[] out, int outAt, int n) {
    double squares = 0;
    for (int i = 0; i < n; i++) {
      squares += (double) x[at + i] * x[at + i];
    }
    double scale = 1 / Math.sqrt(squares / n + epsilon);
    for (int i = 0; i < n; i++) {
      out[outAt + i] = (float) (x[at + i] * scale * weight[i]);
    }
  }

  @Override
  public void add(float[] x, int at, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      x[at + i] += y[yAt + i];
    }
  }

  @Override
  public void swiglu(
      float[] gate, int gateAt, float[] up, int upAt, float[] out, int outAt, int n) {
    for (int i = 0; i < n; i++) {
      double g = gate[gateAt + i];
      out[outAt + i] = (float) (g / (1 + Math.exp(-g)) * up[upAt + i]);
    }
  }

  @Override
  public void attend(
      float[] q,
      int stride,
      int token,
      int tokens,
      int firstPosition,
      KvLayer kv,
      int kvHead,
      int group,
      float scale,
      float[] out) {
    int dim = kv.headDim();
    for (int t = token; t < token + tokens; t++) {
      int visible = firstPosition + t + 1;
      for (int h = kvHead * group; h < (kvHead + 1) * group; h++) {
        int at = t * stride + h * dim;
        double[] weights = weights(q, at, kv, kvHead, visible, scale);
        for (int i = 0; i < dim; i++) {
          double sum = 0;
          for (int p = 0; p < visible; p++) {
            sum += weights[p] * value(kv, kvHead, p, i);
          }
          out[at + i] = (float) sum;
        }
      }
    }
  }

  /** softmax(q k^T * scale) over the visible positions. */
  private static double[] weights(
      float[] q, int at, KvLayer kv, int kvHead, int visible, float scale) {
    double[] scores = new double[visible];
    double max = Double.NEGATIVE_INFINITY;
    for (int p = 0; p < visible; p++) {
      double dot = 0;
      for (int i = 0; i < kv.headDim(); i++) {
        dot += (double) q[at + i] * key(kv, kvHead, p, i);
      }
      scores[p] = dot * scale;
      max = Math.max(max, scores[p]);
    }
    double sum = 0;
    for (int p = 0; p < visible; p++) {
      scores[p] = Math.exp(scores[p] - max);
      sum += scores[p];
    }
    for (int p = 0; p < visible; p++) {
      scores[p] /= sum;
    }
    return scores;
  }

  private static float key(KvLayer kv, int kvHead, int position, int i) {
    int inPage = position % KvLayer.PAGE;
    MemorySegment page = kv.pages()[position / KvLayer.PAGE];
    long at = keyIndex(inPage, kv.headDim(), i);
    return switch (kv.format()) {
      case F16 -> half(page, kv.keys(kvHead) + at * Short.BYTES);
      case Q8_0 -> {
        long scale = keyIndex(inPage, KvFormat.runs(kv.headDim()), i / KvFormat.RUN);
        yield page.get(ValueLayout.JAVA_BYTE, kv.keys(kvHead) + at)
            * half(page, kv.keyScales(kvHead) + scale * Short.BYTES);
      }
    };
  }

  /** The index of row {@code i} at a position, in blocks of {@code (rows, 16)}. */
  private static long keyIndex(int inPage, int rows, int i) {
    long block = (long) inPage / KvLayer.BLOCK * rows * KvLayer.BLOCK;
    return block + (long) i * KvLayer.BLOCK + inPage % KvLayer.BLOCK;
  }

  private static float value(KvLayer kv, int kvHead, int position, int i) {
    int inPage = position % KvLayer.PAGE;
    MemorySegment page = kv.pages()[position / KvLayer.PAGE];
    long at = (long) inPage * kv.headDim() + i;
    return switch (kv.format()) {
      case F16 -> half(page, kv.values(kvHead) + at * Short.BYTES);
      case Q8_0 -> {
        long scale = (long) inPage * KvFormat.runs(kv.headDim()) + i / KvFormat.RUN;
        yield page.get(ValueLayout.JAVA_BYTE, kv.values(kvHead) + at)
            * half(page, kv.valueScales(kvHead) + scale * Short.BYTES);
      }
    };
  }

  private static float half(MemorySegment page, long at) {
    return Float.float16ToFloat(page.get(ValueLayout.JAVA_SHORT_UNALIGNED, at));
  }
}
