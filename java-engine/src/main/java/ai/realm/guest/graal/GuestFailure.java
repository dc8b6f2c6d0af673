package ai.realm.guest.graal;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import org.graalvm.polyglot.PolyglotException;

/** What GraalVM throws, as errors of Realm. */
final class GuestFailure {
  private GuestFailure() {}

  /** The error for what the guest's code threw, or did. */
  static EngineException of(PolyglotException failure) {
    String message = String.valueOf(failure.getMessage());
    if (failure.isResourceExhausted() && !isStackOverflow(message)) {
      return new EngineException(
          ErrorCode.OUT_OF_MEMORY,
          "the guest filled the memory (" + message + "); let it hold less",
          failure);
    }
    if (isStackOverflow(message)) {
      return new EngineException(
          ErrorCode.STACK_OVERFLOW,
          "the guest recursed too deep (" + message + "); let it loop instead",
          failure);
    }
    if (failure.isHostException() && failure.asHostException() instanceof EngineException known) {
      return known;
    }
    if (failure.isInternalError()) {
      return new EngineException(
          ErrorCode.INTERNAL, "the guest's engine failed: " + message, failure);
    }
    return new EngineException(ErrorCode.GUEST_ERROR, message, failure);
  }

  private static boolean isStackOverflow(String message) {
    return message.contains("Maximum call stack size exceeded")
        || message.contains("call stack exhausted")
        || message.contains("StackOverflow");
  }
}
