package ai.realm.kernels.vector;

import static ai.realm.kernels.vector.Lanes.COUNT;

import ai.realm.kernels.Activations;
import ai.realm.kernels.packed.Layout;
import ai.realm.kernels.packed.PackedMatrix;
import java.lang.foreign.MemorySegment;

/**
 * Products of layouts with nibbles. Where vectors are shorter than a group of rows, one token's are
 * computed in integers of 16 bits, of which a vector holds twice as many as of f32: it multiplies
 * {@link RoundedActivations}, as exactly as these are.
 */
abstract class RoundedProduct extends PackedProduct {
  /** Whether products of one token take it rounded. */
  static final boolean ROUNDS = COUNT < Layout.ROW_GROUP;

  /**
   * By how much the second, third and fourth nibble of 16 bits are shifted down. They are read from
   * here each time: a count that the compiler knows it would move to a register before each shift.
   */
  static final int[] SHIFTS = {4, 8, 12};

  @Override
  final void matvec(PackedMatrix w, Activations x, int token, int group, float[] y, int at) {
    if (ROUNDS) {
      long from = group * w.groupBytes();
      int first = token * w.columns();
      int last = first + w.columns();
      for (int part = 0; part < Layout.ROW_GROUP; part += 2 * COUNT) {
        pair(w.data(), from + part * Integer.BYTES, x.rounded(), first, last, y, at + part);
      }
      if (finite(y, at)) {
        return;
      }
    }
    super.matvec(w, x, token, group, y, at);
  }

  /** Whether the results of a group are finite. */
  private static boolean finite(float[] y, int at) {
    float zero = 0;
    for (int i = at; i < at + Layout.ROW_GROUP; i++) {
      zero += y[i] * 0;
    }
    return zero == 0;
  }

  /**
   * The product of twice as many rows as a vector has lanes: both vectors of a line of memory are
   * multiplied while it is at hand, with the same activations.
   *
   * @param from the first row's first word in {@code data}
   * @param a the words of {@link RoundedActivations}
   * @param first the token's first activation among those of all, and {@code last} the one behind
   */
  abstract void pair(
      MemorySegment data, long from, int[] a, int first, int last, float[] y, int at);
}
