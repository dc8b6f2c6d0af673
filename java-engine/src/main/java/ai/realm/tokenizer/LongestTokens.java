package ai.realm.tokenizer;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Finds the longest token that stands at a place of a text. A search reads no more bytes than the
 * longest token has.
 */
final class LongestTokens {

  /**
   * A token.
   *
   * @param text its bytes
   * @param id its id
   */
  record Token(byte[] text, int id) {}

  // In the order of their bytes, so that those with a common beginning stand together; of equal
  // ones the one of the highest id last.
  private final Token[] tokens;
  // Those that begin with byte b are tokens[starts[b]] up to tokens[starts[b + 1]].
  private final int[] starts = new int[257];

  /** Of these; those of no text are never found. */
  LongestTokens(List<Token> all) {
    tokens =
        all.stream()
            .filter(token -> token.text.length > 0)
            .sorted(
                Comparator.comparing(Token::text, Arrays::compareUnsigned)
                    .thenComparingInt(Token::id))
            .toArray(Token[]::new);
    for (Token token : tokens) {
      starts[(token.text[0] & 0xFF) + 1]++;
    }
    for (int b = 0; b < 256; b++) {
      starts[b + 1] += starts[b];
    }
  }

  /** The longest at {@code at}, which is in {@code text}; null if there is none. */
  Token at(byte[] text, int at) {
    int first = text[at] & 0xFF;
    // Those that agree with the text so far are tokens[low] up to tokens[high].
    int low = starts[first];
    int high = starts[first + 1];
    Token longest = null;
    for (int depth = 1; low < high; depth++) {
      while (low < high && tokens[low].text.length == depth) {
        longest = tokens[low];
        low++;
      }
      if (at + depth == text.length) {
        break;
      }
      int next = text[at + depth] & 0xFF;
      low = firstFrom(next, depth, low, high);
      high = firstFrom(next + 1, depth, low, high);
    }
    return longest;
  }

  /** The first token in {@code [low, high)} with at least {@code b} at {@code depth}. */
  private int firstFrom(int b, int depth, int low, int high) {
    int from = low;
    int to = high;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if ((tokens[middle].text[depth] & 0xFF) < b) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }
}
