package ai.realm.guest.graal;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.guest.GuestCode;
import ai.realm.guest.GuestHost;
import ai.realm.host.HostFunction;
import ai.realm.host.HostFunctions;
import ai.realm.host.StreamToken;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
  private Set<String> texts;
  private StreamToken stream;

  /** Without code yet. */
  ModuleCode(Context context, GuestHost host) {
    this.context = context;
    this.host = host;
  }

  @Override
  public void load(byte[] source) {
    WasmModule module = WasmModule.read(source, host.memoryBytes());
    texts = module.texts();
    try {
      Source code =
          Source.newBuilder(
                  GraalWasmEngine.LANGUAGE, ByteSequence.create(module.bytes()), "guest.wasm")
              .buildLiteral();
      Value instance = context.eval(code).newInstance(imports());
      exports = instance.getMember("exports");
    } catch (PolyglotException failure) {
      throw GuestFailure.of(failure);
    }
    memory.set(exports.getMember(MEMORY));
    Value streamToken = exports.getMember(STREAM_TOKEN);
    stream = streamToken == null ? null : new GuestStream(streamToken);
  }

  @Override
  public String call(String function, String arguments) {
    Value called = exports.getMember(function);
    if (called == null || !called.canExecute()) {
      throw new EngineException(
          ErrorCode.NOT_FOUND, "the guest has no function " + function + "; export one");
    }
    try {
      ModuleValues values = new ModuleValues(exports, memory);
      Value result = execute(function, called, values.read(arguments));
      return texts.contains(function) ? values.text(result.asLong()) : values.write(result);
    } catch (PolyglotException failure) {
      throw GuestFailure.of(failure);
    }
  }

  private static Value execute(String function, Value called, Object... parameters) {
    try {
      return called.execute(parameters);
    } catch (IllegalArgumentException unfit) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          "the guest's function " + function + " does not take these: " + unfit.getMessage(),
          unfit);
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

  private ProxyObject imports() {
    // Whether there is a function for pieces is only known once the module has been instantiated.
    HostFunctions silent = new HostFunctions(host.tenant(), memory, Optional.empty());
    HostFunctions streaming =
        new HostFunctions(
            host.tenant(), memory, Optional.of((pointer, length) -> stream.piece(pointer, length)));
    Map<String, Object> env = new HashMap<>();
    for (HostFunction function : HostFunction.values()) {
      BoundFunction alone = new BoundFunction(function, silent);
      BoundFunction streamed = new BoundFunction(function, streaming);
      env.put(
          function.importName(),
          (ProxyExecutable) args -> (stream == null ? alone : streamed).execute(args));
    }
    return ProxyObject.fromMap(Map.of("env", ProxyObject.fromMap(env)));
  }
}
