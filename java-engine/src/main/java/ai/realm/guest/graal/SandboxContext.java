package ai.realm.guest.graal;

import java.io.OutputStream;
import java.util.Map;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.HostAccess.MutableTargetMapping;
import org.graalvm.polyglot.SandboxPolicy;

/** Contexts of GraalVM's sandbox policy CONSTRAINED, in which no Java object is visible. */
final class SandboxContext {
  /** Java's byte buffers alone can be seen, and only those that are handed over. */
  private static final HostAccess ACCESS =
      HostAccess.newBuilder()
          .allowMutableTargetMappings(new MutableTargetMapping[0])
          .allowBufferAccess(true)
          .build();

  private SandboxContext() {}

  /** An engine, whose contexts share the code that they have read. */
  static Engine engine(String language) {
    return Engine.newBuilder(language)
        .sandbox(SandboxPolicy.CONSTRAINED)
        .out(OutputStream.nullOutputStream())
        .err(OutputStream.nullOutputStream())
        // Without the compiler's modules the interpreter runs: that is as it should be.
        .option("engine.WarnInterpreterOnly", "false")
        .build();
  }

  /** A context for one guest, to be closed. */
  static Context open(Engine engine, String language, Map<String, String> options) {
    return Context.newBuilder(language)
        .engine(engine)
        .sandbox(SandboxPolicy.CONSTRAINED)
        .out(OutputStream.nullOutputStream())
        .err(OutputStream.nullOutputStream())
        .allowHostAccess(ACCESS)
        .options(options)
        .build();
  }
}
