package ai.realm.kernels.vector;

import static ai.realm.kernels.vector.Lanes.COUNT;
import static ai.realm.kernels.vector.Lanes.F;

import ai.realm.kernels.Matrix;
import jdk.incubator.vector.FloatVector;

/**
 * The dense product behind prefill and attention: rows of f32 by a panel, {@code (depth, 32)}, that
 * was brought to f32 once for all rows. Sums stay in registers over the whole depth: 12 rows by two
 * vectors where there are 32 registers, 4 by two where there are 16.
 */
final class PanelProduct {
  /** Rows are computed in multiples of this: the input has room for them. */
  static final int ROWS = 4;

  private static final int WIDE_ROWS = 12;

  /** Values of a tile's product, for {@link #multiply}. */
  static final int SCRATCH = WIDE_ROWS * Matrix.UNIT;

  private static final boolean WIDE = COUNT == 16;

  private PanelProduct() {}

  /**
   * {@code c[i][n] (+)= sum_k a[i][k] * panel[k][n]} for {@code rows} rows and {@code columns} of
   * the panel's 32 columns.
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
      height = WIDE && row + WIDE_ROWS <= rows ? WIDE_ROWS : ROWS;
      boolean whole = !add && columns == Matrix.UNIT && row + height <= rows;
      float[] tile = whole ? c : scratch;
      int tileAt = whole ? to + row * cStride : 0;
      int tileStride = whole ? cStride : Matrix.UNIT;
      if (height == WIDE_ROWS) {
        tile12(a, at + row * stride, stride, panel, panelAt, depth, tile, tileAt, tileStride);
      } else {
        for (int n = 0; n < Matrix.UNIT; n += 2 * COUNT) {
          tile4(
              a,
              at + row * stride,
              stride,
              panel,
              panelAt + n,
              depth,
              tile,
              tileAt + n,
              tileStride);
        }
      }
      if (!whole) {
        for (int i = 0; i < Math.min(height, rows - row); i++) {
          int line = to + (row + i) * cStride;
          if (add) {
            Elementwise.add(c, line, scratch, i * Matrix.UNIT, columns);
          } else {
            System.arraycopy(scratch, i * Matrix.UNIT, c, line, columns);
          }
        }
      }
    }
  }

  /** 12 rows of {@code a} by two vectors of columns. */
  private static void tile12(
      float[] a,
      int at,
      int stride,
      float[] panel,
      int panelAt,
      int depth,
      float[] c,
      int to,
      int cStride) {
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s01 = FloatVector.zero(F);
    FloatVector s10 = FloatVector.zero(F);
    FloatVector s11 = FloatVector.zero(F);
    FloatVector s20 = FloatVector.zero(F);
    FloatVector s21 = FloatVector.zero(F);
    FloatVector s30 = FloatVector.zero(F);
    FloatVector s31 = FloatVector.zero(F);
    FloatVector s40 = FloatVector.zero(F);
    FloatVector s41 = FloatVector.zero(F);
    FloatVector s50 = FloatVector.zero(F);
    FloatVector s51 = FloatVector.zero(F);
    FloatVector s60 = FloatVector.zero(F);
    FloatVector s61 = FloatVector.zero(F);
    FloatVector s70 = FloatVector.zero(F);
    FloatVector s71 = FloatVector.zero(F);
    FloatVector s80 = FloatVector.zero(F);
    FloatVector s81 = FloatVector.zero(F);
    FloatVector s90 = FloatVector.zero(F);
    FloatVector s91 = FloatVector.zero(F);
    FloatVector s100 = FloatVector.zero(F);
    FloatVector s101 = FloatVector.zero(F);
    FloatVector s110 = FloatVector.zero(F);
    FloatVector s111 = FloatVector.zero(F);
    int p = panelAt;
    int a0 = at;
    int a1 = at + stride;
    int a2 = at + 2 * stride;
    int a3 = at + 3 * stride;
    int a4 = at + 4 * stride;
    int a5 = at + 5 * stride;
    int a6 = at + 6 * stride;
    int a7 = at + 7 * stride;
    int a8 = at + 8 * stride;
    int a9 = at + 9 * stride;
    int a10 = at + 10 * stride;
    int a11 = at + 11 * stride;
    for (int k = 0; k < depth; k++, p += Matrix.UNIT) {
      FloatVector b0 = FloatVector.fromArray(F, panel, p);
      FloatVector b1 = FloatVector.fromArray(F, panel, p + COUNT);
      FloatVector x;
      x = FloatVector.broadcast(F, a[a0 + k]);
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
      x = FloatVector.broadcast(F, a[a1 + k]);
      s10 = x.fma(b0, s10);
      s11 = x.fma(b1, s11);
      x = FloatVector.broadcast(F, a[a2 + k]);
      s20 = x.fma(b0, s20);
      s21 = x.fma(b1, s21);
      x = FloatVector.broadcast(F, a[a3 + k]);
      s30 = x.fma(b0, s30);
      s31 = x.fma(b1, s31);
      x = FloatVector.broadcast(F, a[a4 + k]);
      s40 = x.fma(b0, s40);
      s41 = x.fma(b1, s41);
      x = FloatVector.broadcast(F, a[a5 + k]);
      s50 = x.fma(b0, s50);
      s51 = x.fma(b1, s51);
      x = FloatVector.broadcast(F, a[a6 + k]);
      s60 = x.fma(b0, s60);
      s61 = x.fma(b1, s61);
      x = FloatVector.broadcast(F, a[a7 + k]);
      s70 = x.fma(b0, s70);
      s71 = x.fma(b1, s71);
      x = FloatVector.broadcast(F, a[a8 + k]);
      s80 = x.fma(b0, s80);
      s81 = x.fma(b1, s81);
      x = FloatVector.broadcast(F, a[a9 + k]);
      s90 = x.fma(b0, s90);
      s91 = x.fma(b1, s91);
      x = FloatVector.broadcast(F, a[a10 + k]);
      s100 = x.fma(b0, s100);
      s101 = x.fma(b1, s101);
      x = FloatVector.broadcast(F, a[a11 + k]);
      s110 = x.fma(b0, s110);
      s111 = x.fma(b1, s111);
    }
    s00.intoArray(c, to);
    s01.intoArray(c, to + COUNT);
    s10.intoArray(c, to + cStride);
    s11.intoArray(c, to + cStride + COUNT);
    s20.intoArray(c, to + 2 * cStride);
    s21.intoArray(c, to + 2 * cStride + COUNT);
    s30.intoArray(c, to + 3 * cStride);
    s31.intoArray(c, to + 3 * cStride + COUNT);
    s40.intoArray(c, to + 4 * cStride);
    s41.intoArray(c, to + 4 * cStride + COUNT);
    s50.intoArray(c, to + 5 * cStride);
    s51.intoArray(c, to + 5 * cStride + COUNT);
    s60.intoArray(c, to + 6 * cStride);
    s61.intoArray(c, to + 6 * cStride + COUNT);
    s70.intoArray(c, to + 7 * cStride);
    s71.intoArray(c, to + 7 * cStride + COUNT);
    s80.intoArray(c, to + 8 * cStride);
    s81.intoArray(c, to + 8 * cStride + COUNT);
    s90.intoArray(c, to + 9 * cStride);
    s91.intoArray(c, to + 9 * cStride + COUNT);
    s100.intoArray(c, to + 10 * cStride);
    s101.intoArray(c, to + 10 * cStride + COUNT);
    s110.intoArray(c, to + 11 * cStride);
    s111.intoArray(c, to + 11 * cStride + COUNT);
  }

  /** 4 rows of {@code a} by two vectors of columns. */
  private static void tile4(
      float[] a,
      int at,
      int stride,
      float[] panel,
      int panelAt,
      int depth,
      float[] c,
      int to,
      int cStride) {
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s01 = FloatVector.zero(F);
    FloatVector s10 = FloatVector.zero(F);
    FloatVector s11 = FloatVector.zero(F);
    FloatVector s20 = FloatVector.zero(F);
    FloatVector s21 = FloatVector.zero(F);
    FloatVector s30 = FloatVector.zero(F);
    FloatVector s31 = FloatVector.zero(F);
    int p = panelAt;
    int a0 = at;
    int a1 = at + stride;
    int a2 = at + 2 * stride;
    int a3 = at + 3 * stride;
    for (int k = 0; k < depth; k++, p += Matrix.UNIT) {
      FloatVector b0 = FloatVector.fromArray(F, panel, p);
      FloatVector b1 = FloatVector.fromArray(F, panel, p + COUNT);
      FloatVector x;
      x = FloatVector.broadcast(F, a[a0 + k]);
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
      x = FloatVector.broadcast(F, a[a1 + k]);
      s10 = x.fma(b0, s10);
      s11 = x.fma(b1, s11);
      x = FloatVector.broadcast(F, a[a2 + k]);
      s20 = x.fma(b0, s20);
      s21 = x.fma(b1, s21);
      x = FloatVector.broadcast(F, a[a3 + k]);
      s30 = x.fma(b0, s30);
      s31 = x.fma(b1, s31);
    }
    s00.intoArray(c, to);
    s01.intoArray(c, to + COUNT);
    s10.intoArray(c, to + cStride);
    s11.intoArray(c, to + cStride + COUNT);
    s20.intoArray(c, to + 2 * cStride);
    s21.intoArray(c, to + 2 * cStride + COUNT);
    s30.intoArray(c, to + 3 * cStride);
    s31.intoArray(c, to + 3 * cStride + COUNT);
  }
}
