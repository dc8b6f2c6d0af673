package ai.realm.constraint.regex;

import java.util.ArrayList;
import java.util.List;

/** A pattern as it is written: what {@link PatternParser} reads and {@link Pattern} compiles. */
sealed interface PatternNode {
  /** One character of a set. */
  record Characters(CodePoints set) implements PatternNode {}

  /** One behind the other. */
  record Sequence(List<PatternNode> parts) implements PatternNode {}

  /** One of them. */
  record Choice(List<PatternNode> options) implements PatternNode {}

  /** {@code min} to {@code max} of them. */
  record Repetition(PatternNode of, int min, int max) implements PatternNode {}

  /** {@code ^}: the text begins here. */
  record Start() implements PatternNode {}

  /** {@code $}: the text ends here. */
  record End() implements PatternNode {}

  /** {@code \b}, or {@code \B} where {@code between} is false. */
  record WordBoundary(boolean between) implements PatternNode {}

  /** {@code (?=…)}, or {@code (?!…)} where {@code positive} is false. */
  record Lookahead(PatternNode of, boolean positive) implements PatternNode {}

  /** The empty text. */
  static PatternNode empty() {
    return new Sequence(List.of());
  }

  /** No text. */
  static PatternNode nothing() {
    return new Choice(List.of());
  }

  /** All parts one behind the other. */
  static PatternNode sequence(List<PatternNode> parts) {
    List<PatternNode> flat = new ArrayList<>();
    for (PatternNode part : parts) {
      if (part.equals(nothing())) {
        return nothing();
      }
      if (part instanceof Sequence(List<PatternNode> inner)) {
        flat.addAll(inner);
      } else {
        flat.add(part);
      }
    }
    return flat.size() == 1 ? flat.get(0) : new Sequence(flat);
  }

  /** One of the options. */
  static PatternNode choice(PatternNode... options) {
    List<PatternNode> flat = new ArrayList<>();
    for (PatternNode option : options) {
      if (option instanceof Choice(List<PatternNode> inner)) {
        flat.addAll(inner);
      } else {
        flat.add(option);
      }
    }
    return flat.size() == 1 ? flat.get(0) : new Choice(flat);
  }

  /** Whether something in it looks at what is around it. */
  default boolean looksAround() {
    return switch (this) {
      case WordBoundary n -> true;
      case Lookahead n -> true;
      case Sequence(List<PatternNode> parts) -> parts.stream().anyMatch(PatternNode::looksAround);
      case Choice(List<PatternNode> options) -> options.stream().anyMatch(PatternNode::looksAround);
      case Repetition(PatternNode of, int min, int max) -> of.looksAround();
      default -> false;
    };
  }

  /** Whether it may take no character. */
  default boolean nullable() {
    return switch (this) {
      case Characters n -> false;
      case Start n -> false;
      case End n -> false;
      case WordBoundary n -> true;
      case Lookahead n -> true;
      case Sequence(List<PatternNode> parts) -> parts.stream().allMatch(PatternNode::nullable);
      case Choice(List<PatternNode> options) -> options.stream().anyMatch(PatternNode::nullable);
      case Repetition(PatternNode of, int min, int max) -> min == 0 || of.nullable();
    };
  }

  /** What is behind a {@link Start} that it begins with; the sign counts as a character here. */
  default PatternNode afterStart() {
    return switch (this) {
      case Start n -> empty();
      case Sequence(List<PatternNode> parts) -> {
        List<PatternNode> found = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
          List<PatternNode> rest = new ArrayList<>();
          // What looks around stays where it was.
          parts.subList(0, i).stream().filter(PatternNode::isAssertion).forEach(rest::add);
          rest.add(parts.get(i).afterStart());
          rest.addAll(parts.subList(i + 1, parts.size()));
          found.add(sequence(rest));
          if (!parts.get(i).nullable()) {
            break;
          }
        }
        yield possible(found);
      }
      case Choice(List<PatternNode> options) ->
          possible(options.stream().map(PatternNode::afterStart).toList());
      case Repetition(PatternNode of, int min, int max) -> once(of.afterStart(), of, min, max);
      default -> nothing();
    };
  }

  /** What is before an {@link End} that it ends with; nothing in it looks around. */
  default PatternNode beforeEnd() {
    return switch (this) {
      case End n -> empty();
      case Sequence(List<PatternNode> parts) -> {
        List<PatternNode> found = new ArrayList<>();
        for (int i = parts.size() - 1; i >= 0; i--) {
          List<PatternNode> rest = new ArrayList<>(parts.subList(0, i));
          rest.add(parts.get(i).beforeEnd());
          found.add(sequence(rest));
          if (!parts.get(i).nullable()) {
            break;
          }
        }
        yield possible(found);
      }
      case Choice(List<PatternNode> options) ->
          possible(options.stream().map(PatternNode::beforeEnd).toList());
      case Repetition(PatternNode of, int min, int max) -> {
        PatternNode last = of.beforeEnd();
        yield last.equals(nothing())
            ? nothing()
            : sequence(List.of(new Repetition(of, Math.max(min - 1, 0), less(max)), last));
      }
      default -> nothing();
    };
  }

  private boolean isAssertion() {
    return this instanceof WordBoundary || this instanceof Lookahead;
  }

  private static PatternNode once(PatternNode first, PatternNode of, int min, int max) {
    return first.equals(nothing())
        ? nothing()
        : sequence(List.of(first, new Repetition(of, Math.max(min - 1, 0), less(max))));
  }

  private static int less(int max) {
    return max == Regexes.UNLIMITED ? max : max - 1;
  }

  private static PatternNode possible(List<PatternNode> options) {
    return choice(options.stream().filter(o -> !o.equals(nothing())).toArray(PatternNode[]::new));
  }
}
