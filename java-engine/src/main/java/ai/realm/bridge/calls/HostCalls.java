package ai.realm.bridge.calls;

import ai.realm.bridge.Job;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.host.Grants;
import ai.realm.host.GuestMemory;
import ai.realm.host.Host;
import ai.realm.host.HostFunction;
import ai.realm.host.StreamToken;
import ai.realm.json.Arguments;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;

/** Guests that run in JavaScript, and the host functions that they call. */
final class HostCalls {
  private static final HostFunction[] FUNCTIONS = HostFunction.values();

  private final ProcessHost host;
  private final OpenModels models;
  private final Background background;
  private final Handles<OpenGuest> guests = new Handles<>();

  HostCalls(ProcessHost host, OpenModels models, Background background) {
    this.host = host;
    this.models = models;
    this.background = background;
  }

  void addTo(MethodTable methods) {
    methods.open("adopt", (_, job, args) -> adopt(job, args));
    methods.call("guestOpen", (environment, args, _) -> guestOpen(environment, args));
    methods.call("guestError", (_, args, _) -> guestError(args));
    methods.call("guestCancel", (_, args, _) -> guestCancel(args));
    methods.call("guestClose", (_, args, _) -> guestClose(args));
    methods.whenEnvironmentEnds(
        environment -> guests.removeAll(environment).forEach(OpenGuest::close));
  }

  /** See {@link ai.realm.bridge.BridgeCalls#hostCall}. */
  int call(
      long guest, int function, GuestMemory memory, Optional<StreamToken> stream, long... args) {
    HostFunction called = function(function, args.length);
    Optional<OpenGuest> found = guests.find(guest);
    if (found.isPresent()) {
      return found.get().call(called, memory, stream, args);
    }
    if (guests.gaveOut(guest)) {
      return ErrorCode.DISPOSED.number();
    }
    throw missing(guest);
  }

  /** How many guests are open. */
  int size() {
    return guests.size();
  }

  private static HostFunction function(int ordinal, int args) {
    if (ordinal < 0 || ordinal >= FUNCTIONS.length) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          "there is no host function " + ordinal + "; use the JavaScript of the same version");
    }
    HostFunction function = FUNCTIONS[ordinal];
    if (args != function.parameters().size()) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          function.importName()
              + " was given "
              + args
              + " arguments; it takes "
              + function.parameters().size());
    }
    return function;
  }

  /** Gives a loaded model its id among the app's models, which is read from its whole content. */
  private void adopt(Job job, Arguments args) {
    OpenModel model = models.get(OpenModels.idIn(args));
    args.end();
    background.run(
        job,
        () -> {
          JsonObject result = new JsonObject();
          result.addProperty("id", model.adopt(host.get()));
          job.result(result);
        });
  }

  private JsonObject guestOpen(long environment, Arguments args) {
    Host used = host.get();
    List<Integer> granted = GrantedModels.read(args, models, used);
    Grants grants =
        new Grants(
            granted,
            limit(args, "maxTokens"),
            (int) Math.min(limit(args, "maxSessions"), Integer.MAX_VALUE),
            limit(args, "maxBytes"));
    args.end();
    OpenGuest guest = new OpenGuest(used.guest(grants));
    JsonObject answer = new JsonObject();
    try {
      answer.addProperty("guest", guests.add(environment, guest));
    } catch (Throwable failure) {
      guest.close();
      throw failure;
    }
    JsonArray ids = new JsonArray();
    granted.forEach(ids::add);
    answer.add("models", ids);
    return answer;
  }

  private static long limit(Arguments args, String grant) {
    return args.has(grant) ? args.integer(grant, 0, Arguments.MAX_SAFE_INTEGER) : Long.MAX_VALUE;
  }

  private JsonObject guestError(Arguments args) {
    long id = idIn(args);
    args.end();
    JsonObject answer = new JsonObject();
    error(id)
        .ifPresent(error -> {
          answer.addProperty("code", error.code().name());
          answer.addProperty("message", error.getMessage());
        });
    return answer;
  }

  private Optional<EngineException> error(long id) {
    Optional<OpenGuest> guest = guests.find(id);
    if (guest.isEmpty() && guests.gaveOut(id)) {
      return Optional.of(
          new EngineException(
              ErrorCode.DISPOSED, "the guest was closed; make another to call host functions"));
    }
    return guest.orElseThrow(() -> missing(id)).lastError();
  }

  private JsonObject guestCancel(Arguments args) {
    long id = idIn(args);
    args.end();
    guests.find(id).ifPresent(OpenGuest::cancel);
    return new JsonObject();
  }

  private JsonObject guestClose(Arguments args) {
    long id = idIn(args);
    args.end();
    guests.remove(id).ifPresent(OpenGuest::close);
    return new JsonObject();
  }

  private static long idIn(Arguments args) {
    return args.integer("guest", 1, Arguments.MAX_SAFE_INTEGER);
  }

  private static EngineException missing(long guest) {
    return new EngineException(
        ErrorCode.NOT_FOUND, "there is no guest " + guest + "; open one first");
  }
}
