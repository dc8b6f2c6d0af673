package ai.realm.engine;

import ai.realm.sampling.StopStrings;
import ai.realm.tokenizer.Tokenizer;
import ai.realm.tokenizer.Utf8Stream;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * The text of a sequence of tokens as it grows: never half a character, never a part of a stop
 * string. Control tokens give no text, unless a format has them as signs.
 */
final class GeneratedText {
  private final Tokenizer tokenizer;
  private final Utf8Stream characters = new Utf8Stream();
  private final StopStrings stops;
  private final StringBuilder text = new StringBuilder();

  /** UTF-16 units that the tokens gave, among them those that are held back or cut. */
  private int decoded;

  private final IntPredicate shown;

  /**
   * An empty one.
   *
   * @param shown which control tokens give their texts
   */
  GeneratedText(Tokenizer tokenizer, List<String> stop, IntPredicate shown) {
    this.tokenizer = tokenizer;
    this.shown = shown;
    this.stops = new StopStrings(stop);
  }

  /** Adds a token; returns the piece that the text grew by, maybe empty. */
  String add(int token) {
    if (tokenizer.isControl(token) && !shown.test(token)) {
      return "";
    }
    String characters = this.characters.push(tokenizer.bytes(token));
    decoded += characters.length();
    return grow(stops.feed(characters));
  }

  /** UTF-16 units of text before what the next token adds. */
  int decoded() {
    return decoded;
  }

  /** UTF-16 units of all pieces so far. */
  int length() {
    return text.length();
  }

  /** Whether a stop string has ended the text. */
  boolean stopped() {
    return stops.found();
  }

  /**
   * Ends the text where the model did; returns the last piece, maybe empty. Bytes that stay
   * incomplete are no character then: they become U+FFFD.
   */
  String finish() {
    String rest = stops.feed(characters.finish());
    return grow(stops.found() ? rest : rest + stops.finish());
  }

  /**
   * Ends the text where its tokens were cut off: a character that they leave incomplete is left
   * out. Returns the last piece, maybe empty.
   */
  String cut() {
    return grow(stops.finish());
  }

  /** All pieces so far. */
  @Override
  public String toString() {
    return text.toString();
  }

  private String grow(String piece) {
    text.append(piece);
    return piece;
  }
}
