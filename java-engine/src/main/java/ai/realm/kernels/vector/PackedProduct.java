package ai.realm.kernels.vector;

import static ai.realm.kernels.vector.Lanes.COUNT;

import ai.realm.kernels.Activations;
import ai.realm.kernels.packed.Layout;
import ai.realm.kernels.packed.PackedMatrix;
import java.lang.foreign.MemorySegment;

/**
 * What the kernels of one packed layout do. Each layout writes its loops out, however alike they
 * are: a vector that crosses a call of our own is boxed, which costs several times the product.
 */
abstract class PackedProduct {

  /**
   * Decode: the product of one token's activations with the rows of group {@code group}.
   *
   * @param y receives 16 values at {@code at}: the caller gives room for a whole group
   */
  final void matvec(PackedMatrix w, Activations x, int group, float[] y, int at) {
    for (int part = 0; part < Layout.GROUP; part += COUNT) {
      long from = group * w.groupBytes() + part * Integer.BYTES;
      dot(w.data(), from, x.values(), x.sums(), w.columns(), y, at + part);
    }
  }

  /**
   * Prefill: dequantizes a group.
   *
   * @param panel receives column k, row n at {@code at + k * UNIT + n}
   */
  final void unpack(PackedMatrix w, int group, float[] panel, int at) {
    for (int part = 0; part < Layout.GROUP; part += COUNT) {
      long from = group * w.groupBytes() + part * Integer.BYTES;
      dequantize(w.data(), from, w.columns(), panel, at + part);
    }
  }

  /**
   * The product of as many rows as a vector has lanes. Where a word holds several weights, each is
   * converted in its place instead of being shifted down first: a weight in byte b is 2^8b times
   * too large, exactly. Each byte has a sum of its own, and the sums are brought to their size
   * together. Activations beyond 2^97 may therefore overflow where the product would not.
   *
   * @param from the first row's first word in {@code data}
   * @param a activations, and {@code sums} those of each 16 of them
   */
  abstract void dot(
      MemorySegment data, long from, float[] a, float[] sums, int columns, float[] y, int at);

  /** Dequantizes as many rows as a vector has lanes; see {@link #unpack}. */
  abstract void dequantize(MemorySegment data, long from, int columns, float[] panel, int at);
}
