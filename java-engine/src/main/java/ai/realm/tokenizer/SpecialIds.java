package ai.realm.tokenizer;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.gguf.GgufMetadata;

/**
 * The tokens with a role, and which of them surround a text. An id is -1 where the vocabulary has
 * none.
 *
 * @param bos begins a text (CLS in WordPiece)
 * @param eos ends a text
 * @param unknown stands for what the vocabulary cannot express
 * @param separator ends a text in WordPiece
 * @param addBos whether {@code bos} is put before a text
 * @param addEos whether {@code eos} is put after a text
 */
record SpecialIds(int bos, int eos, int unknown, int separator, boolean addBos, boolean addEos) {

  /**
   * Reads the ids that the file names, in place of those of {@code defaults}; an id outside the
   * vocabulary is none.
   *
   * @throws EngineException {@code MODEL_INVALID} if the file asks for BOS or EOS around a text and
   *     has none
   */
  static SpecialIds read(GgufMetadata metadata, Vocabulary vocabulary, SpecialIds defaults) {
    int bos = id(metadata, vocabulary, "tokenizer.ggml.bos_token_id", defaults.bos);
    int eos = id(metadata, vocabulary, "tokenizer.ggml.eos_token_id", defaults.eos);
    return new SpecialIds(
        bos,
        eos,
        id(metadata, vocabulary, "tokenizer.ggml.unknown_token_id", defaults.unknown),
        // Spelled so in the format.
        id(metadata, vocabulary, "tokenizer.ggml.seperator_token_id", defaults.separator),
        added(metadata, "bos", bos, defaults.addBos),
        added(metadata, "eos", eos, defaults.addEos));
  }

  /** The same with {@code bos} before a text, if there is one. */
  SpecialIds withBos() {
    return new SpecialIds(bos, eos, unknown, separator, bos >= 0, addEos);
  }

  /**
   * The id under {@code key} if it is in the vocabulary, else {@code otherwise} if that is, else
   * -1.
   */
  static int id(GgufMetadata metadata, Vocabulary vocabulary, String key, int otherwise) {
    long id = metadata.integer(key, otherwise);
    if (id < 0 || id >= vocabulary.size()) {
      id = otherwise;
    }
    return id < vocabulary.size() ? (int) id : -1;
  }

  private static boolean added(GgufMetadata metadata, String role, int id, boolean otherwise) {
    String key = "tokenizer.ggml.add_".concat(role).concat("_token");
    boolean add = metadata.bool(key, otherwise);
    if (add && id < 0) {
      if (metadata.has(key)) {
        throw new EngineException(
            ErrorCode.MODEL_INVALID,
            key
                + " is true, but tokenizer.ggml."
                + role
                + "_token_id names no token of the vocabulary; correct the file's metadata");
      }
      return false;
    }
    return add;
  }
}
