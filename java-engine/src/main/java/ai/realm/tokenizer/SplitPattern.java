package ai.realm.tokenizer;

/**
 * A pattern of a pre-tokenizer: alternatives, of which the first that matches wins, each a sequence
 * of items, matched greedily and with backtracking as in Perl's regular expressions.
 *
 * <p>Not {@link java.util.regex.Pattern}: compiling these patterns there takes 15 ms of a cold
 * start, and its classes of characters change with the Java runtime.
 */
final class SplitPattern {

  /** A part of an alternative. */
  sealed interface Item {}

  /** {@code min} to {@code max} characters of {@code set}. */
  record Run(CharacterSet set, int min, int max) implements Item {}

  /** Asserts that no character of {@code set} follows. */
  record NotAhead(CharacterSet set) implements Item {}

  /** Asserts the end of the piece. */
  record End() implements Item {}

  private final Item[][] alternatives;

  private SplitPattern(Item[][] alternatives) {
    this.alternatives = alternatives;
  }

  /**
   * Compiles {@code pattern}; {@link SplitPatternParser} says what it may hold.
   *
   * @throws IllegalArgumentException if it holds anything else
   */
  static SplitPattern of(String pattern) {
    return new SplitPattern(new SplitPatternParser(pattern).alternatives());
  }

  /**
   * Splits a piece of text: each match is a piece, and so is what lies between two.
   *
   * @param text code points
   * @param start the piece's first
   * @param end one past its last
   * @param ends receives where each new piece ends
   */
  void split(int[] text, int start, int end, IntList ends) {
    int done = start;
    int at = start;
    while (at < end) {
      int matched = match(text, at, end);
      if (matched > at) {
        if (at > done) {
          ends.add(at);
        }
        ends.add(matched);
        done = matched;
        at = matched;
      } else {
        at = afterFailure(text, at, end);
      }
    }
    if (done < end) {
      ends.add(end);
    }
  }

  /** Where the match that begins at {@code at} ends, or -1. */
  private int match(int[] text, int at, int end) {
    for (Item[] items : alternatives) {
      int matched = match(items, 0, text, at, end);
      if (matched >= 0) {
        return matched;
      }
    }
    return -1;
  }

  private static int match(Item[] items, int index, int[] text, int at, int end) {
    if (index == items.length) {
      return at;
    }
    // No switch over the types: in a cold JVM its bootstrap takes longer than a prompt's tokens.
    Item item = items[index];
    if (item instanceof NotAhead(CharacterSet set)) {
      return at < end && set.contains(text[at]) ? -1 : match(items, index + 1, text, at, end);
    }
    if (item instanceof Run(CharacterSet set, int min, int max)) {
      int most = at;
      int limit = max < end - at ? at + max : end;
      while (most < limit && set.contains(text[most])) {
        most++;
      }
      for (int next = most; next >= at + min; next--) {
        int matched = match(items, index + 1, text, next, end);
        if (matched >= 0) {
          return matched;
        }
      }
      return -1;
    }
    return at == end ? match(items, index + 1, text, at, end) : -1;
  }

  /**
   * Where to try next after no match at {@code at}. A lone alternative that begins with one or more
   * of a set, and failed at the first of a run of them, fails at the others too: a long run does
   * not cost the square of its length.
   */
  private int afterFailure(int[] text, int at, int end) {
    int next = at + 1;
    if (alternatives.length == 1
        && alternatives[0][0] instanceof Run(CharacterSet set, int min, int max)
        && min == 1
        && max == Integer.MAX_VALUE
        && set.contains(text[at])) {
      while (next < end && set.contains(text[next])) {
        next++;
      }
    }
    return next;
  }
}
