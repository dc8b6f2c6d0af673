package ai.realm.kernels.vector;

import static ai.realm.kernels.vector.Lanes.COUNT;
import static ai.realm.kernels.vector.Lanes.F;
import static ai.realm.kernels.vector.PanelProduct.WIDTH;

import ai.realm.kernels.Activations;
import ai.realm.kernels.FileBacked;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/** Products with matrices that are read from the file's own blocks. */
final class FileProduct {
  private FileProduct() {}

  /**
   * Decode: rows {@code [first, end)} by each token's {@code x}.
   *
   * @param weights room for a row
   * @param y receives row n of token t at {@code at + t * stride + n}
   */
  static void matvec(
      FileBacked.Blocks m,
      Activations x,
      int first,
      int end,
      float[] weights,
      float[] y,
      int at,
      int stride) {
    int columns = m.columns();
    float[] lanes = new float[COUNT];
    for (int row = first; row < end; row++) {
      m.row(row, weights);
      for (int t = 0; t < x.tokens(); t++) {
        y[at + t * stride + row] = dot(weights, x.values(), t * columns, columns, lanes);
      }
    }
  }

  private static float dot(float[] a, float[] b, int from, int n, float[] lanes) {
    FloatVector s0 = FloatVector.zero(F);
    FloatVector s1 = FloatVector.zero(F);
    FloatVector s2 = FloatVector.zero(F);
    FloatVector s3 = FloatVector.zero(F);
    int i = 0;
    for (; i + 4 * COUNT <= n; i += 4 * COUNT) {
      s0 = FloatVector.fromArray(F, a, i).fma(FloatVector.fromArray(F, b, from + i), s0);
      s1 =
          FloatVector.fromArray(F, a, i + COUNT)
              .fma(FloatVector.fromArray(F, b, from + i + COUNT), s1);
      s2 =
          FloatVector.fromArray(F, a, i + 2 * COUNT)
              .fma(FloatVector.fromArray(F, b, from + i + 2 * COUNT), s2);
      s3 =
          FloatVector.fromArray(F, a, i + 3 * COUNT)
              .fma(FloatVector.fromArray(F, b, from + i + 3 * COUNT), s3);
    }
    s0.add(s1).add(s2.add(s3)).intoArray(lanes, 0);
    float sum = Lanes.sum(lanes);
    for (; i < n; i++) {
      sum += a[i] * b[from + i];
    }
    return sum;
  }

  /**
   * Prefill: {@code rows} rows from {@code first} to a panel of {@link PanelProduct#WIDTH}.
   *
   * @param weights room for a row
   * @param panel receives column k, row n at {@code k * WIDTH + n}; zeros where there is no row
   */
  static void unpack(FileBacked.Blocks m, int first, int rows, float[] weights, float[] panel) {
    int depth = m.columns();
    for (int n = 0; n < WIDTH; n++) {
      if (n < rows) {
        m.row(first + n, weights);
      } else {
        Arrays.fill(weights, 0, depth, 0);
      }
      for (int k = 0; k < depth; k++) {
        panel[k * WIDTH + n] = weights[k];
      }
    }
  }
}
