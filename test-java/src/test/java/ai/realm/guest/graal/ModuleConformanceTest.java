package ai.realm.guest.graal;

import static ai.realm.fixture.WasmWriter.CALL;
import static ai.realm.fixture.WasmWriter.END;
import static ai.realm.fixture.WasmWriter.I32;
import static ai.realm.fixture.WasmWriter.I64;
import static ai.realm.fixture.WasmWriter.LOCAL_GET;
import static ai.realm.fixture.WasmWriter.MEMORY_GROW;
import static ai.realm.fixture.WasmWriter.NO_RESULT;
import static ai.realm.fixture.WasmWriter.UNREACHABLE;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.WasmWriter;
import ai.realm.guest.GuestHost;
import ai.realm.guest.VerbatimPrompts;
import ai.realm.host.CaseBridge;
import ai.realm.host.ConformanceSuite;
import ai.realm.host.HostFunction;
import ai.realm.host.StreamToken;
import ai.realm.host.Tenant;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.graalvm.polyglot.proxy.ProxyObject;

/**
 * Every conformance case through WebAssembly in GraalWasm: a module with a memory, which calls each
 * host function by an export of the same name. For texts in pieces a second module does so over the
 * same memory, which exports {@code realm_stream_token} too.
 */
class ModuleConformanceTest extends ConformanceSuite {
  private static final GraalWasmEngine ENGINE = new GraalWasmEngine();

  /** Eight of {@link CaseBridge#FILL}. */
  private static final long FILLS = 0xA5A5_A5A5_A5A5_A5A5L;

  private static final int EQUALS_ZERO = 0x45;
  private static final int IF = 0x04;

  @Override
  protected CaseBridge open(Tenant tenant, int pages, StreamToken pieces) {
    return new Modules(tenant, pages, pieces);
  }

  /** Adds exports that call imports of the same names, of which {@code imported} come before. */
  private static WasmWriter wrappers(WasmWriter module, int imported) {
    for (HostFunction function : HostFunction.values()) {
      module.importFunction("env", function.importName(), types(function), I32);
    }
    int index = imported;
    for (HostFunction function : HostFunction.values()) {
      int count = function.parameters().size();
      int[] code = new int[2 * count + 2];
      for (int i = 0; i < count; i++) {
        code[2 * i] = LOCAL_GET;
        code[2 * i + 1] = i;
      }
      code[2 * count] = CALL;
      code[2 * count + 1] = index++;
      module.function(function.importName(), types(function), new int[] {I32}, code);
    }
    return module;
  }

  private static int[] types(HostFunction function) {
    return function.parameters().stream()
        .mapToInt(type -> type == HostFunction.Parameter.I64 ? I64 : I32)
        .toArray();
  }

  private static byte[] silent(int pages) {
    WasmWriter module = wrappers(new WasmWriter().memory(pages).exportMemory(), 0);
    module.function("grow", new int[] {I32}, new int[] {I32}, LOCAL_GET, 0, MEMORY_GROW, 0);
    return module.write();
  }

  private static byte[] streaming() {
    WasmWriter module = new WasmWriter().importMemory("test", "memory").exportMemory();
    int piece = module.importFunction("test", "piece", new int[] {I32, I32}, I32);
    wrappers(module, piece + 1);
    module.function(
        "realm_stream_token",
        new int[] {I32, I32},
        new int[] {},
        LOCAL_GET,
        0,
        LOCAL_GET,
        1,
        CALL,
        piece,
        EQUALS_ZERO,
        IF,
        NO_RESULT,
        UNREACHABLE,
        END);
    return module.write();
  }

  private static final class Modules implements CaseBridge {
    private final Context context = ENGINE.openContext();
    private final ModuleCode silent;
    private final ModuleCode streaming;
    private final Value memory;

    Modules(Tenant tenant, int pages, StreamToken pieces) {
      GuestHost host = new GuestHost(tenant, List.of(), new VerbatimPrompts(), 1L << 30);
      silent = new ModuleCode(context, host);
      silent.load(silent(pages));
      memory = silent.export("memory");
      ProxyExecutable piece = args -> pieces.piece(args[0].asInt(), args[1].asInt()) ? 1 : 0;
      streaming = new ModuleCode(context, host);
      streaming.instantiate(
          new WasmModule(streaming(), Map.of()),
          Map.of("test", ProxyObject.fromMap(Map.of("memory", memory, "piece", piece))));
      for (long at = 0; at < size(); at += Long.BYTES) {
        memory.writeBufferLong(ByteOrder.LITTLE_ENDIAN, at, FILLS);
      }
    }

    @Override
    public long size() {
      return memory.getBufferSize();
    }

    @Override
    public byte[] bytes() {
      byte[] bytes = new byte[(int) size()];
      memory.readBuffer(0, bytes, 0, bytes.length);
      return bytes;
    }

    @Override
    public void write(long at, byte[] bytes) {
      GuestMemory.write(memory, at, bytes);
    }

    @Override
    public void grow(int pages) {
      silent.export("grow").execute(pages);
    }

    @Override
    public int call(HostFunction function, boolean streams, long... args) {
      Object[] all = new Object[args.length];
      for (int i = 0; i < args.length; i++) {
        boolean isLong = function.parameters().get(i) == HostFunction.Parameter.I64;
        all[i] = isLong ? (Object) args[i] : (Object) (int) args[i];
      }
      return (streams ? streaming : silent).export(function.importName()).execute(all).asInt();
    }

    @Override
    public Optional<ErrorCode> lastError(boolean streams) {
      return (streams ? streaming : silent).lastError().map(EngineException::code);
    }

    @Override
    public void close() {
      context.close(true);
    }
  }
}
