package ai.realm;

import ai.realm.bridge.javet.NodeApp;
import ai.realm.engine.SharedModels;
import ai.realm.guest.Guest;
import ai.realm.guest.GuestCode;
import ai.realm.guest.GuestEngineName;
import ai.realm.guest.GuestHost;
import ai.realm.guest.GuestLimits;
import ai.realm.guest.VerbatimPrompts;
import ai.realm.host.Grants;
import ai.realm.host.Host;
import java.nio.file.Path;
import java.util.List;

/**
 * Realm for Java programs. The program is started with {@code --add-modules=jdk.incubator.vector
 * --enable-native-access=ALL-UNNAMED}.
 *
 * <pre>{@code
 * try (Model model = Realm.loadModel(Path.of("model.gguf"))) {
 *   GenerateOptions options = new GenerateOptions().maxTokens(8).temperature(0);
 *   System.out.println(model.generate("The capital of France is", options).text());
 * }
 * }</pre>
 */
public final class Realm {
  private Realm() {}

  /** Loads a model with the default options. */
  public static Model loadModel(Path file) {
    return loadModel(file, new LoadOptions());
  }

  /**
   * Loads a model, to be closed.
   *
   * @param file a GGUF file; of a split model the first. It must not change while the model is
   *     open: if it is shortened or overwritten, the process ends; renaming another over it does no
   *     harm.
   * @throws ai.realm.error.EngineException {@code FILE_NOT_FOUND}, {@code IO_ERROR}, {@code
   *     GGUF_INVALID}, {@code GGUF_TRUNCATED}, {@code GGUF_UNSUPPORTED_VERSION}, {@code
   *     UNSUPPORTED_TYPE}, {@code UNSUPPORTED_ARCHITECTURE}, {@code UNSUPPORTED_TOKENIZER}, {@code
   *     MODEL_INVALID}, {@code DRAFT_MISMATCH} or {@code INVALID_ARGUMENT}, with a message that
   *     says what to do
   */
  public static Model loadModel(Path file, LoadOptions options) {
    return new Model(
        SharedModels.loadAlone(
            file,
            options.draft(),
            options.contextLength(),
            options.threads(),
            options.cache(),
            options.places(),
            options.overcommit()));
  }

  /**
   * Makes a guest, to be closed: runs code that nobody has to trust, with the models that it is
   * granted, and within its limits. A script sees {@code realm}, whose prompts are taken verbatim;
   * a module imports the host functions. The class path has the jars of the engine, or the options
   * name them.
   *
   * @param host has the granted models
   * @param source the text of a script in UTF-8, or a WebAssembly module
   * @throws ai.realm.error.EngineException {@code NOT_FOUND} if the engine is not there, {@code
   *     FILE_NOT_FOUND} for a jar, {@code MODEL_NOT_FOUND}, {@code INVALID_ARGUMENT}; {@code
   *     GUEST_ERROR} if the code throws or cannot be read; {@code TIMEOUT}, {@code QUOTA_EXCEEDED},
   *     {@code OUT_OF_MEMORY} or {@code STACK_OVERFLOW} if it exceeds its limits
   */
  public static Guest openGuest(
      Host host, GuestEngineName engine, byte[] source, GuestOptions options) {
    Grants grants = options.grants();
    GuestLimits limits = options.limits();
    GuestCode.Engine loaded = engine.load(options.jars());
    GuestHost visible =
        new GuestHost(
            host.guest(grants), grants.models(), new VerbatimPrompts(), limits.memoryBytes());
    return Guest.open(loaded, source, visible, limits);
  }

  /**
   * Starts a Node app in this process, in Javet, to be closed; {@code realm-ai} in it uses this
   * process's engine. The class path needs {@code com.caoccao.javet:javet} and {@code
   * javet-node-linux-x86_64-i18n}, both 4.1.1.
   *
   * @param script the app's first file
   * @param args its arguments
   */
  public static NodeApp startApp(Path script, String... args) {
    return NodeApp.start(script, List.of(args));
  }
}
