package ai.realm;

import ai.realm.engine.LoadedModel;
import ai.realm.engine.ModelFile;
import java.nio.file.Path;

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
   *     open.
   * @throws ai.realm.error.EngineException {@code FILE_NOT_FOUND}, {@code IO_ERROR}, {@code
   *     GGUF_INVALID}, {@code GGUF_TRUNCATED}, {@code GGUF_UNSUPPORTED_VERSION}, {@code
   *     UNSUPPORTED_TYPE}, {@code UNSUPPORTED_ARCHITECTURE}, {@code UNSUPPORTED_TOKENIZER}, {@code
   *     MODEL_INVALID} or {@code INVALID_ARGUMENT}, with a message that says what to do
   */
  public static Model loadModel(Path file, LoadOptions options) {
    ModelFile opened = ModelFile.open(file);
    try {
      return new Model(
          LoadedModel.load(opened, options.contextLength(), options.threads(), options.kvCache()));
    } catch (Throwable failure) {
      opened.close();
      throw failure;
    }
  }
}
