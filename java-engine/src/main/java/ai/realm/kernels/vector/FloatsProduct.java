package ai.realm.kernels.vector;

import static ai.realm.kernels.vector.Lanes.COUNT;
import static ai.realm.kernels.vector.Lanes.F;
import static ai.realm.kernels.vector.Lanes.LE;

import ai.realm.kernels.Activations;
import ai.realm.kernels.Matrix;
import ai.realm.kernels.packed.Layout;
import ai.realm.kernels.packed.PackedMatrix;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Products with {@link Layout#F32}. A row is summed column by column, in the order of {@link
 * PanelProduct}, so that a token gives the same bits alone and in a batch: F32 weights are what
 * others are measured by. Memory is their limit; one chain of sums keeps up with it.
 */
final class FloatsProduct implements PackedProduct {
  private static final int COLUMN = Layout.GROUP * Float.BYTES;

  @Override
  public void matvec(PackedMatrix w, Activations x, int group, float[] y, int at) {
    for (int part = 0; part < Layout.GROUP; part += COUNT) {
      long from = group * w.groupBytes() + part * Integer.BYTES;
      dot(w.data(), from, x.values(), w.columns(), y, at + part);
    }
  }

  private static void dot(
      MemorySegment data, long from, float[] a, int columns, float[] y, int at) {
    FloatVector total = FloatVector.zero(F);
    long p = from;
    for (int k = 0; k < columns; k++, p += COLUMN) {
      FloatVector w = FloatVector.fromMemorySegment(F, data, p, LE);
      total = FloatVector.broadcast(F, a[k]).fma(w, total);
    }
    total.intoArray(y, at);
  }

  @Override
  public void unpack(PackedMatrix w, int group, int k0, int k1, float[] panel, int at) {
    for (int part = 0; part < Layout.GROUP; part += COUNT) {
      long from = group * w.groupBytes() + (long) k0 * COLUMN + part * Integer.BYTES;
      widen(w.data(), from, k1 - k0, panel, at + part);
    }
  }

  private static void widen(MemorySegment data, long from, int columns, float[] panel, int at) {
    long p = from;
    int to = at;
    for (int k = 0; k < columns; k++, p += COLUMN, to += Matrix.UNIT) {
      FloatVector.fromMemorySegment(F, data, p, LE).intoArray(panel, to);
    }
  }
}
