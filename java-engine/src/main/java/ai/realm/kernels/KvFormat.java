package ai.realm.kernels;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How keys and values are kept. */
public enum KvFormat {
  /** Half floats: 2 bytes a value. */
  F16(0, 16, false),

  /** Signed bytes with an F16 scale for each run of {@link #RUN} values of a head: 1.06 bytes. */
  Q8_0(1, 8, true),

  /**
   * Codes of four bits with an F16 scale for each run of {@link #RUN} values of a head: 0.56 bytes.
   * A value is {@code (code - 8) * scale}. Byte {@code i} of a run of {@code n} values has value
   * {@code i} in its low half, and value {@code i + ceil(n / 2)} in its high half.
   */
  Q4_0(2, 4, true);

  /** Values that share a scale, as in GGML's formats; the last run of a head may be shorter. */
  public static final int RUN = 32;

  private final int number;
  private final int bits;
  private final boolean scaled;

  KvFormat(int number, int bits, boolean scaled) {
    this.number = number;
    this.bits = bits;
    this.scaled = scaled;
  }

  /** What the native kernels call it: the constants of {@code kernels.h}. */
  public int number() {
    return number;
  }

  /**
   * The format of this name, in small letters: {@code f16}, {@code q8_0} or {@code q4_0}.
   *
   * @throws EngineException {@code INVALID_ARGUMENT}
   */
  public static KvFormat named(String name) {
    for (KvFormat format : values()) {
      if (format.toString().equals(name)) {
        return format;
      }
    }
    String names =
        Arrays.stream(values()).map(KvFormat::toString).collect(Collectors.joining(", "));
    throw new EngineException(
        ErrorCode.INVALID_ARGUMENT, "kvCache is \"" + name + "\"; it must be one of " + names);
  }

  /** Scales of one head at one position, where there are any. */
  public static int runs(int headDim) {
    return Math.ceilDiv(headDim, RUN);
  }

  /** Bytes of one head's keys, or of its values, at one position, without their scales. */
  public int rowBytes(int headDim) {
    return Math.ceilDiv(headDim * bits, Byte.SIZE);
  }

  /** Bytes of one head's keys in a page, which are as many as those of its values. */
  long planeBytes(int headDim) {
    int scales = scaled ? Short.BYTES * runs(headDim) : 0;
    return (long) KvLayer.PAGE * (rowBytes(headDim) + scales);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
