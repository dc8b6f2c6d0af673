package ai.realm.tokenizer;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.gguf.GgufMetadata;

/**
 * PLaMo 2's tokenizer: of all ways to cut a text into tokens, the one whose scores, rounded to four
 * decimals, have the greatest sum; of equal ones that with the longer token first. A character may
 * also be its bytes, which is worse than any token.
 */
final class Plamo2Tokenizer extends VocabularyTokenizer {
  private static final double SCALE = 1e4;

  /** What a character costs as its bytes. Costs are scores times -{@link #SCALE}. */
  static final long BYTES_COST = 10_000_000;

  /** A token that costs this is none. */
  static final long NO_COST = 20_000_000;

  private static final int BYTE_ORDER_MARK = 0xFEFF;

  final TokenPrefixes prefixes;
  private final long[] costs;
  private final int[] byteTokens = new int[256];

  /**
   * The tokenizer that {@code metadata} describes.
   *
   * @throws EngineException {@code MODEL_INVALID} for missing tokens, too few scores, or a byte
   *     without its token
   */
  static Plamo2Tokenizer read(GgufMetadata metadata) {
    Vocabulary vocabulary = Vocabulary.read(metadata);
    SpecialIds defaults = new SpecialIds(1, 2, 0, -1, false, false);
    return new Plamo2Tokenizer(
        metadata, vocabulary, SpecialIds.read(metadata, vocabulary, defaults));
  }

  private Plamo2Tokenizer(GgufMetadata metadata, Vocabulary vocabulary, SpecialIds special) {
    super(metadata, vocabulary, special);
    prefixes = new TokenPrefixes(vocabulary);
    float[] scores = vocabulary.scores(metadata);
    costs = new long[vocabulary.size()];
    for (int id = 0; id < costs.length; id++) {
      TokenType type = vocabulary.type(id);
      boolean isText = type == TokenType.NORMAL || type == TokenType.USER_DEFINED;
      costs[id] = isText ? cost(scores[id]) : NO_COST;
      if (costs[id] < NO_COST) {
        prefixes.add(id);
      }
    }
    for (int b = 0; b < 256; b++) {
      byteTokens[b] = vocabulary.byteToken(b);
      if (byteTokens[b] < 0) {
        throw new EngineException(
            ErrorCode.MODEL_INVALID,
            "the vocabulary has no token <0x%02X>, expected one of each byte; convert the model again"
                .formatted(b));
      }
    }
  }

  /** What {@code id} costs; {@link #NO_COST} for one that text never becomes. */
  long cost(int id) {
    return costs[id];
  }

  /** The token of a byte. */
  int byteToken(byte b) {
    return byteTokens[b & 0xFF];
  }

  private static long cost(float score) {
    double scaled = score * SCALE;
    // Halves are rounded away from zero.
    double rounded = Math.copySign(Math.floor(Math.abs(scaled) + 0.5), scaled);
    return Double.isFinite(scaled) && rounded > -NO_COST ? -(long) rounded : NO_COST;
  }

  @Override
  void encodePlain(int[] text, boolean afterSpecial, IntList ids) {
    int from = text.length > 0 && text[0] == BYTE_ORDER_MARK ? 1 : 0;
    search(Utf8.encode(text, from, text.length)).append(ids);
  }

  /** The best way to cut {@code text}, which is valid UTF-8. */
  Plamo2Search search(byte[] text) {
    Plamo2Search search = new Plamo2Search(this, text);
    search.run();
    return search;
  }

  @Override
  byte[] normalBytes(int id) {
    return vocabulary.utf8(id);
  }
}
