package ai.realm.guest.graal;

import ai.realm.error.ErrorCode;
import ai.realm.guest.GuestHost;
import ai.realm.guest.VerbatimPrompts;
import ai.realm.host.CaseBridge;
import ai.realm.host.ConformanceSuite;
import ai.realm.host.HostFunction;
import ai.realm.host.StreamToken;
import ai.realm.host.Tenant;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;

/** Every conformance case through a script in GraalJS, which makes the memory and the calls. */
class ScriptConformanceTest extends ConformanceSuite {
  private static final GraalJsEngine ENGINE = new GraalJsEngine();

  private static final String SCRIPT =
      """
      let memory, piece
      const make = (pages, pieces) => {
        memory = realm.memory(pages)
        // Eight bytes at a time.
        const [pattern] = new Float64Array(new Uint8Array(8).fill(0xA5).buffer)
        new Float64Array(memory.buffer).fill(pattern)
        piece = pieces
      }
      const streamToken = (pointer, length) => {
        if (!piece(pointer, length)) throw new Error('no more')
      }
      let silent, streaming
      const bind = () => {
        silent = realm.hostImports(memory)
        streaming = realm.hostImports(memory, { streamToken })
      }
      const buffer = () => memory.buffer
      const grow = (pages) => memory.grow(pages)
      const call = (streams, name, ...args) => (streams ? streaming : silent).env[name](...args)
      const lastError = (streams) => (streams ? streaming : silent).lastError()?.code
      """;

  @Override
  protected CaseBridge open(Tenant tenant, int pages, StreamToken pieces) {
    return new Script(tenant, pages, pieces);
  }

  private static final class Script implements CaseBridge {
    private final ScriptCode code;
    private final Value call;
    private Value buffer;

    Script(Tenant tenant, int pages, StreamToken pieces) {
      GuestHost host = new GuestHost(tenant, List.of(), new VerbatimPrompts(), 1L << 30);
      code = (ScriptCode) ENGINE.open(host);
      code.load(SCRIPT.getBytes(StandardCharsets.UTF_8));
      ProxyExecutable piece = args -> pieces.piece((int) args[0].asLong(), args[1].asInt());
      code.global("make").execute(pages, piece);
      code.global("bind").execute();
      call = code.global("call");
      buffer = code.global("buffer").execute();
    }

    @Override
    public long size() {
      return buffer.getBufferSize();
    }

    @Override
    public byte[] bytes() {
      byte[] bytes = new byte[(int) size()];
      buffer.readBuffer(0, bytes, 0, bytes.length);
      return bytes;
    }

    @Override
    public void write(long at, byte[] bytes) {
      GuestMemory.write(buffer, at, bytes);
    }

    @Override
    public void grow(int pages) {
      code.global("grow").execute(pages);
      buffer = code.global("buffer").execute();
    }

    @Override
    public int call(HostFunction function, boolean streams, long... args) {
      Object[] all = new Object[args.length + 2];
      all[0] = streams;
      all[1] = function.importName();
      for (int i = 0; i < args.length; i++) {
        all[i + 2] =
            function.parameters().get(i) == HostFunction.Parameter.I64
                ? BigInteger.valueOf(args[i])
                : (Object) (double) args[i];
      }
      return call.execute(all).asInt();
    }

    @Override
    public Optional<ErrorCode> lastError(boolean streams) {
      Value last = code.global("lastError").execute(streams);
      return last.isString() ? Optional.of(ErrorCode.valueOf(last.asString())) : Optional.empty();
    }

    @Override
    public void close() {
      code.close();
    }
  }
}
