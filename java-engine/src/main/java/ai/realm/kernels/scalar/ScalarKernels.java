package ai.realm.kernels.scalar;

import ai.realm.gguf.TensorInfo;
import ai.realm.gguf.TensorType;
import ai.realm.kernels.Activations;
import ai.realm.kernels.AttentionKernels;
import ai.realm.kernels.FileBacked;
import ai.realm.kernels.Kernels;
import ai.realm.kernels.Matrix;
import ai.realm.kernels.WorkerPool;
import java.lang.foreign.Arena;
import java.util.Set;

/**
 * The truth that other kernels are tested against: each formula as it is written, on the file's own
 * blocks, with sums in f64.
 */
public final class ScalarKernels implements Kernels {
  private final AttentionKernels attention = new ScalarAttention();

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
    return new FileBacked.Blocks(tensor);
  }

  @Override
  public long preparedBytes(TensorInfo tensor) {
    return 0;
  }

  @Override
  public void sums(Activations x) {
    int runs = Activations.runs(x.columns());
    for (int t = 0; t < x.tokens(); t++) {
      for (int run = 0; run < runs; run++) {
        double sum = 0;
        int start = run * Activations.SUM_RUN;
        for (int i = start; i < Math.min(start + Activations.SUM_RUN, x.columns()); i++) {
          sum += x.values()[t * x.columns() + i];
        }
        x.sums()[t * runs + run] = (float) sum;
      }
    }
  }

  @Override
  public void matvec(
      Matrix w, Activations x, float[] y, int at, int stride, int unit, int endUnit) {
    matmul(w, x, y, at, stride, unit, endUnit);
  }

  @Override
  public void matmul(
      Matrix w, Activations x, float[] y, int at, int stride, int unit, int endUnit) {
    if (!(w instanceof FileBacked.Blocks matrix)) {
      throw new IllegalArgumentException(
          w.getClass().getName() + " was not prepared by these kernels");
    }
    int columns = x.columns();
    float[] row = new float[columns];
    for (int n = unit * Matrix.UNIT; n < Math.min(endUnit * Matrix.UNIT, w.rows()); n++) {
      matrix.row(n, row);
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
  public AttentionKernels attention() {
    return attention;
  }
}
