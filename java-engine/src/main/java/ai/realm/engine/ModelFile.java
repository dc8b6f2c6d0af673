package ai.realm.engine;

import ai.realm.gguf.Gguf;
import ai.realm.gguf.GgufMetadata;
import ai.realm.tokenizer.Tokenizer;
import ai.realm.tokenizer.Tokenizers;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * What a model's file tells without its weights: metadata and tokenizer. Some files hold nothing
 * more.
 *
 * @param name the model's name, for people
 * @param gguf the open file, which closes with this
 * @param tokenizer its tokenizer
 */
public record ModelFile(String name, Gguf gguf, Tokenizer tokenizer) implements AutoCloseable {

  /**
   * Opens a file, and the other parts of a split model beside it.
   *
   * @throws ai.realm.error.EngineException as {@link Gguf#open} and {@link Tokenizers#of}
   */
  public static ModelFile open(Path path) {
    String fileName = String.valueOf(path.getFileName());
    return read(Gguf.open(path), fileName.replaceFirst("(?i)\\.gguf$", ""));
  }

  /**
   * Reads a file's bytes, which must stay valid and unchanged until {@code onClose} runs: when this
   * closes, or at once if this call throws.
   *
   * @throws ai.realm.error.EngineException as {@link Gguf#of} and {@link Tokenizers#of}
   */
  public static ModelFile of(MemorySegment bytes, Runnable onClose) {
    Gguf gguf;
    try {
      gguf = Gguf.of(bytes, onClose);
    } catch (Throwable failure) {
      onClose.run();
      throw failure;
    }
    return read(gguf, "buffer");
  }

  private static ModelFile read(Gguf gguf, String otherwise) {
    try {
      String name = gguf.metadata().string("general.name", otherwise);
      return new ModelFile(name, gguf, Tokenizers.of(gguf.metadata()));
    } catch (Throwable failure) {
      gguf.close();
      throw failure;
    }
  }

  /** The file's key-value pairs. */
  public GgufMetadata metadata() {
    return gguf.metadata();
  }

  /** Closes the file. */
  @Override
  public void close() {
    gguf.close();
  }
}
