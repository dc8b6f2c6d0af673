package ai.realm.kernels.vector;

import static ai.realm.kernels.vector.Lanes.F;
import static ai.realm.kernels.vector.Lanes.LE;
import static ai.realm.kernels.vector.PanelProduct.WIDTH;

import ai.realm.kernels.packed.Layout;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Products with {@link Layout#F32}. A row is summed column by column, in the order of {@link
 * PanelProduct}, so that a token gives the same bits alone and in a batch: F32 weights are what
 * others are measured by. Memory is their limit; one chain of sums keeps up with it.
 */
final class FloatsProduct extends PackedProduct {
  private static final int COLUMN = Layout.ROW_GROUP * Float.BYTES;

  @Override
  void dot(
      MemorySegment data,
      long from,
      float[] a,
      float[] sums,
      int first,
      int last,
      float[] y,
      int at) {
    FloatVector total = FloatVector.zero(F);
    long p = from;
    for (int k = first; k < last; k++, p += COLUMN) {
      FloatVector w = FloatVector.fromMemorySegment(F, data, p, LE);
      total = FloatVector.broadcast(F, a[k]).fma(w, total);
    }
    total.intoArray(y, at);
  }

  @Override
  void dequantize(MemorySegment data, long from, int columns, float[] panel, int at) {
    long p = from;
    int to = at;
    for (int k = 0; k < columns; k++, p += COLUMN, to += WIDTH) {
      FloatVector.fromMemorySegment(F, data, p, LE).intoArray(panel, to);
    }
  }
}
