package ai.realm.engine;

import ai.realm.gguf.Gguf;
import ai.realm.gguf.GgufMetadata;
import ai.realm.tokenizer.Tokenizer;

/**
 * What a model's file tells without its weights: metadata and tokenizer. Some files hold nothing
 * more.
 *
 * @param name the model's name, for people
 * @param gguf the open file, which closes with this
 * @param tokenizer its tokenizer
 */
public record ModelFile(String name, Gguf gguf, Tokenizer tokenizer) implements AutoCloseable {

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
