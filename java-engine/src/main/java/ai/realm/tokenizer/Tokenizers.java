package ai.realm.tokenizer;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.gguf.GgufMetadata;

/** Makes the tokenizer that a GGUF file describes under {@code tokenizer.ggml}. */
public final class Tokenizers {
  private Tokenizers() {}

  /**
   * The tokenizer of a model: byte-level byte-pair encoding for {@code tokenizer.ggml.model} {@code
   * gpt2}, SentencePiece for {@code llama}, WordPiece for {@code bert}. It copies what it needs:
   * the file may be closed afterwards.
   *
   * @throws EngineException {@code UNSUPPORTED_TOKENIZER} if the file has no tokenizer, or one of
   *     another kind or with an unknown pre-tokenizer; {@code MODEL_INVALID} if its tokens, types,
   *     scores or merges are missing or do not fit
   */
  public static Tokenizer of(GgufMetadata metadata) {
    String model = metadata.string("tokenizer.ggml.model", "");
    return switch (model) {
      case "gpt2" -> BytePairTokenizer.read(metadata);
      case "llama" -> SentencePieceTokenizer.read(metadata);
      case "bert" -> WordPieceTokenizer.read(metadata);
      case "" ->
          throw new EngineException(
              ErrorCode.UNSUPPORTED_TOKENIZER,
              "the file has no tokenizer.ggml.model; use a file that holds its tokenizer");
      default ->
          throw new EngineException(
              ErrorCode.UNSUPPORTED_TOKENIZER,
              "tokenizer.ggml.model is '"
                  + model
                  + "'; supported are gpt2 (byte-level BPE), llama (SentencePiece) and bert"
                  + " (WordPiece)");
    };
  }
}
