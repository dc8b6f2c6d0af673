package ai.realm.constraint.regex;

import ai.realm.constraint.regex.PatternNode.Characters;
import ai.realm.constraint.regex.PatternNode.Choice;
import ai.realm.constraint.regex.PatternNode.End;
import ai.realm.constraint.regex.PatternNode.Lookahead;
import ai.realm.constraint.regex.PatternNode.Repetition;
import ai.realm.constraint.regex.PatternNode.Sequence;
import ai.realm.constraint.regex.PatternNode.Start;
import ai.realm.constraint.regex.PatternNode.WordBoundary;
import ai.realm.constraint.regex.Regex.Form;
import java.util.ArrayList;
import java.util.List;

/**
 * ECMAScript's regular expressions as languages. The signs {@code ^} and {@code $} count as
 * characters around the text until they are taken off; what looks around cuts the text in two, and
 * asks something of each half.
 */
public final class Pattern {
  private static final PatternNode ANY =
      new Repetition(new Characters(CodePoints.ALL), 0, Regexes.UNLIMITED);

  private final Regexes regexes;

  private Pattern(Regexes regexes) {
    this.regexes = regexes;
  }

  /**
   * The texts in which a pattern matches somewhere, as JSON Schema has it.
   *
   * @throws PatternException if it holds what is not regular, or is none
   */
  public static Regex search(String pattern, Regexes regexes) {
    PatternNode node = new PatternParser(pattern).parse();
    PatternNode before =
        PatternNode.choice(PatternNode.empty(), PatternNode.sequence(List.of(new Start(), ANY)));
    PatternNode after =
        PatternNode.choice(PatternNode.empty(), PatternNode.sequence(List.of(ANY, new End())));
    return new Pattern(regexes).compile(PatternNode.sequence(List.of(before, node, after)));
  }

  /**
   * The texts that a pattern matches from end to end.
   *
   * @throws PatternException if it holds what is not regular, or is none
   */
  public static Regex whole(String pattern, Regexes regexes) {
    PatternNode node = new PatternParser(pattern).parse();
    PatternNode start = PatternNode.choice(PatternNode.empty(), new Start());
    PatternNode end = PatternNode.choice(PatternNode.empty(), new End());
    return new Pattern(regexes).compile(PatternNode.sequence(List.of(start, node, end)));
  }

  private Regex compile(PatternNode signed) {
    PatternNode node = signed.afterStart();
    return node instanceof Sequence(List<PatternNode> parts)
        ? closing(parts)
        : closing(List.of(node));
  }

  /** The texts that are {@code parts} with the sign of the end behind them. */
  private Regex closing(List<PatternNode> parts) {
    for (int i = 0; i < parts.size(); i++) {
      PatternNode part = parts.get(i);
      if (!part.looksAround()) {
        continue;
      }
      List<PatternNode> left = parts.subList(0, i);
      List<PatternNode> right = parts.subList(i + 1, parts.size());
      return switch (part) {
        case WordBoundary(boolean between) -> boundary(between, plain(left), closing(right));
        case Lookahead(PatternNode of, boolean positive) -> {
          PatternNode rest =
              PatternNode.choice(
                  PatternNode.empty(), PatternNode.sequence(List.of(ANY, new End())));
          Regex ahead = closing(List.of(of, rest));
          Regex seen = positive ? ahead : regexes.not(ahead);
          yield regexes.then(plain(left), regexes.both(seen, closing(right)));
        }
        default -> spread(part, left, right);
      };
    }
    return plain(PatternNode.sequence(parts).beforeEnd());
  }

  /** Each option of a choice, or the parts of a group, in the place of that. */
  private Regex spread(PatternNode part, List<PatternNode> left, List<PatternNode> right) {
    List<PatternNode> options =
        switch (part) {
          case Choice(List<PatternNode> all) -> all;
          case Sequence s -> List.of(s);
          case Repetition(PatternNode of, int min, int max) when max == 1 ->
              min == 1 ? List.of(of) : List.of(PatternNode.empty(), of);
          default ->
              throw new PatternException(
                  "\\b, (?=…) and (?!…) within a repetition are no use here");
        };
    List<Regex> all = new ArrayList<>();
    for (PatternNode option : options) {
      List<PatternNode> parts = new ArrayList<>(left);
      if (option instanceof Sequence(List<PatternNode> inner)) {
        parts.addAll(inner);
      } else {
        parts.add(option);
      }
      parts.addAll(right);
      all.add(closing(parts));
    }
    return regexes.either(all);
  }

  private Regex boundary(boolean between, Regex left, Regex right) {
    CodePoints signs = PatternParser.WORD.not();
    Regex word = endsIn(left, PatternParser.WORD);
    Regex other = orEmpty(left, endsIn(left, signs));
    Regex toWord = beginsWith(right, PatternParser.WORD);
    Regex toOther = orEmpty(right, beginsWith(right, signs));
    return between
        ? regexes.either(regexes.then(word, toOther), regexes.then(other, toWord))
        : regexes.either(regexes.then(word, toWord), regexes.then(other, toOther));
  }

  private Regex orEmpty(Regex of, Regex others) {
    return of.accepts() ? regexes.optional(others) : others;
  }

  /** The texts of a language that end in one of some characters. */
  private Regex endsIn(Regex of, CodePoints set) {
    return switch (of.form) {
      case Form.Nothing f -> regexes.nothing;
      case Form.Empty f -> regexes.nothing;
      case Form.OneOf(CodePoints all) -> regexes.oneOf(all.and(set));
      case Form.Then(Regex head, Regex tail) -> {
        Regex behind = regexes.then(head, endsIn(tail, set));
        yield tail.accepts() ? regexes.either(behind, endsIn(head, set)) : behind;
      }
      case Form.Either(List<Regex> parts) ->
          regexes.either(parts.stream().map(part -> endsIn(part, set)).toList());
      case Form.Repeat(Regex one, int min, int max) ->
          regexes.then(fewer(one, min, max), endsIn(one, set));
      default -> regexes.both(of, regexes.then(regexes.any, regexes.oneOf(set)));
    };
  }

  /** The texts of a language that begin with one of some characters. */
  private Regex beginsWith(Regex of, CodePoints set) {
    return switch (of.form) {
      case Form.Nothing f -> regexes.nothing;
      case Form.Empty f -> regexes.nothing;
      case Form.OneOf(CodePoints all) -> regexes.oneOf(all.and(set));
      case Form.Then(Regex head, Regex tail) -> {
        Regex before = regexes.then(beginsWith(head, set), tail);
        yield head.accepts() ? regexes.either(before, beginsWith(tail, set)) : before;
      }
      case Form.Either(List<Regex> parts) ->
          regexes.either(parts.stream().map(part -> beginsWith(part, set)).toList());
      case Form.Repeat(Regex one, int min, int max) ->
          regexes.then(beginsWith(one, set), fewer(one, min, max));
      default -> regexes.both(of, regexes.then(regexes.oneOf(set), regexes.any));
    };
  }

  private Regex fewer(Regex of, int min, int max) {
    return regexes.repeat(of, Math.max(min - 1, 0), max == Regexes.UNLIMITED ? max : max - 1);
  }

  private Regex plain(List<PatternNode> parts) {
    return plain(PatternNode.sequence(parts));
  }

  private Regex plain(PatternNode node) {
    return switch (node) {
      case Characters(CodePoints set) -> regexes.oneOf(set);
      case Sequence(List<PatternNode> parts) ->
          regexes.sequence(parts.stream().map(this::plain).toArray(Regex[]::new));
      case Choice(List<PatternNode> options) ->
          regexes.either(options.stream().map(this::plain).toList());
      case Repetition(PatternNode of, int min, int max) -> regexes.repeat(plain(of), min, max);
      // A sign that was not taken off stands where no text begins or ends.
      case Start n -> regexes.nothing;
      case End n -> regexes.nothing;
      case WordBoundary n -> throw new IllegalStateException();
      case Lookahead n -> throw new IllegalStateException();
    };
  }
}
