package ai.realm.kernels;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How keys and values are kept. */
public enum KvFormat {
  /** Half floats: 2 bytes a value. */
  F16(0) {
    @Override
    long planeBytes(int headDim) {
      return (long) Short.BYTES * KvLayer.PAGE * headDim;
    }
  },

  /** Signed bytes with an F16 scale for each run of {@link #RUN} values of a head: 1.06 bytes. */
  Q8_0(1) {
    @Override
    long planeBytes(int headDim) {
      return (long) KvLayer.PAGE * (headDim + Short.BYTES * runs(headDim));
    }
  };

  /** Values that share a scale, as in GGML's Q8_0; the last run of a head may be shorter. */
  public static final int RUN = 32;

  private final int number;

  KvFormat(int number) {
    this.number = number;
  }

  /** What the native kernels call it: the constants of {@code kernels.h}. */
  public int number() {
    return number;
  }

  /**
   * The format of this name, in small letters: {@code f16} or {@code q8_0}.
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

  /** Bytes of one head's keys in a page, which are as many as those of its values. */
  abstract long planeBytes(int headDim);

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
