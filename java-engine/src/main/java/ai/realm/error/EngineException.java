package ai.realm.error;

/**
 * The one exception of the engine: a stable code, and a message that says what was received,
 * expected and to be done.
 */
public final class EngineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  /**
   * An error with {@code code}; {@code message} says what was received, what was expected, and what
   * to do.
   */
  public EngineException(ErrorCode code, String message) {
    super(message);
    this.code = code;
  }

  /** The same, with the failure that led to it. */
  public EngineException(ErrorCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** The stable code. */
  public ErrorCode code() {
    return code;
  }
}
