package ai.realm.guest.graal;

import ai.realm.engine.GenerationResult;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.guest.GuestHost;
import ai.realm.guest.GuestPrompts;
import ai.realm.host.ModelData;
import ai.realm.host.Tenant;
import ai.realm.json.Arguments;
import ai.realm.json.GenerationResultJson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.graalvm.polyglot.proxy.ProxyObject;

/** What {@code guest.js} calls of the host. Everything goes through the guest's tenant. */
final class ScriptHost {
  private final GuestHost host;
  private final Tenant tenant;
  private final ScriptMemories memories;

  ScriptHost(GuestHost host) {
    this.host = host;
    this.tenant = host.tenant();
    this.memories = new ScriptMemories(host);
  }

  /** The functions by their names, and {@code models}: how many were granted. */
  ProxyObject members() {
    return ProxyObject.fromMap(
        Map.of(
            "models", host.models().size(),
            "info", function(args -> Answer.of(() -> info(model(args[0])))),
            "tokenize", function(args -> Answer.of(() -> tokenize(args))),
            "getTensor", function(this::getTensor),
            "generate", function(args -> Answer.of(() -> generate(args))),
            "memory", function(memories::make)));
  }

  private static ProxyExecutable function(ProxyExecutable function) {
    return function;
  }

  private int model(Value index) {
    return host.models().get(index.asInt());
  }

  private JsonElement info(int model) {
    ModelData.Size size = tenant.data().size(model);
    JsonObject info = new JsonObject();
    info.addProperty("tensorCount", size.tensors());
    info.addProperty("totalSize", size.bytes());
    info.add("metadata", tenant.data().metadata(model));
    return info;
  }

  private JsonElement tokenize(Value... args) {
    JsonObject given = new JsonObject();
    given.add("text", JsonParser.parseString(args[1].asString()));
    String text = new Arguments("tokenize", given).text("text");
    Arguments options =
        new Arguments("options", JsonParser.parseString(args[2].asString()).getAsJsonObject());
    boolean special = options.optionalFlag("special", false);
    boolean addBos = options.optionalFlag("addBos", false);
    options.end();
    JsonArray ids = new JsonArray();
    for (int id : tenant.texts().encode(model(args[0]), text, special, addBos)) {
      ids.add(id);
    }
    return ids;
  }

  /** The values in the Java heap, where the guest's thread allocates them; or an answer's error. */
  private Object getTensor(Value... args) {
    try {
      int model = model(args[0]);
      String name = args[1].asString();
      long count = tenant.data().elements(model, name);
      if (count * Float.BYTES > host.memoryBytes()) {
        throw new EngineException(
            ErrorCode.QUOTA_EXCEEDED,
            name
                + " has "
                + count
                + " values, and the guest may hold "
                + host.memoryBytes()
                + " bytes; read it by ranges with realm_get_tensor_range");
      }
      byte[] bytes = new byte[(int) (count * Float.BYTES)];
      tenant.data().read(model, name, 0, count, MemorySegment.ofArray(bytes));
      return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    } catch (EngineException failure) {
      return Answer.failed(failure);
    }
  }

  private JsonElement generate(Value... args) {
    GuestPrompts.Request request =
        host.prompts().read(args[0].asInt(), args[1].asString(), args[2].asString());
    GenerationResult result =
        tenant.texts().generate(model(args[0]), request.ids(), request.options(), _ -> true);
    JsonObject json = GenerationResultJson.of(result);
    request
        .loadMs()
        .ifPresent(loadMs -> json.getAsJsonObject("timings").addProperty("loadMs", loadMs));
    return json;
  }
}
