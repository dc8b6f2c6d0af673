package ai.realm.model;

import ai.realm.kernels.KvFormat;
import ai.realm.kernels.KvLayer;
import java.util.List;

/**
 * Spreads the values of heads by a Walsh-Hadamard matrix, where keys and values are kept in so few
 * bits that one far from the others, which sets their scale, would leave none to them: afterwards
 * all are of like size (Ashkboos et al. 2024, arXiv:2404.00456). The matrix is orthogonal and its
 * own inverse: the products of keys and queries that are both spread are the same, and a sum of
 * spread values is gathered by spreading it again.
 */
final class Spreading {
  private Spreading() {}

  /** Whether the keys and values of these are spread. */
  static boolean applies(List<KvLayer> layers) {
    return layers.getFirst().format() == KvFormat.Q4_0;
  }

  /**
   * {@code x = H x / sqrt(n)} of each run of {@code n} values, the greatest power of two that
   * divides a head.
   *
   * @param at index of the first of {@code count} values, which are whole heads
   */
  static void spread(float[] x, int at, int count, int headDim) {
    int n = Integer.lowestOneBit(headDim);
    float by = (float) (1 / Math.sqrt(n));
    for (int half = 1; half < n; half *= 2) {
      for (int start = at; start < at + count; start += 2 * half) {
        for (int i = start; i < start + half; i++) {
          float sum = x[i] + x[i + half];
          x[i + half] = x[i] - x[i + half];
          x[i] = sum;
        }
      }
    }
    for (int i = at; i < at + count; i++) {
      x[i] *= by;
    }
  }
}
