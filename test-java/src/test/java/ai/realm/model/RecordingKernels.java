package ai.realm.model;

import static org.junit.jupiter.api.Assertions.assertFalse;

import ai.realm.gguf.TensorInfo;
import ai.realm.gguf.TensorType;
import ai.realm.kernels.Activations;
import ai.realm.kernels.AttentionKernels;
import ai.realm.kernels.Kernels;
import ai.realm.kernels.Matrix;
import ai.realm.kernels.Rows;
import ai.realm.kernels.WorkerPool;
import ai.realm.kernels.packed.PackedMatrix;
import ai.realm.kernels.vector.VectorKernels;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** The vector kernels, with a list of the packed matrices that they made. */
final class RecordingKernels implements Kernels {
  private final Kernels kernels = new VectorKernels();
  private final List<PackedMatrix> prepared = new CopyOnWriteArrayList<>();

  List<PackedMatrix> prepared() {
    return prepared;
  }

  void assertAllReleased() {
    for (PackedMatrix matrix : prepared) {
      assertFalse(matrix.data().scope().isAlive(), "a matrix's storage is held");
    }
  }

  @Override
  public String name() {
    return kernels.name();
  }

  @Override
  public Matrix prepare(TensorInfo tensor, WorkerPool pool, Arena arena) {
    Matrix matrix = kernels.prepare(tensor, pool, arena);
    if (matrix instanceof PackedMatrix packed) {
      prepared.add(packed);
    }
    return matrix;
  }

  @Override
  public long preparedBytes(TensorInfo tensor) {
    return kernels.preparedBytes(tensor);
  }

  @Override
  public Set<TensorType> startingCold(Set<TensorType> types) {
    return kernels.startingCold(types);
  }

  @Override
  public void sums(Activations x) {
    kernels.sums(x);
  }

  @Override
  public int roundedWords(Matrix w, Rows rows) {
    return kernels.roundedWords(w, rows);
  }

  @Override
  public void round(Activations x, Rows rows, int token, int end) {
    kernels.round(x, rows, token, end);
  }

  @Override
  public void matvec(Matrix w, Activations x, float[] y, int at, int stride, int unit, int end) {
    kernels.matvec(w, x, y, at, stride, unit, end);
  }

  @Override
  public void matmul(Matrix w, Activations x, float[] y, int at, int stride, int unit, int end) {
    kernels.matmul(w, x, y, at, stride, unit, end);
  }

  @Override
  public void rmsNorm(
      float[] x, int at, float[] weight, float epsilon, float[] out, int outAt, int n) {
    kernels.rmsNorm(x, at, weight, epsilon, out, outAt, n);
  }

  @Override
  public void add(float[] x, int at, float[] y, int yAt, int n) {
    kernels.add(x, at, y, yAt, n);
  }

  @Override
  public void swiglu(
      float[] gate, int gateAt, float[] up, int upAt, float[] out, int outAt, int n) {
    kernels.swiglu(gate, gateAt, up, upAt, out, outAt, n);
  }

  @Override
  public AttentionKernels attention() {
    return kernels.attention();
  }
}
