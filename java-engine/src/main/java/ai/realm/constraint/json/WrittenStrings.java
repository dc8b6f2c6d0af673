package ai.realm.constraint.json;

import ai.realm.constraint.Beginning;
import ai.realm.constraint.Frame;
import ai.realm.constraint.Signs;
import ai.realm.constraint.TextPlaces;
import ai.realm.constraint.Until;
import ai.realm.constraint.regex.CodePoints;
import ai.realm.constraint.regex.Regex;
import ai.realm.constraint.regex.Regexes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Strings that are written as they are, up to a marker or in quotes of Python. */
final class WrittenStrings {
  private final Signs signs;
  private final Regexes regexes;
  private final TextPlaces places;
  private final Scalars scalars;
  private final Keywords keywords;

  /** Those that are alike share what is found of them. */
  private final Map<Key, Until> known = new HashMap<>();

  private record Key(Regex language, String marker) {}

  WrittenStrings(
      Signs signs, Regexes regexes, TextPlaces places, Scalars scalars, Keywords keywords) {
    this.signs = signs;
    this.regexes = regexes;
    this.places = places;
    this.scalars = scalars;
    this.keywords = keywords;
  }

  /** In single quotes nothing is escaped: neither these nor what escapes is in the string. */
  Regex singleQuoted(Facts facts) {
    Regex plain = regexes.repeat(regexes.oneOf(CodePoints.of("'\\").not()), 0, Regexes.UNLIMITED);
    Regex language = regexes.both(scalars.strings(List.of(facts)), plain);
    Regex quote = regexes.text("'");
    return regexes.sequence(quote, language, quote);
  }

  /**
   * A raw string and the marker behind it.
   *
   * @param mixed whether what looks like JSON is none
   * @return null where there is none
   */
  Frame until(List<Facts> all, String marker, boolean mixed) {
    List<Facts> strings = all.stream().filter(f -> f.types.contains(Facts.Type.STRING)).toList();
    if (strings.isEmpty()) {
      return null;
    }
    Facts first = strings.get(0);
    boolean isAny = strings.size() == 1 && keywords.texts(first) == regexes.any;
    Regex language = isAny ? regexes.any : scalars.strings(strings);
    if (mixed) {
      language = regexes.both(language, regexes.not(looksLikeJson()));
    }
    if (language != regexes.any) {
      Regex with = regexes.sequence(regexes.any, regexes.text(marker), regexes.any);
      language = regexes.both(language, regexes.not(with));
    }
    if (!language.alive()) {
      return null;
    }
    Regex of = language;
    Until until =
        known.computeIfAbsent(
            new Key(language, marker),
            key ->
                places.until(
                    of,
                    of == regexes.any,
                    Until.Marker.of(marker, signs, Beginning.NOTHING),
                    false,
                    0));
    return isAny ? until.frame(first.minLength, first.maxLength) : until.frame(0, Until.NO_END);
  }

  private Regex looksLikeJson() {
    return regexes.either(
        regexes.then(regexes.oneOf(CodePoints.of("-0123456789{[\"")), regexes.any),
        regexes.either(
            Stream.of("true", "false", "null", "True", "False", "None")
                .map(regexes::text)
                .toList()));
  }
}
