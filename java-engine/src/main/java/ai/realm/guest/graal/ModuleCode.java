package ai.realm.guest.graal;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.guest.GuestCode;
import ai.realm.guest.GuestHost;
import ai.realm.host.HostFunction;
import ai.realm.host.HostFunctions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.ByteSequence;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.graalvm.polyglot.proxy.ProxyObject;

/** A guest's WebAssembly module in GraalWasm, which imports the host functions from {@code env}. */
final class ModuleCode implements GuestCode {
  private static final String MEMORY = "memory";
  private static final String STREAM_TOKEN = "realm_stream_token";

  private final Context context;
  private final GuestHost host;
  private final ModuleMemory memory = new ModuleMemory();
  private Value exports;
  private WasmModule module;
  private HostFunctions functions;

  /** Without code yet. */
  ModuleCode(Context context, GuestHost host) {
    this.context = context;
    this.host = host;
    this.functions = new HostFunctions(host.tenant(), memory, Optional.empty());
  }

  @Override
  public void load(byte[] source) {
    instantiate(WasmModule.read(source, host.memoryBytes()), Map.of());
  }

  /**
   * Makes an instance of a module.
   *
   * @param others what it imports from other modules than {@code env}
   */
  void instantiate(WasmModule module, Map<String, Object> others) {
    this.module = module;
    Map<String, Object> imports = new HashMap<>(others);
    imports.put("env", ProxyObject.fromMap(env()));
    try {
      Source code =
          Source.newBuilder(
                  GraalWasmEngine.LANGUAGE, ByteSequence.create(module.bytes()), "guest.wasm")
              .buildLiteral();
      Value instance = context.eval(code).newInstance(ProxyObject.fromMap(imports));
      exports = instance.getMember("exports");
    } catch (PolyglotException failure) {
      throw GuestFailure.of(failure);
    }
    memory.set(export(MEMORY));
    Value streamToken = export(STREAM_TOKEN);
    if (streamToken != null) {
      functions =
          new HostFunctions(host.tenant(), memory, Optional.of(new GuestStream(streamToken)));
    }
  }

  @Override
  public String call(String function, String arguments) {
    Value called = export(function);
    WasmModule.Signature type = module.functions().get(function);
    if (called == null || type == null) {
      throw new EngineException(
          ErrorCode.NOT_FOUND, "the guest has no function " + function + "; export one");
    }
    try {
      ModuleValues values = new ModuleValues(exports, memory);
      Value result = called.execute(values.read(function, type.parameters(), arguments));
      return type.givesText() ? values.text(result.asLong()) : values.write(result);
    } catch (PolyglotException failure) {
      throw GuestFailure.of(failure);
    }
  }

  @Override
  public void stop() {
    context.close(true);
  }

  @Override
  public void close() {
    context.close(true);
  }

  /** What the module exports by this name; null if it does not. */
  Value export(String name) {
    return exports.getMember(name);
  }

  /** What the last host function that failed failed with. */
  Optional<EngineException> lastError() {
    return functions.lastError();
  }

  /** The host functions, which know after the module's start whether it has one for pieces. */
  private Map<String, Object> env() {
    Map<String, Object> env = new HashMap<>();
    for (HostFunction function : HostFunction.values()) {
      ProxyExecutable bound = args -> new BoundFunction(function, functions).execute(args);
      env.put(function.importName(), bound);
    }
    return env;
  }
}
