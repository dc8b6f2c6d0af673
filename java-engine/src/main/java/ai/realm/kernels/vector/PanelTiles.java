package ai.realm.kernels.vector;

import static ai.realm.kernels.vector.Lanes.COUNT;
import static ai.realm.kernels.vector.Lanes.F;
import static ai.realm.kernels.vector.PanelProduct.WIDTH;

import jdk.incubator.vector.FloatVector;

/**
 * The inner loops of {@link PanelProduct}: some rows by two vectors of a panel's columns. With six
 * rows the sums take 12 of 16 registers, which leaves the compiler what it needs for the rest; its
 * loop is not unrolled then, since that would put sums into memory.
 */
final class PanelTiles {
  private PanelTiles() {}

  /** Adds 12 rows of {@code a} by two vectors of columns. */
  static void tile12(
      float[] a,
      int at,
      int stride,
      float[] panel,
      int panelAt,
      int depth,
      float[] c,
      int to,
      int cStride) {
    FloatVector s00 = FloatVector.fromArray(F, c, to);
    FloatVector s01 = FloatVector.fromArray(F, c, to + COUNT);
    FloatVector s10 = FloatVector.fromArray(F, c, to + cStride);
    FloatVector s11 = FloatVector.fromArray(F, c, to + cStride + COUNT);
    FloatVector s20 = FloatVector.fromArray(F, c, to + 2 * cStride);
    FloatVector s21 = FloatVector.fromArray(F, c, to + 2 * cStride + COUNT);
    FloatVector s30 = FloatVector.fromArray(F, c, to + 3 * cStride);
    FloatVector s31 = FloatVector.fromArray(F, c, to + 3 * cStride + COUNT);
    FloatVector s40 = FloatVector.fromArray(F, c, to + 4 * cStride);
    FloatVector s41 = FloatVector.fromArray(F, c, to + 4 * cStride + COUNT);
    FloatVector s50 = FloatVector.fromArray(F, c, to + 5 * cStride);
    FloatVector s51 = FloatVector.fromArray(F, c, to + 5 * cStride + COUNT);
    FloatVector s60 = FloatVector.fromArray(F, c, to + 6 * cStride);
    FloatVector s61 = FloatVector.fromArray(F, c, to + 6 * cStride + COUNT);
    FloatVector s70 = FloatVector.fromArray(F, c, to + 7 * cStride);
    FloatVector s71 = FloatVector.fromArray(F, c, to + 7 * cStride + COUNT);
    FloatVector s80 = FloatVector.fromArray(F, c, to + 8 * cStride);
    FloatVector s81 = FloatVector.fromArray(F, c, to + 8 * cStride + COUNT);
    FloatVector s90 = FloatVector.fromArray(F, c, to + 9 * cStride);
    FloatVector s91 = FloatVector.fromArray(F, c, to + 9 * cStride + COUNT);
    FloatVector s100 = FloatVector.fromArray(F, c, to + 10 * cStride);
    FloatVector s101 = FloatVector.fromArray(F, c, to + 10 * cStride + COUNT);
    FloatVector s110 = FloatVector.fromArray(F, c, to + 11 * cStride);
    FloatVector s111 = FloatVector.fromArray(F, c, to + 11 * cStride + COUNT);
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
    for (int k = 0; k < depth; k++, p += WIDTH) {
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

  /** Likewise 6 rows. */
  static void tile6(
      float[] a,
      int at,
      int stride,
      float[] panel,
      int panelAt,
      int depth,
      float[] c,
      int to,
      int cStride) {
    FloatVector s00 = FloatVector.fromArray(F, c, to);
    FloatVector s01 = FloatVector.fromArray(F, c, to + COUNT);
    FloatVector s10 = FloatVector.fromArray(F, c, to + cStride);
    FloatVector s11 = FloatVector.fromArray(F, c, to + cStride + COUNT);
    FloatVector s20 = FloatVector.fromArray(F, c, to + 2 * cStride);
    FloatVector s21 = FloatVector.fromArray(F, c, to + 2 * cStride + COUNT);
    FloatVector s30 = FloatVector.fromArray(F, c, to + 3 * cStride);
    FloatVector s31 = FloatVector.fromArray(F, c, to + 3 * cStride + COUNT);
    FloatVector s40 = FloatVector.fromArray(F, c, to + 4 * cStride);
    FloatVector s41 = FloatVector.fromArray(F, c, to + 4 * cStride + COUNT);
    FloatVector s50 = FloatVector.fromArray(F, c, to + 5 * cStride);
    FloatVector s51 = FloatVector.fromArray(F, c, to + 5 * cStride + COUNT);
    int p = panelAt;
    int a0 = at;
    int a1 = at + stride;
    int a2 = at + 2 * stride;
    int a3 = at + 3 * stride;
    int a4 = at + 4 * stride;
    int a5 = at + 5 * stride;
    for (int k = 0; k < depth; k++, p += WIDTH) {
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
  }

  /** Likewise 4 rows. */
  static void tile4(
      float[] a,
      int at,
      int stride,
      float[] panel,
      int panelAt,
      int depth,
      float[] c,
      int to,
      int cStride) {
    FloatVector s00 = FloatVector.fromArray(F, c, to);
    FloatVector s01 = FloatVector.fromArray(F, c, to + COUNT);
    FloatVector s10 = FloatVector.fromArray(F, c, to + cStride);
    FloatVector s11 = FloatVector.fromArray(F, c, to + cStride + COUNT);
    FloatVector s20 = FloatVector.fromArray(F, c, to + 2 * cStride);
    FloatVector s21 = FloatVector.fromArray(F, c, to + 2 * cStride + COUNT);
    FloatVector s30 = FloatVector.fromArray(F, c, to + 3 * cStride);
    FloatVector s31 = FloatVector.fromArray(F, c, to + 3 * cStride + COUNT);
    int p = panelAt;
    int a0 = at;
    int a1 = at + stride;
    int a2 = at + 2 * stride;
    int a3 = at + 3 * stride;
    for (int k = 0; k < depth; k++, p += WIDTH) {
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
