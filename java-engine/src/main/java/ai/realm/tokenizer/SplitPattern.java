package ai.realm.tokenizer;

/**
 * A pattern of a pre-tokenizer: alternatives, of which the first that matches wins, each a sequence
 * of items, matched greedily and with backtracking as in Perl's regular expressions.
 *
 * <p>Not {@link java.util.regex.Pattern}: compiling these patterns there takes 15 ms of a cold
 * start, its classes of characters change with the Java runtime, and some of them would cost it the
 * square of a text's length, or its stack.
 *
 * @param alternatives in their order; no array is empty
 * @param runs how many items have a {@code number}
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared, and nobody else has the arrays.
record SplitPattern(Item[][] alternatives, int runs) {

  /** A part of an alternative. */
  sealed interface Item {}

  /**
   * {@code min} to {@code max} characters of {@code set}.
   *
   * @param number its own among the pattern's runs
   */
  record Run(CharacterSet set, int min, int max, int number) implements Item {}

  /** Asserts that no character of {@code set} follows. */
  record NotAhead(CharacterSet set) implements Item {}

  /**
   * Asserts what lies ahead: characters of {@code set}, in groups of {@code size}, {@code least}
   * groups or more, and then none of {@code after}, of which {@code set} is a part.
   *
   * @param number its own among the pattern's runs
   */
  record GroupsAhead(CharacterSet set, int size, int least, CharacterSet after, int number)
      implements Item {}

  /** Asserts the end of the piece. */
  record End() implements Item {}

  /**
   * Ends an alternative: as often as it can, up to {@code max} times, the first of {@code choices}
   * that matches. What it has taken it never gives back, and need not, as nothing follows.
   */
  record Repeated(Item[][] choices, int max) implements Item {}

  /**
   * Compiles {@code pattern}; {@link SplitPatternParser} says what it may hold.
   *
   * @throws IllegalArgumentException if it holds anything else
   */
  static SplitPattern of(String pattern) {
    return new SplitPatternParser(pattern).pattern();
  }
}
