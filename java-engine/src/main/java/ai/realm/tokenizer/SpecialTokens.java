package ai.realm.tokenizer;

import java.util.List;

/**
 * Which texts of special tokens are parsed as those tokens. Tokens that a vocabulary calls
 * user-defined are always parsed: they are text that its author added as a whole.
 */
public sealed interface SpecialTokens {

  /** None: every text is plain, as for a user's words. */
  record None() implements SpecialTokens {}

  /** All, wherever they stand. */
  record All() implements SpecialTokens {}

  /**
   * All but those that touch a range: the user's words within a rendered chat template. The ends of
   * a range cut nothing else: the plain text on both sides is one text.
   *
   * @param plain ranges of UTF-16 units, ascending and disjoint
   */
  record Outside(List<Range> plain) implements SpecialTokens {}

  /**
   * A half-open range of UTF-16 units.
   *
   * @param start the first
   * @param end one past the last
   */
  record Range(int start, int end) {}
}
