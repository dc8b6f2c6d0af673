package ai.realm.tokenizer;

import ai.realm.error.EngineException;
import ai.realm.gguf.GgufMetadata;

/**
 * SentencePiece's unigram model: of all ways to cut a normalized text into tokens, the one whose
 * scores have the greatest sum, which Viterbi's algorithm finds (Kudo, "Subword Regularization"). A
 * character that no token covers is the unknown token, and many in a row are one of it.
 */
final class UnigramTokenizer extends SentencePieceTokenizer {
  /** How much worse than the worst token the unknown one is, in SentencePiece. */
  private static final float UNKNOWN_PENALTY = 10;

  private final UnigramNormalizer normalizer;
  final TokenPrefixes prefixes;
  final double unknownScore;

  /**
   * The tokenizer that {@code metadata} describes.
   *
   * @throws EngineException {@code MODEL_INVALID} for missing tokens, too few scores or a damaged
   *     table of the normalizer
   */
  static UnigramTokenizer read(GgufMetadata metadata) {
    Vocabulary vocabulary = Vocabulary.read(metadata);
    SpecialIds defaults = new SpecialIds(-1, 1, 2, -1, false, true);
    return new UnigramTokenizer(
        metadata, vocabulary, SpecialIds.read(metadata, vocabulary, defaults));
  }

  private UnigramTokenizer(GgufMetadata metadata, Vocabulary vocabulary, SpecialIds special) {
    super(metadata, vocabulary, special, false);
    this.normalizer = UnigramNormalizer.read(metadata, addSpacePrefix);
    this.prefixes = new TokenPrefixes(vocabulary);
    float least = Float.MAX_VALUE;
    for (int id = 0; id < vocabulary.size(); id++) {
      if (vocabulary.type(id) == TokenType.NORMAL) {
        least = Math.min(least, scores[id]);
      }
      if (matches(vocabulary.type(id))) {
        prefixes.add(id);
      }
    }
    this.unknownScore = least - UNKNOWN_PENALTY;
  }

  /** Whether text may become tokens of this type. */
  static boolean matches(TokenType type) {
    return type == TokenType.NORMAL || type == TokenType.USER_DEFINED || type == TokenType.UNUSED;
  }

  /** Logarithm of the probability of a token; what its author added as a whole costs nothing. */
  double score(int id) {
    return vocabulary.type(id) == TokenType.USER_DEFINED ? 0 : scores[id];
  }

  @Override
  void encodePlain(int[] text, boolean afterSpecial, IntList ids) {
    search(normalizer.normalize(Utf8.encode(text))).append(ids);
  }

  /** The best way to cut {@code normalized}, which is valid UTF-8. */
  UnigramSearch search(byte[] normalized) {
    UnigramSearch search = new UnigramSearch(this, normalized);
    search.run();
    return search;
  }
}
