package ai.realm.error;

/**
 * What the world outside Java learns of a failure: a stable code and a message.
 *
 * @param code the code of an {@link EngineException}; OUT_OF_MEMORY or STACK_OVERFLOW where the
 *     heap or the thread's stack was exhausted, also if a library has wrapped that; INTERNAL for
 *     everything else, since nothing else is thrown on purpose
 * @param message the message of an {@link EngineException}; else one that names the failure
 */
public record ErrorDescription(ErrorCode code, String message) {
  /** Longer chains of causes end in themselves. */
  private static final int LONGEST_CHAIN = 32;

  /** What is to be said of {@code failure}. */
  public static ErrorDescription of(Throwable failure) {
    return switch (rootOf(failure)) {
      case EngineException known -> new ErrorDescription(known.code(), known.getMessage());
      case OutOfMemoryError outOfMemory ->
          new ErrorDescription(
              ErrorCode.OUT_OF_MEMORY,
              "Java has no memory left ("
                  + outOfMemory.getMessage()
                  + "): dispose models, give shorter texts, or raise the limit with"
                  + " REALM_JAVA_OPTIONS=-Xmx4g");
      case StackOverflowError overflow ->
          new ErrorDescription(
              ErrorCode.STACK_OVERFLOW,
              "Java has no stack left: call Realm from less deep a recursion, and nest what is"
                  + " given to it less deep; if neither is deep, it is a defect of Realm: "
                  + overflow
                  + placeOf(overflow));
      default ->
          new ErrorDescription(
              ErrorCode.INTERNAL,
              "a defect of Realm, please report it: " + failure + placeOf(failure));
    };
  }

  /**
   * The failure, or what has exhausted the heap or the stack before: libraries catch that, too, and
   * wrap it in exceptions of their own, which the engine may have wrapped again. A message that was
   * written for such a case stands.
   */
  private static Throwable rootOf(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; i < LONGEST_CHAIN && cause != null; i++) {
      if (cause instanceof OutOfMemoryError
          || cause instanceof StackOverflowError
          || (cause instanceof EngineException known && isExhaustion(known.code()))) {
        return cause;
      }
      cause = cause.getCause();
    }
    return failure;
  }

  private static boolean isExhaustion(ErrorCode code) {
    return code == ErrorCode.OUT_OF_MEMORY || code == ErrorCode.STACK_OVERFLOW;
  }

  /** Where it was thrown: without it a report could not be acted on. */
  private static String placeOf(Throwable failure) {
    StackTraceElement[] stack = failure.getStackTrace();
    return stack.length == 0 ? "" : " at " + stack[0];
  }
}
