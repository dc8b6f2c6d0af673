package ai.realm.constraint;

import ai.realm.constraint.TextState.Places;
import ai.realm.constraint.TextState.Writing;
import ai.realm.constraint.regex.Regex;

/** Where texts of regular languages begin, for one grammar: what is found of a place is kept. */
public final class TextPlaces {
  private final Places plain = new Places(Writing.PLAIN);
  private final Places strings = new Places(Writing.JSON);

  /** A text as it is, of a language that is alive. */
  public Frame text(Regex language) {
    return new TextFrame(plain.begin(language));
  }

  /**
   * A JSON string, quotes and all, whose characters make a text of the language.
   *
   * @param min the fewest characters; 0 unless every text is in the language
   * @param max the most; {@link Integer#MAX_VALUE} unless every text is in the language
   */
  public Frame string(Regex language, int min, int max) {
    return new StringFrame(strings.begin(language), min, max, false);
  }

  /** A JSON string behind its first quote, whose owner decides what comes behind it. */
  public Frame owned(Regex language, OwnedString.Owner owner) {
    return new OwnedString(strings.begin(language), new byte[0], owner);
  }
}
