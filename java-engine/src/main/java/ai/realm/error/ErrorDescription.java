package ai.realm.error;

/**
 * What the world outside Java learns of a failure: a stable code and a message.
 *
 * @param code the code of an {@link EngineException}; OUT_OF_MEMORY for an {@link
 *     OutOfMemoryError}; INTERNAL for everything else, since nothing else is thrown on purpose
 * @param message the message of an {@link EngineException}; else one that names the failure
 */
public record ErrorDescription(ErrorCode code, String message) {
  /** What is to be said of {@code failure}. */
  public static ErrorDescription of(Throwable failure) {
    return switch (failure) {
      case EngineException known -> new ErrorDescription(known.code(), known.getMessage());
      case OutOfMemoryError outOfMemory ->
          new ErrorDescription(
              ErrorCode.OUT_OF_MEMORY,
              "Java has no memory left ("
                  + outOfMemory.getMessage()
                  + "): dispose models, or raise the limit with REALM_JAVA_OPTIONS=-Xmx4g");
      default ->
          new ErrorDescription(
              ErrorCode.INTERNAL,
              "a defect of Realm, please report it: " + failure + placeOf(failure));
    };
  }

  /** Where it was thrown: without it a report could not be acted on. */
  private static String placeOf(Throwable failure) {
    StackTraceElement[] stack = failure.getStackTrace();
    return stack.length == 0 ? "" : " at " + stack[0];
  }
}
