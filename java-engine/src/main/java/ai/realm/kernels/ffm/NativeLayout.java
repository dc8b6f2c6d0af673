package ai.realm.kernels.ffm;

import ai.realm.gguf.TensorInfo;
import ai.realm.kernels.packed.Layout;
import java.util.Optional;

/** How a matrix lies that the library reads: the layouts of {@code kernels.h}. */
enum NativeLayout {
  NIBBLES(0),
  BYTES(1),
  Q4_K(2),
  Q6_K(3),
  OFFSET_BYTES(4),
  F32(5),
  ROWS_Q8_0(6),
  ROWS_F16(7),
  ROWS_BF16(8);

  /** Columns of a row's block. */
  private static final int BLOCK = 32;

  private final long number;

  NativeLayout(long number) {
    this.number = number;
  }

  /** The library's number for it. */
  long number() {
    return number;
  }

  /** Whether the weights are integers, with scales and maybe minimums. */
  boolean hasIntegers() {
    return switch (this) {
      case NIBBLES, BYTES, Q4_K, Q6_K, OFFSET_BYTES, ROWS_Q8_0 -> true;
      case F32, ROWS_F16, ROWS_BF16 -> false;
    };
  }

  /** Whether the integers are bytes without signs. */
  boolean hasUnsignedBytes() {
    return this == NIBBLES || this == Q4_K || this == Q6_K;
  }

  /**
   * That of a repacked matrix.
   *
   * @throws IllegalArgumentException for what the library reads from the file's own rows
   */
  static NativeLayout of(Layout layout) {
    return switch (layout) {
      case NIBBLES -> NIBBLES;
      case BYTES -> BYTES;
      case Q4_K -> Q4_K;
      case Q6_K -> Q6_K;
      case OFFSET_BYTES -> OFFSET_BYTES;
      case F32 -> F32;
      case F16, BF16 -> throw new IllegalArgumentException(layout + " is not repacked for it");
    };
  }

  /** That of a tensor's rows where the file has them; none where it cannot read them. */
  static Optional<NativeLayout> ofRows(TensorInfo tensor) {
    if (tensor.columns() % BLOCK != 0) {
      return Optional.empty();
    }
    return switch (tensor.type()) {
      case Q8_0 -> Optional.of(ROWS_Q8_0);
      case F16 -> Optional.of(ROWS_F16);
      case BF16 -> Optional.of(ROWS_BF16);
      default -> Optional.empty();
    };
  }
}
