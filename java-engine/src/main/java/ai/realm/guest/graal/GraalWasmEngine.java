package ai.realm.guest.graal;

import ai.realm.guest.GuestCode;
import ai.realm.guest.GuestHost;
import java.util.Map;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;

/** GraalWasm. */
public final class GraalWasmEngine implements GuestCode.Engine {
  static final String LANGUAGE = "wasm";

  private final Engine engine = SandboxContext.engine(LANGUAGE);

  @Override
  public GuestCode open(GuestHost host) {
    return new ModuleCode(openContext(), host);
  }

  /** A context without anything in it. */
  Context openContext() {
    return SandboxContext.open(engine, LANGUAGE, Map.of());
  }
}
