package ai.realm.host;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorDescription;
import java.util.Optional;
import java.util.function.IntSupplier;

/** Where the calls of one guest arrive: the ranges of its memory that they name, their answers. */
final class AbiBoundary {
  private final Tenant tenant;
  private final GuestMemory memory;
  private EngineException lastError;

  AbiBoundary(Tenant tenant, GuestMemory memory) {
    this.tenant = tenant;
    this.memory = memory;
  }

  /** See {@link GuestRange#of}. */
  GuestRange range(String what, int pointer, int count, int size) {
    return GuestRange.of(memory, what, pointer, count, size);
  }

  /** The result of a call, or the number of its error. */
  int answer(IntSupplier call) {
    try {
      tenant.requireOpen();
      return call.getAsInt();
    } catch (RuntimeException | Error failure) {
      // A guest gets codes whatever happens; the message says what it was.
      ErrorDescription description = ErrorDescription.of(failure);
      lastError =
          failure instanceof EngineException known && known.code() == description.code()
              ? known
              : new EngineException(description.code(), description.message(), failure);
    }
    return lastError.code().number();
  }

  /** What the last call that returned an error failed with. */
  Optional<EngineException> lastError() {
    return Optional.ofNullable(lastError);
  }
}
