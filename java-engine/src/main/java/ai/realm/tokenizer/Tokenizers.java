package ai.realm.tokenizer;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.gguf.GgufMetadata;

/** Makes the tokenizer that a GGUF file describes under {@code tokenizer.ggml}. */
public final class Tokenizers {
  private Tokenizers() {}

  /**
   * The tokenizer of a model: byte-pair encoding for {@code tokenizer.ggml.model} {@code gpt2},
   * {@code gemma4}, {@code whitespace} and {@code hybriddna}, SentencePiece's models for {@code
   * llama} and {@code t5}, WordPiece for {@code bert}, those of RWKV and PLaMo 2 for {@code rwkv}
   * and {@code plamo2}, and one that knows no text for {@code none} and {@code no_vocab}. It copies
   * what it needs: the file may be closed afterwards.
   *
   * @throws EngineException {@code UNSUPPORTED_TOKENIZER} if the file has no tokenizer, or one of
   *     another kind; {@code MODEL_INVALID} if its tokens, types, scores or merges are missing or
   *     do not fit
   */
  public static Tokenizer of(GgufMetadata metadata) {
    String model = metadata.string("tokenizer.ggml.model", "");
    return switch (model) {
      case "gpt2", "whitespace" ->
          BytePairTokenizer.read(metadata, metadata.string("tokenizer.ggml.pre", ""));
      case "gemma4" -> BytePairTokenizer.read(metadata, "gemma4");
      case "llama" -> SentencePiecePairTokenizer.read(metadata);
      case "t5" -> UnigramTokenizer.read(metadata);
      case "bert" -> WordPieceTokenizer.read(metadata);
      case "rwkv" -> RwkvTokenizer.read(metadata);
      case "plamo2" -> Plamo2Tokenizer.read(metadata);
      case "hybriddna" -> HybridDnaTokenizer.read(metadata);
      case "none", "no_vocab" -> NoTokenizer.read(metadata);
      case "" ->
          throw new EngineException(
              ErrorCode.UNSUPPORTED_TOKENIZER,
              "the file has no tokenizer.ggml.model; use a file that holds its tokenizer");
      default ->
          throw new EngineException(
              ErrorCode.UNSUPPORTED_TOKENIZER,
              "tokenizer.ggml.model is '"
                  + model
                  + "'; supported are gpt2, gemma4, whitespace and hybriddna (BPE), llama"
                  + " (SentencePiece), t5 (unigram), bert (WordPiece), rwkv, plamo2 and none");
    };
  }
}
