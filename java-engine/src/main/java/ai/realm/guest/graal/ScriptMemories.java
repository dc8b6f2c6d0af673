package ai.realm.guest.graal;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.guest.GuestHost;
import ai.realm.host.HostFunction;
import ai.realm.host.HostFunctions;
import ai.realm.host.StreamToken;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Arrays;
import java.util.Optional;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyArray;
import org.graalvm.polyglot.proxy.ProxyExecutable;

/** The memories that a script makes for the host functions, and these functions over them. */
final class ScriptMemories {
  private static final Object[] NAMES =
      Arrays.stream(HostFunction.values()).map(HostFunction::importName).toArray();

  private final GuestHost host;
  private long bytes;

  ScriptMemories(GuestHost host) {
    this.host = host;
  }

  /**
   * A memory of so many pages: its functions {@code [buffer, grow, bind]}, or an error's answer.
   */
  Object make(Value... args) {
    try {
      ScriptMemory memory = new ScriptMemory();
      grow(memory, args[0]);
      ProxyExecutable buffer = _ -> memory.buffer();
      ProxyExecutable grow = more -> Answer.of(() -> new JsonPrimitive(grow(memory, more[0])));
      ProxyExecutable bind = stream -> bind(memory, stream[0]);
      return ProxyArray.fromArray(buffer, grow, bind);
    } catch (EngineException failure) {
      return Answer.failed(failure);
    }
  }

  /** Adds pages; returns how many there were. */
  private int grow(ScriptMemory memory, Value more) {
    if (!more.fitsInInt() || more.asInt() < 0) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT, "pages is " + more + "; it must be a number, 0 or more");
    }
    long added = (long) more.asInt() * ScriptMemory.PAGE;
    if (bytes + added > host.memoryBytes()) {
      throw new EngineException(
          ErrorCode.QUOTA_EXCEEDED,
          "the memories would have "
              + (bytes + added)
              + " bytes; the guest may have "
              + host.memoryBytes());
    }
    int before = memory.grow(added);
    bytes += added;
    return before;
  }

  /** The host functions: {@code [names, function by name, last error's answer]}. */
  private ProxyArray bind(ScriptMemory memory, Value stream) {
    HostFunctions functions =
        new HostFunctions(host.tenant(), memory, Optional.ofNullable(streamToken(stream)));
    ProxyExecutable byName = name -> new BoundFunction(function(name[0].asString()), functions);
    ProxyExecutable lastError = _ -> Answer.of(() -> lastError(functions));
    return ProxyArray.fromArray(ProxyArray.fromArray(NAMES), byName, lastError);
  }

  /** The guest's function for pieces of text; null if there is none. */
  private static StreamToken streamToken(Value stream) {
    if (stream.isNull()) {
      return null;
    }
    return new GuestStream(stream);
  }

  private static JsonElement lastError(HostFunctions functions) {
    Optional<EngineException> last = functions.lastError();
    if (last.isEmpty()) {
      return JsonNull.INSTANCE;
    }
    JsonObject error = new JsonObject();
    error.addProperty("code", last.get().code().name());
    error.addProperty("message", last.get().getMessage());
    return error;
  }

  private static HostFunction function(String name) {
    return Arrays.stream(HostFunction.values())
        .filter(function -> function.importName().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
