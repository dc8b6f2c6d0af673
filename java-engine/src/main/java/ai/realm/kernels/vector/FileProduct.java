package ai.realm.kernels.vector;

import static ai.realm.kernels.vector.Lanes.COUNT;
import static ai.realm.kernels.vector.Lanes.F;

import ai.realm.gguf.TensorType;
import ai.realm.kernels.Matrix;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/** Products with matrices that are read from the file's own blocks. */
final class FileProduct {
  /** Rows of scratch that a product needs. */
  static final int LINES = 8;

  private FileProduct() {}

  /**
   * Decode: rows {@code [first, end)} by one token's {@code x}.
   *
   * @param lines room for {@link #LINES} rows
   * @param y receives row n at {@code at + n}
   */
  static void matvec(
      FileMatrix m, float[] x, int first, int end, float[] lines, float[] y, int at) {
    int columns = m.columns();
    if (m.type() == TensorType.F32) {
      float[] sums = new float[LINES];
      for (int row = first; row < end; row += LINES) {
        int rows = Math.min(LINES, end - row);
        for (int i = 0; i < rows; i++) {
          m.row(row + i, 0, columns, lines, i * columns);
        }
        inOrder(lines, x, columns, sums);
        System.arraycopy(sums, 0, y, at + row, rows);
      }
      return;
    }
    float[] lanes = new float[COUNT];
    for (int row = first; row < end; row++) {
      m.row(row, 0, columns, lines, 0);
      y[at + row] = dot(lines, x, columns, lanes);
    }
  }

  /**
   * Eight lines by {@code x}, each added up in the order of {@link PanelProduct}, so that a token
   * gives the same bits alone and in a batch. An F16 cache of keys and values makes much of the
   * least difference, and F32 weights are what others are measured by. Memory is their limit: the
   * scalar sums cost nothing.
   */
  private static void inOrder(float[] lines, float[] x, int n, float[] sums) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float s4 = 0;
    float s5 = 0;
    float s6 = 0;
    float s7 = 0;
    for (int k = 0; k < n; k++) {
      float v = x[k];
      s0 = Math.fma(v, lines[k], s0);
      s1 = Math.fma(v, lines[n + k], s1);
      s2 = Math.fma(v, lines[2 * n + k], s2);
      s3 = Math.fma(v, lines[3 * n + k], s3);
      s4 = Math.fma(v, lines[4 * n + k], s4);
      s5 = Math.fma(v, lines[5 * n + k], s5);
      s6 = Math.fma(v, lines[6 * n + k], s6);
      s7 = Math.fma(v, lines[7 * n + k], s7);
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
    sums[4] = s4;
    sums[5] = s5;
    sums[6] = s6;
    sums[7] = s7;
  }

  private static float dot(float[] a, float[] b, int n, float[] lanes) {
    FloatVector s0 = FloatVector.zero(F);
    FloatVector s1 = FloatVector.zero(F);
    FloatVector s2 = FloatVector.zero(F);
    FloatVector s3 = FloatVector.zero(F);
    int i = 0;
    for (; i + 4 * COUNT <= n; i += 4 * COUNT) {
      s0 = FloatVector.fromArray(F, a, i).fma(FloatVector.fromArray(F, b, i), s0);
      s1 = FloatVector.fromArray(F, a, i + COUNT).fma(FloatVector.fromArray(F, b, i + COUNT), s1);
      s2 =
          FloatVector.fromArray(F, a, i + 2 * COUNT)
              .fma(FloatVector.fromArray(F, b, i + 2 * COUNT), s2);
      s3 =
          FloatVector.fromArray(F, a, i + 3 * COUNT)
              .fma(FloatVector.fromArray(F, b, i + 3 * COUNT), s3);
    }
    s0.add(s1).add(s2.add(s3)).intoArray(lanes, 0);
    float sum = Lanes.sum(lanes);
    for (; i < n; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /**
   * Prefill: {@code rows} rows from {@code first} to a panel of {@link Matrix#UNIT}.
   *
   * @param line room for a row
   * @param panel receives column k, row n at {@code k * UNIT + n}; zeros where there is no row
   */
  static void unpack(FileMatrix m, int first, int rows, float[] line, float[] panel) {
    int depth = m.columns();
    for (int n = 0; n < Matrix.UNIT; n++) {
      if (n < rows) {
        m.row(first + n, 0, depth, line, 0);
      } else {
        Arrays.fill(line, 0, depth, 0);
      }
      for (int k = 0; k < depth; k++) {
        panel[k * Matrix.UNIT + n] = line[k];
      }
    }
  }
}
