package ai.realm.guest.graal;

import ai.realm.guest.GuestCode;
import ai.realm.guest.GuestHost;
import java.util.Map;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;

/** GraalJS. */
public final class GraalJsEngine implements GuestCode.Engine {
  static final String LANGUAGE = "js";

  /** What GraalJS adds to the globals of the language. */
  private static final Map<String, String> NO_ADDITIONS =
      Map.of(
          "js.load", "false",
          "js.print", "false",
          "js.console", "false",
          "js.graal-builtin", "false");

  private final Engine engine = SandboxContext.engine(LANGUAGE);

  @Override
  public GuestCode open(GuestHost host) {
    Context context = SandboxContext.open(engine, LANGUAGE, NO_ADDITIONS);
    try {
      return new ScriptCode(context, host);
    } catch (Throwable failure) {
      context.close(true);
      throw failure;
    }
  }
}
