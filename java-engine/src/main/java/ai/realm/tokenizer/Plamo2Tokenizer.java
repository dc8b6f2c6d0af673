package ai.realm.tokenizer;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.gguf.GgufMetadata;
import java.util.Arrays;

/**
 * PLaMo 2's tokenizer: of all ways to cut a text into tokens, the one whose scores, rounded to four
 * decimals, have the greatest sum; of equal ones that with the longer token first. A character may
 * also be its bytes, which is worse than any token.
 */
final class Plamo2Tokenizer extends VocabularyTokenizer {
  private static final double SCALE = 1e4;

  /** Costs are scores times -{@link #SCALE}. */
  private static final long BYTES_COST = 10_000_000;

  /** A token that costs this is none. */
  private static final long NO_COST = 20_000_000;

  /** More than any text costs, and far from the largest long. */
  private static final long UNREACHED = 1L << 60;

  private static final int BYTE_ORDER_MARK = 0xFEFF;

  private final TokenPrefixes prefixes;
  // Of each token that text may become; NO_COST of the others.
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

  private static long cost(float score) {
    double scaled = score * SCALE;
    // Halves are rounded away from zero.
    double rounded = Math.copySign(Math.floor(Math.abs(scaled) + 0.5), scaled);
    return Double.isFinite(scaled) && rounded > -NO_COST ? -(long) rounded : NO_COST;
  }

  @Override
  void encodePlain(int[] text, boolean afterSpecial, IntList ids) {
    int from = text.length > 0 && text[0] == BYTE_ORDER_MARK ? 1 : 0;
    byte[] utf8 = Utf8.encode(text, from, text.length);
    int length = utf8.length;
    // By position: the least cost from it to the end, the token there (-1 for bytes) and its end.
    long[] least = new long[length + 1];
    Arrays.fill(least, 0, length, UNREACHED);
    int[] tokens = new int[length];
    int[] ends = new int[length];
    for (int at = length - 1; at >= 0; at--) {
      if ((utf8[at] & 0xC0) == 0x80) {
        continue;
      }
      int hash = 0;
      for (int end = at + 1; end <= length; end++) {
        hash = Vocabulary.hash(hash, utf8, end - 1, end);
        if (!prefixes.mayBegin(hash)) {
          break;
        }
        int id = prefixes.mayBeWhole(hash) ? vocabulary.find(utf8, at, end, hash) : -1;
        if (id >= 0 && costs[id] < NO_COST && least[end] + costs[id] <= least[at]) {
          least[at] = least[end] + costs[id];
          tokens[at] = id;
          ends[at] = end;
        }
      }
      int next = Utf8.after(utf8, at);
      if (least[next] + BYTES_COST < least[at]) {
        least[at] = least[next] + BYTES_COST;
        tokens[at] = -1;
        ends[at] = next;
      }
    }
    for (int at = 0; at < length; at = ends[at]) {
      if (tokens[at] >= 0) {
        ids.add(tokens[at]);
        continue;
      }
      for (int i = at; i < ends[at]; i++) {
        ids.add(byteTokens[utf8[i] & 0xFF]);
      }
    }
  }

  @Override
  byte[] normalBytes(int id) {
    return vocabulary.utf8(id);
  }
}
