package ai.realm.bridge.calls;

import ai.realm.bridge.Job;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.guest.Guest;
import ai.realm.guest.GuestCode;
import ai.realm.guest.GuestEngineName;
import ai.realm.guest.GuestHost;
import ai.realm.guest.GuestLimits;
import ai.realm.host.Grants;
import ai.realm.json.Arguments;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Guests that run in engines of Java's, from their creation to their end. */
final class GuestCalls {
  private static final int SESSIONS = 16;

  private record Running(Guest guest, ScriptPrompts prompts) {}

  private final ProcessHost host;
  private final OpenModels models;
  private final Background background;
  private final PendingPrompts pending = new PendingPrompts();
  private final Handles<Running> guests = new Handles<>();

  GuestCalls(ProcessHost host, OpenModels models, Background background) {
    this.host = host;
    this.models = models;
    this.background = background;
  }

  void addTo(MethodTable methods) {
    methods.open("guestCreate", this::create);
    methods.open("guestCall", (_, job, args) -> call(job, args));
    methods.call("guestAnswer", (_, args, _) -> answer(args));
    methods.open("guestEnd", (_, job, args) -> end(job, args));
    methods.whenEnvironmentEnds(
        environment -> guests.removeAll(environment).forEach(running -> running.guest().abort()));
  }

  /** How many guests there are. */
  int size() {
    return guests.size();
  }

  /** Makes a guest of the job's bytes. The first time its engine is loaded, and a model read. */
  private void create(long environment, Job job, Arguments args) {
    GuestEngineName engine = engine(args.text("engine"));
    List<Path> jars = args.texts("jars").stream().map(Path::of).toList();
    GuestLimits limits =
        new GuestLimits(
            args.integer("timeMs", 1, Integer.MAX_VALUE),
            args.integer("memoryBytes", 0, Arguments.MAX_SAFE_INTEGER));
    long maxTokens =
        args.has("maxTokens")
            ? args.integer("maxTokens", 0, Arguments.MAX_SAFE_INTEGER)
            : Long.MAX_VALUE;
    byte[] source = job.input().toArray(ValueLayout.JAVA_BYTE);
    background.run(
        job,
        () -> {
          GuestCode.Engine loaded = engine.load(jars);
          List<Integer> granted = GrantedModels.read(args, models, host.get());
          args.end();
          Grants grants = new Grants(granted, maxTokens, SESSIONS, limits.memoryBytes());
          ScriptPrompts prompts = new ScriptPrompts(pending);
          prompts.ask(job);
          GuestHost visible =
              new GuestHost(host.get().guest(grants), granted, prompts, limits.memoryBytes());
          Guest guest;
          try {
            guest =
                Guest.open(
                    loaded, source, visible, limits, opening -> job.onCancel(opening::abort));
          } finally {
            prompts.end();
          }
          JsonObject result = new JsonObject();
          result.addProperty("guest", registered(environment, job, new Running(guest, prompts)));
          JsonArray ids = new JsonArray();
          granted.forEach(ids::add);
          result.add("models", ids);
          job.result(result);
        });
  }

  private long registered(long environment, Job job, Running running) {
    try {
      job.throwIfCancelled();
      return guests.add(environment, running);
    } catch (Throwable failure) {
      running.guest().close();
      throw failure;
    }
  }

  private void call(Job job, Arguments args) {
    Running running = get(idIn(args));
    String function = args.text("function");
    String arguments = args.text("arguments");
    args.end();
    background.run(
        job,
        () -> {
          running.prompts().ask(job);
          job.onCancel(running.guest()::abort);
          JsonObject result = new JsonObject();
          try {
            result.addProperty("json", running.guest().call(function, arguments));
          } finally {
            running.prompts().end();
          }
          job.result(result);
        });
  }

  private JsonObject answer(Arguments args) {
    pending.answer(args);
    return new JsonObject();
  }

  private void end(Job job, Arguments args) {
    long id = idIn(args);
    args.end();
    background.release(
        job,
        () -> {
          guests.remove(id).ifPresent(running -> running.guest().close());
          job.result(new JsonObject());
        });
  }

  private Running get(long id) {
    return guests
        .find(id)
        .orElseThrow(() ->
            guests.gaveOut(id)
                ? new EngineException(
                    ErrorCode.DISPOSED, "the guest was closed; make another to go on")
                : new EngineException(
                    ErrorCode.NOT_FOUND, "there is no guest " + id + "; create one first"));
  }

  private static long idIn(Arguments args) {
    return args.integer("guest", 1, Arguments.MAX_SAFE_INTEGER);
  }

  private static GuestEngineName engine(String name) {
    for (GuestEngineName engine : GuestEngineName.values()) {
      if (engine.name().toLowerCase(Locale.ROOT).equals(name)) {
        return engine;
      }
    }
    throw new EngineException(
        ErrorCode.INVALID_ARGUMENT,
        "there is no engine '" + name + "' for guests; use the JavaScript of the same version");
  }
}
