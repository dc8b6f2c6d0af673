package ai.realm.kernels.vector;

import ai.realm.kernels.Activations;
import ai.realm.kernels.packed.PackedMatrix;

/** What the kernels of one packed layout do. */
interface PackedProduct {
  /**
   * Decode: the product of one token's activations with the rows of group {@code group}.
   *
   * @param y receives 16 values at {@code at}: the caller gives room for a whole group
   */
  void matvec(PackedMatrix w, Activations x, int group, float[] y, int at);

  /**
   * Prefill: dequantizes columns {@code [k0, k1)} of a group.
   *
   * @param k0 and {@code k1} multiples of the layout's block
   * @param panel receives column k, row n at {@code at + (k - k0) * UNIT + n}
   */
  void unpack(PackedMatrix w, int group, int k0, int k1, float[] panel, int at);
}
