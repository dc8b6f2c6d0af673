package ai.realm.tokenizer;

import ai.realm.error.EngineException;
import ai.realm.gguf.GgufMetadata;
import java.util.Arrays;

/**
 * SentencePiece's unigram model: of all ways to cut a normalized text into tokens, the one whose
 * scores have the greatest sum, which Viterbi's algorithm finds (Kudo, "Subword Regularization"). A
 * character that no token covers is the unknown token, and many in a row are one of it.
 */
final class UnigramTokenizer extends SentencePieceTokenizer {
  /** How much worse than the worst token the unknown one is, in SentencePiece. */
  private static final float UNKNOWN_PENALTY = 10;

  private final UnigramNormalizer normalizer;
  private final TokenPrefixes prefixes;
  private final double unknownScore;

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

  private static boolean matches(TokenType type) {
    return type == TokenType.NORMAL || type == TokenType.USER_DEFINED || type == TokenType.UNUSED;
  }

  /** Logarithm of the probability of a token; what its author added as a whole costs nothing. */
  private double score(int id) {
    return vocabulary.type(id) == TokenType.USER_DEFINED ? 0 : scores[id];
  }

  @Override
  void encodePlain(int[] text, boolean afterSpecial, IntList ids) {
    byte[] normalized = normalizer.normalize(Utf8.encode(text));
    int length = normalized.length;
    // By position: the best sum of scores up to it, the last token, and where that begins.
    double[] sums = new double[length + 1];
    Arrays.fill(sums, 1, length + 1, Double.NEGATIVE_INFINITY);
    int[] tokens = new int[length + 1];
    int[] starts = new int[length + 1];
    for (int at = 0, next; at < length; at = next) {
      next = Utf8.after(normalized, at);
      boolean covered = false;
      int hash = 0;
      for (int end = at + 1; end <= length; end++) {
        hash = Vocabulary.hash(hash, normalized, end - 1, end);
        if (!prefixes.mayBegin(hash)) {
          break;
        }
        int id = prefixes.mayBeWhole(hash) ? vocabulary.find(normalized, at, end, hash) : -1;
        if (id >= 0 && matches(vocabulary.type(id))) {
          covered |= end == next;
          relax(sums, tokens, starts, at, end, id, score(id));
        }
      }
      if (!covered) {
        relax(sums, tokens, starts, at, next, special.unknown(), unknownScore);
      }
    }
    append(tokens, starts, length, ids);
  }

  /** Takes a token from {@code at} to {@code end} if that is better than what led there before. */
  private static void relax(
      double[] sums, int[] tokens, int[] starts, int at, int end, int id, double score) {
    double sum = sums[at] + score;
    if (sum > sums[end]) {
      sums[end] = sum;
      tokens[end] = id;
      starts[end] = at;
    }
  }

  /** Appends the tokens of the best way, which is read from its end. */
  private void append(int[] tokens, int[] starts, int length, IntList ids) {
    IntList backwards = new IntList(length / 3);
    boolean wasUnknown = false;
    for (int end = length; end > 0; end = starts[end]) {
      boolean isUnknown = tokens[end] == special.unknown();
      if (tokens[end] >= 0 && !(isUnknown && wasUnknown)) {
        backwards.add(tokens[end]);
      }
      wasUnknown = isUnknown;
    }
    for (int i = backwards.size() - 1; i >= 0; i--) {
      ids.add(backwards.get(i));
    }
  }
}
