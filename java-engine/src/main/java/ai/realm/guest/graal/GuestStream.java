package ai.realm.guest.graal;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.host.StreamToken;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;

/**
 * A guest's {@code realm_stream_token}.
 *
 * @param function called with a pointer and a length
 */
record GuestStream(Value function) implements StreamToken {
  /**
   * Hands a piece over.
   *
   * @throws EngineException {@code ABORTED}, with the guest's message, if the guest throws
   */
  @Override
  public boolean piece(int pointer, int length) {
    try {
      function.executeVoid(pointer, length);
      return true;
    } catch (PolyglotException failure) {
      throw new EngineException(
          ErrorCode.ABORTED, "the guest's function for pieces of text failed: " + failure, failure);
    }
  }
}
