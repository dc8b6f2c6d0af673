package ai.realm.kernels;

import ai.realm.gguf.TensorType;

/** What kernels round a product's factors to. */
enum RoundOff {
  /** To nothing: f32 products and sums. */
  F32,
  /** With one token activations to 10 bits, where weights are nibbles or made of them. */
  INT10_ALONE,
  /** Activations to 16 bits, where weights are integers. */
  INT16,
  /** With one token activations to 16 bits, where weights are integers. */
  INT16_ALONE,
  /** As {@link #INT16}, and activations to bf16 where weights are. */
  INT16_OR_BF16,
  /**
   * Activations and weights to bf16, where weights have no more bits than about that; with one
   * token activations to 16 bits, where weights are integers.
   */
  BF16;

  /** Error of sums in f32, relative to the sum of the magnitudes of their terms. */
  private static final double OF_SUMS = 4e-5;

  /** That of activations of which 16 sum up to 2^12: half a unit of 2^8, where all are as large. */
  private static final double OF_INT10 = 0x1p-9;

  /** That of activations with a scale for 128 of them: a few times 2^-16 of these. */
  private static final double OF_INT16 = 0x1p-14;

  /** bf16 keeps 8 bits of a factor: two roundings of 2^-9. */
  private static final double OF_BF16 = 0x1p-8;

  /** The bound for one token, relative to the sum of the magnitudes of a product's terms. */
  double ofToken(TensorType type) {
    boolean nibbles =
        switch (type) {
          case Q4_0, Q4_1, Q5_0, Q5_1, Q4_K, Q5_K, Q6_K -> true;
          default -> false;
        };
    boolean floats =
        switch (type) {
          case F32, F16, BF16 -> true;
          default -> false;
        };
    return OF_SUMS
        + switch (this) {
          case INT16, INT16_ALONE, INT16_OR_BF16, BF16 -> floats ? 0 : OF_INT16;
          case INT10_ALONE -> nibbles ? OF_INT10 : 0;
          default -> 0;
        };
  }

  /** The bound for several tokens and weights of this type. */
  double of(TensorType type) {
    boolean brain = type == TensorType.BF16;
    return OF_SUMS
        + switch (this) {
          case F32, INT10_ALONE, INT16_ALONE -> 0;
          case INT16 -> OF_INT16;
          case INT16_OR_BF16 -> brain ? OF_BF16 : OF_INT16;
          case BF16 -> OF_BF16;
        };
  }
}
