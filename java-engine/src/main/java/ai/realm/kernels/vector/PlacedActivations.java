package ai.realm.kernels.vector;

import static ai.realm.kernels.vector.Lanes.COUNT;
import static ai.realm.kernels.vector.Lanes.F;

import jdk.incubator.vector.FloatVector;

/**
 * Activations for words that hold the nibbles of 8 columns, as those of {@link
 * ai.realm.kernels.packed.Layout#NIBBLES} do: a nibble that is converted in byte b of its word is
 * 2^8b times too large, and its activation is made as much smaller, which is exact.
 */
final class PlacedActivations {
  /** Values of the columns of a word. */
  private static final float[] PLACES = {
    1, 0x1p-16f, 1, 0x1p-16f, 0x1p-8f, 0x1p-24f, 0x1p-8f, 0x1p-24f
  };

  private PlacedActivations() {}

  /** Brings the first {@code columns} values, of vectors no longer than a word, to their places. */
  static float[] of(float[] values, int columns, float[] placed) {
    for (int k = 0; k < columns; k += COUNT) {
      FloatVector places = FloatVector.fromArray(F, PLACES, k % PLACES.length);
      FloatVector.fromArray(F, values, k).mul(places).intoArray(placed, k);
    }
    return placed;
  }
}
