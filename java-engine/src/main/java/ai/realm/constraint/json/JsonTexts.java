package ai.realm.constraint.json;

import ai.realm.constraint.Frame;
import ai.realm.constraint.Stack;
import ai.realm.constraint.TextPlaces;
import ai.realm.constraint.json.JsonSchema.Spacing;
import ai.realm.constraint.regex.CodePoints;
import ai.realm.constraint.regex.Regex;
import ai.realm.constraint.regex.Regexes;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.util.Optional;

/** The signs and the white space of JSON, and places in its texts. */
final class JsonTexts {
  private final TextPlaces places;

  /** Behind a bracket, behind a value and behind a comma; empty for none. */
  private final Optional<Frame> inside;

  private final Optional<Frame> behind;
  private final Optional<Frame> next;
  private final Frame colonFrame;
  private final String colon;
  private final String comma;

  JsonTexts(Regexes regexes, TextPlaces places, Spacing spacing) {
    this.places = places;
    Regex free = free(regexes);
    Regex space = regexes.text(" ");
    this.inside = spacing == Spacing.FREE ? Optional.of(places.text(free)) : Optional.empty();
    this.behind = inside;
    this.next = spacing == Spacing.SINGLE ? Optional.of(places.text(space)) : inside;
    this.colon = spacing == Spacing.SINGLE ? ": " : ":";
    this.comma = spacing == Spacing.SINGLE ? ", " : ",";
    this.colonFrame =
        places.text(
            spacing == Spacing.FREE
                ? regexes.sequence(free, regexes.text(":"), free)
                : regexes.text(colon));
  }

  /** White space that has an end: a space, or a new line with an indent. */
  private static Regex free(Regexes regexes) {
    Regex space = regexes.text(" ");
    return regexes.either(
        regexes.empty,
        space,
        regexes.then(
            regexes.oneOf(CodePoints.of("\n")),
            regexes.either(
                regexes.repeat(space, 0, 40), regexes.repeat(regexes.text("\t"), 0, 10))));
  }

  /** The places of plain texts and of strings. */
  TextPlaces places() {
    return places;
  }

  /** A part behind an opening bracket. */
  Stack inside(Frame part, Stack below) {
    return with(inside, new Stack(part, below));
  }

  /** A part behind a value. */
  Stack behind(Frame part, Stack below) {
    return with(behind, new Stack(part, below));
  }

  /** A part behind a comma. */
  Stack next(Frame part, Stack below) {
    return with(next, new Stack(part, below));
  }

  private static Stack with(Optional<Frame> space, Stack rest) {
    return space.map(frame -> new Stack(frame, rest)).orElse(rest);
  }

  /** With a colon before it. */
  Stack behindColon(Stack value) {
    return new Stack(colonFrame, value);
  }

  /** A colon, with as little white space as may be. */
  String colon() {
    return colon;
  }

  /** A comma, likewise. */
  String comma() {
    return comma;
  }

  /** Whether a byte is white space of JSON. */
  static boolean isSpace(int b) {
    return b == ' ' || b == '\n' || b == '\t' || b == '\r';
  }

  /** The text of a string as JSON has it. */
  static String unquoted(String string) {
    return JsonParser.parseString(string).getAsString();
  }

  /** A string as JSON has it. */
  static String quoted(String text) {
    return new JsonPrimitive(text).toString();
  }
}
