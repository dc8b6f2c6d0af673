package ai.realm.guest.graal;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.guest.GuestCode;
import ai.realm.guest.GuestHost;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;

/**
 * A guest's script in GraalJS. {@code guest.js} makes the global {@code realm} for it, and carries
 * calls across.
 */
final class ScriptCode implements GuestCode {
  private static final Source PRELUDE = prelude();

  private final Context context;
  private final Value calls;

  /** Makes the globals ready. */
  ScriptCode(Context context, GuestHost host) {
    this.context = context;
    this.calls = context.eval(PRELUDE).execute(new ScriptHost(host).members());
  }

  @Override
  public void load(byte[] source) {
    try {
      context.eval(Source.newBuilder(GraalJsEngine.LANGUAGE, text(source), "guest").buildLiteral());
    } catch (PolyglotException failure) {
      throw of(failure);
    }
  }

  @Override
  public String call(String function, String arguments) {
    try {
      Value called = global(function);
      if (called == null || !called.canExecute()) {
        throw new EngineException(
            ErrorCode.NOT_FOUND,
            "the guest has no function " + function + "; declare one in its script");
      }
      calls.invokeMember("begin", called, arguments);
      // The jobs of promises have run by now.
      return calls.invokeMember("end").asString();
    } catch (PolyglotException failure) {
      throw of(failure);
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

  /** What the script declares by this name; null if it does not. */
  Value global(String name) {
    return context.getBindings(GraalJsEngine.LANGUAGE).getMember(name);
  }

  /** An error of the host that the script did not catch keeps its code. */
  private EngineException of(PolyglotException failure) {
    Value thrown = failure.getGuestObject();
    if (thrown != null && !failure.isCancelled()) {
      Value code = calls.invokeMember("codeOf", thrown);
      if (code.isString()) {
        return new EngineException(
            ErrorCode.valueOf(code.asString()), thrown.getMember("message").asString(), failure);
      }
    }
    return GuestFailure.of(failure);
  }

  private static String text(byte[] source) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(source)).toString();
    } catch (CharacterCodingException invalid) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          "the guest's script is no valid UTF-8 (" + invalid.getMessage() + ")",
          invalid);
    }
  }

  private static Source prelude() {
    try (InputStream in = ScriptCode.class.getResourceAsStream("guest.js")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Source.newBuilder(GraalJsEngine.LANGUAGE, text, "realm").internal(true).build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
