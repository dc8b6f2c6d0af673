package ai.realm.model.net;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What becomes of the states of a text's tokens. */
public enum Pooling {
  /** They stay as they are, one for each token. */
  NONE,
  /** Their mean. */
  MEAN,
  /** That of the first token. */
  CLS,
  /** That of the last token. */
  LAST;

  /**
   * The pooling of this name, in small letters.
   *
   * @throws EngineException {@code INVALID_ARGUMENT}
   */
  public static Pooling named(String name) {
    for (Pooling pooling : values()) {
      if (pooling.toString().equals(name)) {
        return pooling;
      }
    }
    String names = Arrays.stream(values()).map(Pooling::toString).collect(Collectors.joining(", "));
    throw new EngineException(
        ErrorCode.INVALID_ARGUMENT,
        "pooling is \"%s\"; it must be one of %s".formatted(name, names));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
