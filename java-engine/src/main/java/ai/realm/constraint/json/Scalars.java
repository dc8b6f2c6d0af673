package ai.realm.constraint.json;

import ai.realm.constraint.ByteText;
import ai.realm.constraint.Frame;
import ai.realm.constraint.Stack;
import ai.realm.constraint.Stacks;
import ai.realm.constraint.TextPlaces;
import ai.realm.constraint.regex.CodePoints;
import ai.realm.constraint.regex.NumberTexts;
import ai.realm.constraint.regex.PatternException;
import ai.realm.constraint.regex.Regex;
import ai.realm.constraint.regex.Regexes;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The values without parts that facts admit: words, numbers and strings. */
final class Scalars {
  /** A string with a pattern and more characters than this has too many states. */
  private static final int MOST_COUNTED = 4096;

  private final Regexes regexes;
  private final NumberTexts numbers;
  private final TextPlaces places;
  private final Keywords keywords;

  Scalars(Regexes regexes, TextPlaces places, Keywords keywords) {
    this.regexes = regexes;
    this.numbers = new NumberTexts(regexes);
    this.places = places;
    this.keywords = keywords;
  }

  /** A text that is a whole value. */
  private record Plain(Frame frame) implements Value.Form {
    @Override
    public int length() {
      return frame.shortestLength();
    }

    @Override
    public void begin(Stack below, Stacks out) {
      out.add(new Stack(frame, below));
    }

    @Override
    public void shortest(ByteText out) {
      frame.shortest(out);
    }

    @Override
    public void complete() {}
  }

  /** The words and numbers that facts admit. */
  Regex plain(Facts facts) {
    List<Regex> words = new ArrayList<>();
    for (Facts.Type type : EnumSet.of(Facts.Type.NULL, Facts.Type.TRUE, Facts.Type.FALSE)) {
      if (facts.types.contains(type)) {
        words.add(regexes.text(type.name().toLowerCase(Locale.ROOT)));
      }
    }
    if (facts.types.contains(Facts.Type.NUMBER)) {
      words.add(number(facts));
    }
    return regexes.either(words);
  }

  /** Adds those of the facts to a value. */
  void add(Facts facts, Value value) {
    Regex plain = plain(facts);
    if (plain.alive()) {
      value.add(new Plain(places.text(plain)));
    }
    if (facts.types.contains(Facts.Type.STRING)) {
      string(facts, value);
    }
  }

  private Regex number(Facts facts) {
    List<Regex> all = new ArrayList<>();
    try {
      facts.multiples.forEach(step -> all.add(numbers.multipleOf(step)));
      facts.notMultiples.forEach(step -> all.add(regexes.not(numbers.multipleOf(step))));
    } catch (PatternException e) {
      throw new SchemaException.UnplacedException(e.getMessage(), "leave multipleOf out");
    }
    facts.above.forEach(bound -> all.add(numbers.atLeast(bound.value(), bound.strict())));
    facts.below.forEach(bound -> all.add(numbers.atMost(bound.value(), bound.strict())));
    if (facts.numbers != null) {
      List<Regex> among = new ArrayList<>();
      for (BigDecimal number : facts.numbers) {
        boolean isInteger = number.scale() <= 0;
        if (facts.notNumbers.contains(number)
            || (facts.integer && !isInteger)
            || (facts.broken && isInteger)) {
          continue;
        }
        Regex text = numbers.exactly(number);
        // The number as its bounds read it, in plain digits.
        String digits = number.toPlainString();
        if (all.stream().allMatch(test -> test.matches(digits))) {
          among.add(text);
        }
      }
      return regexes.either(among);
    }
    if (facts.broken && facts.integer) {
      return regexes.nothing;
    }
    for (BigDecimal number : facts.notNumbers) {
      all.add(
          regexes.not(regexes.both(numbers.atLeast(number, false), numbers.atMost(number, false))));
    }
    if (all.isEmpty() && !facts.broken) {
      return facts.integer ? numbers.integer() : numbers.any();
    }
    int decimals =
        Stream.of(
                facts.above.stream().map(Facts.Bound::value),
                facts.below.stream().map(Facts.Bound::value),
                facts.multiples.stream())
            .flatMap(s -> s)
            .mapToInt(BigDecimal::scale)
            .max()
            .orElse(0);
    all.add(
        facts.integer
            ? numbers.exactInteger()
            : facts.broken ? numbers.broken() : numbers.exact(decimals));
    return regexes.both(all);
  }

  private void string(Facts facts, Value value) {
    int min = facts.minLength;
    int max = facts.maxLength;
    Regex texts = keywords.texts(facts);
    if (texts != regexes.any && (min > 0 || max < Integer.MAX_VALUE)) {
      if (Math.max(min, max == Integer.MAX_VALUE ? 0 : max) > MOST_COUNTED) {
        throw new SchemaException.UnplacedException(
            "a string has a pattern and a length of more than %d".formatted(MOST_COUNTED),
            "put the length into the pattern, or leave one of them out");
      }
      texts = counted(texts, min, max);
      min = 0;
      max = Integer.MAX_VALUE;
    }
    if (texts.alive()) {
      value.add(new Plain(places.string(texts, min, max)));
    }
  }

  /** The strings of a language with so many characters; {@code max} may be unlimited. */
  private Regex counted(Regex texts, int min, int max) {
    if (min == 0 && max == Regexes.UNLIMITED) {
      return texts;
    }
    return regexes.both(texts, regexes.repeat(regexes.oneOf(CodePoints.ALL), min, max));
  }

  /** The strings that some alternatives admit, with their lengths. */
  Regex strings(List<Facts> alternatives) {
    List<Regex> all = new ArrayList<>();
    for (Facts facts : alternatives) {
      if (facts.types.contains(Facts.Type.STRING)) {
        all.add(counted(keywords.texts(facts), facts.minLength, facts.maxLength));
      }
    }
    return regexes.either(all);
  }
}
