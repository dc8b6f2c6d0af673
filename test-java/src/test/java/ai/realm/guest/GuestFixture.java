package ai.realm.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.guest.graal.GraalJsEngine;
import ai.realm.guest.graal.GraalWasmEngine;
import ai.realm.host.Grants;
import ai.realm.host.Host;
import ai.realm.host.HostOptions;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.function.Executable;

/** A host with a small model, and guests of it. */
final class GuestFixture implements AutoCloseable {
  /** The model of the conformance cases, under this id. */
  static final int MODEL = 7;

  static final GraalJsEngine JS = new GraalJsEngine();
  static final GraalWasmEngine WASM = new GraalWasmEngine();

  final Host host = new Host(new HostOptions(Long.MAX_VALUE, 1 << 20, false, 1));

  GuestFixture() {
    host.app().storeModel(tiny(), MODEL);
  }

  private static Path tiny() {
    try {
      return Path.of(GuestFixture.class.getResource("/conformance/models/tiny.gguf").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  Guest script(String source) {
    return script(source, GuestLimits.defaults());
  }

  Guest script(String source, GuestLimits limits) {
    return open(JS, source.getBytes(StandardCharsets.UTF_8), limits, granted(100));
  }

  Guest script(String source, Grants grants) {
    return open(JS, source.getBytes(StandardCharsets.UTF_8), GuestLimits.defaults(), grants);
  }

  Guest module(byte[] source) {
    return module(source, GuestLimits.defaults());
  }

  Guest module(byte[] source, GuestLimits limits) {
    return open(WASM, source, limits, granted(100));
  }

  static Grants granted(long tokens) {
    return new Grants(List.of(MODEL), tokens, 1, 1 << 20);
  }

  private Guest open(GuestCode.Engine engine, byte[] source, GuestLimits limits, Grants grants) {
    GuestHost visible =
        new GuestHost(
            host.guest(grants), grants.models(), new VerbatimPrompts(), limits.memoryBytes());
    return Guest.open(engine, source, visible, limits);
  }

  static EngineException assertCode(ErrorCode code, Executable call) {
    EngineException thrown = assertThrows(EngineException.class, call);
    assertEquals(code, thrown.code(), thrown.getMessage());
    return thrown;
  }

  @Override
  public void close() {
    host.app().close();
  }
}
