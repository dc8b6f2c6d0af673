package ai.realm.kernels;

import ai.realm.gguf.TensorType;

/** What kernels round a product's factors to, with several tokens. */
enum RoundOff {
  /** To nothing: f32 products and sums. */
  F32,
  /** Activations to 16 bits, where weights are integers. */
  INT16,
  /** The same, with one token, too. */
  INT16_ALWAYS,
  /** The same, and activations to bf16 where weights are. */
  INT16_OR_BF16,
  /** Activations and weights to bf16, where weights have no more bits than about that. */
  BF16;

  /** Error of sums in f32, relative to the sum of the magnitudes of their terms. */
  private static final double OF_SUMS = 4e-5;

  /** That of activations with a scale for 128 of them: a few times 2^-16 of these. */
  private static final double OF_INT16 = 0x1p-14;

  /** bf16 keeps 8 bits of a factor: two roundings of 2^-9. */
  private static final double OF_BF16 = 0x1p-8;

  /** The bound for one token, relative to the sum of the magnitudes of a product's terms. */
  double ofToken() {
    return OF_SUMS + (this == INT16_ALWAYS ? OF_INT16 : 0);
  }

  /** The bound for several tokens and weights of this type. */
  double of(TensorType type) {
    boolean brain = type == TensorType.BF16;
    return OF_SUMS
        + switch (this) {
          case F32 -> 0;
          case INT16, INT16_ALWAYS -> OF_INT16;
          case INT16_OR_BF16 -> brain ? OF_BF16 : OF_INT16;
          case BF16 -> OF_BF16;
        };
  }
}
