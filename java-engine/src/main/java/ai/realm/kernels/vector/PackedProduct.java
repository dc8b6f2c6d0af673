package ai.realm.kernels.vector;

import static ai.realm.kernels.vector.Lanes.COUNT;
import static ai.realm.kernels.vector.PanelProduct.WIDTH;

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
   * Decode: the product of token {@code token} with the rows of group {@code group}.
   *
   * @param y receives 16 values at {@code at}: the caller gives room for a whole group
   */
  void matvec(PackedMatrix w, Activations x, int token, int group, float[] y, int at) {
    long from = group * w.groupBytes();
    float[] a = x.values();
    int first = token * w.columns();
    int last = first + w.columns();
    if (COUNT == Layout.ROW_GROUP) {
      dot(w.data(), from, a, x.sums(), first, last, y, at);
      return;
    }
    for (int part = 0; part < Layout.ROW_GROUP; part += 2 * COUNT) {
      pair(w.data(), from + part * Integer.BYTES, a, a, x.sums(), first, last, y, at + part);
    }
  }

  /**
   * Prefill: dequantizes columns {@code [first, first + columns)}, whole blocks, of the rows from
   * {@code row} on that a panel has.
   *
   * @param panel receives column first + k, row row + n at {@code k * WIDTH + n}
   */
  final void unpack(PackedMatrix w, int row, int first, int columns, float[] panel) {
    long block = (long) first / w.layout().blockColumns() * w.layout().blockBytes();
    for (int n = 0; n < WIDTH; n += COUNT) {
      long group = (row + n) / Layout.ROW_GROUP * w.groupBytes();
      int word = n % Layout.ROW_GROUP * Integer.BYTES;
      dequantize(w.data(), group + block + word, columns, panel, n);
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
   * @param first index of the token's activations in {@code a}, and {@code last} that behind them
   */
  abstract void dot(
      MemorySegment data,
      long from,
      float[] a,
      float[] sums,
      int first,
      int last,
      float[] y,
      int at);

  /**
   * The product of twice as many rows, for vectors that hold no whole group: both vectors of a line
   * of memory are multiplied while it is at hand, with the same activations.
   *
   * <p>Loops over a few words end by {@code !=}. With {@code <} the compiler would take them for
   * loops that it can rid of their bounds checks, and what it does for that before each takes as
   * long as the words.
   *
   * @param a activations, and {@code sums} those of each 16 of them
   * @param again the same array. The compiler does not know that, and checks its bounds by itself:
   *     what is read of it is read after that, and not before the products with what was read of
   *     {@code a}, when there would be too few registers for all
   */
  void pair(
      MemorySegment data,
      long from,
      float[] a,
      float[] again,
      float[] sums,
      int first,
      int last,
      float[] y,
      int at) {
    dot(data, from, a, sums, first, last, y, at);
    dot(data, from + Lanes.BYTES, a, sums, first, last, y, at + COUNT);
  }

  /** Dequantizes as many rows as a vector has lanes; see {@link #unpack}. */
  abstract void dequantize(MemorySegment data, long from, int columns, float[] panel, int at);
}
