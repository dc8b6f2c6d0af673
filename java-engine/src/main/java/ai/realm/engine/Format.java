package ai.realm.engine;

import ai.realm.constraint.Grammar;

/**
 * What a text must be like.
 *
 * @param source the grammar that it meets
 * @param closeAtLimit whether a text that comes near its most tokens is brought to an end, so that
 *     it meets the grammar all the same; else it is cut off
 */
public record Format(Grammar.Source source, boolean closeAtLimit) {
  /** Whether control tokens are signs in its texts, and shown. */
  boolean showsControl() {
    return source instanceof Grammar.Source.Turn;
  }
}
