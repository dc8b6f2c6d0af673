package ai.realm.constraint;

import ai.realm.constraint.TextState.Places;
import ai.realm.constraint.TextState.Writing;
import ai.realm.constraint.regex.Regex;
import java.util.List;

/** Where texts of regular languages begin, for one grammar: what is found of a place is kept. */
public final class TextPlaces {
  private final Places plain = new Places(Writing.PLAIN);
  private final Places strings = new Places(Writing.JSON);

  /** A text as it is, of a language that is alive. */
  public Frame text(Regex language) {
    return new TextFrame(plain.begin(language));
  }

  /** Bytes that come as they are, at least one. */
  public static Frame literal(byte[] bytes) {
    return new LiteralFrame(bytes, 0);
  }

  /**
   * A text up to a marker.
   *
   * @param language of the text, alive
   * @param ends whether all may end within the text
   * @param tokens how many tokens it may have, after which its first marker comes; 0 for any number
   */
  public Until until(
      Regex language, boolean isAny, List<Until.Marker> markers, boolean ends, int tokens) {
    return new Until(plain.begin(language), isAny, markers, ends, tokens);
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
