package ai.realm.bridge.calls;

import ai.realm.json.Arguments;
import com.google.gson.JsonObject;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The texts whose readers in JavaScript tell how far they are, by the ids of their jobs. */
final class OpenTexts {
  private final ConcurrentMap<Long, GenerationEvents> texts = new ConcurrentHashMap<>();

  void addTo(MethodTable methods) {
    methods.call("textTaken", (_, args, _) -> taken(args));
  }

  /** Takes up a text, until it ends. */
  void add(long job, GenerationEvents text) {
    texts.put(job, text);
  }

  void remove(long job) {
    texts.remove(job);
  }

  /** One that has ended needs to be told nothing. */
  private JsonObject taken(Arguments args) {
    long job = args.integer("job", 1, Arguments.MAX_SAFE_INTEGER);
    long units = args.integer("units", 1, Arguments.MAX_SAFE_INTEGER);
    args.end();
    GenerationEvents text = texts.get(job);
    if (text != null) {
      text.taken(units);
    }
    return new JsonObject();
  }
}
