package ai.realm.kernels.vector;

import static ai.realm.kernels.vector.Lanes.COUNT;

import ai.realm.kernels.Matrix;
import ai.realm.kernels.packed.Layout;
import java.util.Arrays;

/**
 * The dense product behind prefill and attention: rows of f32 by a panel, {@code (depth, WIDTH)},
 * that was brought to f32 once for all rows. Sums stay in registers over the whole depth: 12 rows
 * by two vectors where there are 32 registers, 6 by two where there are 16.
 */
final class PanelProduct {
  /** Rows are computed in multiples of this: the input has room for them. */
  static final int ROWS = 4;

  private static final boolean WIDE = COUNT == 16;

  /** Columns of a panel: two vectors, but no less than a group of a packed layout has. */
  static final int WIDTH = WIDE ? Matrix.UNIT : Layout.ROW_GROUP;

  /**
   * The depth after which a product may as well go on with another panel: what it reads then stays
   * in the nearest cache for all rows, which 16 registers need. Beyond it, sums wait in the result.
   */
  static final int DEPTH_SPAN = WIDE ? Integer.MAX_VALUE : 256;

  private static final int TALL_ROWS = WIDE ? 12 : 6;

  /** Values of a tile's product, for {@link #multiply}. */
  static final int SCRATCH = TALL_ROWS * WIDTH;

  private PanelProduct() {}

  /**
   * {@code c[i][n] (+)= sum_k a[i][k] * panel[k][n]} for {@code rows} rows and {@code columns} of
   * the panel's columns. The sum goes on from what {@code c} has, k by k, so that a depth that is
   * cut in pieces gives the same bits.
   *
   * @param a holds row i from {@code at + i * stride}, with room for rows up to a multiple of
   *     {@link #ROWS}
   * @param c receives row i from {@code to + i * cStride}
   * @param scratch room for {@link #SCRATCH} values
   * @param add whether to add to {@code c} or to replace it
   */
  static void multiply(
      float[] a,
      int at,
      int stride,
      int rows,
      float[] panel,
      int panelAt,
      int depth,
      float[] c,
      int to,
      int cStride,
      int columns,
      float[] scratch,
      boolean add) {
    for (int row = 0, height; row < rows; row += height) {
      height = height(rows - row);
      int from = at + row * stride;
      int line = to + row * cStride;
      int given = Math.min(height, rows - row);
      if (!add) {
        for (int i = 0; i < given; i++) {
          Arrays.fill(c, line + i * cStride, line + i * cStride + columns, 0);
        }
      }
      if (columns == WIDTH && given == height) {
        tile(height, a, from, stride, panel, panelAt, depth, c, line, cStride);
      } else {
        for (int i = 0; i < given; i++) {
          System.arraycopy(c, line + i * cStride, scratch, i * WIDTH, columns);
        }
        tile(height, a, from, stride, panel, panelAt, depth, scratch, 0, WIDTH);
        for (int i = 0; i < given; i++) {
          System.arraycopy(scratch, i * WIDTH, c, line + i * cStride, columns);
        }
      }
    }
  }

  /**
   * Rows of the next tile, where {@code left} are to do. Tiles of six end within the room for a
   * multiple of {@link #ROWS}: seven and eight rows are done by fours.
   */
  private static int height(int left) {
    boolean tall = WIDE ? left >= TALL_ROWS : left > 8 || left == 5 || left == 6;
    return tall ? TALL_ROWS : ROWS;
  }

  private static void tile(
      int height,
      float[] a,
      int at,
      int stride,
      float[] panel,
      int panelAt,
      int depth,
      float[] c,
      int to,
      int cStride) {
    for (int n = 0; n < WIDTH; n += 2 * COUNT) {
      if (height == ROWS) {
        PanelTiles.tile4(a, at, stride, panel, panelAt + n, depth, c, to + n, cStride);
      } else if (WIDE) {
        PanelTiles.tile12(a, at, stride, panel, panelAt + n, depth, c, to + n, cStride);
      } else {
        PanelTiles.tile6(a, at, stride, panel, panelAt + n, depth, c, to + n, cStride);
      }
    }
  }
}
