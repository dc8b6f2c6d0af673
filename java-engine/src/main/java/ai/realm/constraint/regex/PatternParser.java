package ai.realm.constraint.regex;

import ai.realm.constraint.regex.PatternNode.Characters;
import ai.realm.constraint.regex.PatternNode.End;
import ai.realm.constraint.regex.PatternNode.Lookahead;
import ai.realm.constraint.regex.PatternNode.Repetition;
import ai.realm.constraint.regex.PatternNode.Start;
import ai.realm.constraint.regex.PatternNode.WordBoundary;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads ECMAScript's regular expressions (ECMA-262, 22.2.1), in the form of its flag {@code u}, but
 * for back references and lookbehind.
 */
final class PatternParser {
  private static final CodePoints DIGIT = CodePoints.range('0', '9');
  static final CodePoints WORD =
      DIGIT
          .or(CodePoints.range('A', 'Z'))
          .or(CodePoints.range('a', 'z'))
          .or(CodePoints.range('_', '_'));
  private static final CodePoints SPACE =
      CodePoints.of(
          "\t\n\u000B\f\r \u00A0\u1680\u2028\u2029\u202F\u205F\u3000\uFEFF"
              + "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A");
  private static final CodePoints LINE_ENDS = CodePoints.of("\n\r\u2028\u2029");

  /** A repetition beyond it has more states than anyone wants. */
  private static final int MOST_REPEATS = 100_000;

  private final int[] pattern;
  private int at;

  PatternParser(String pattern) {
    this.pattern = pattern.codePoints().toArray();
  }

  PatternNode parse() {
    PatternNode node = choice();
    if (at < pattern.length) {
      throw refused("there is a ) too many");
    }
    return node;
  }

  private PatternNode choice() {
    List<PatternNode> options = new ArrayList<>(List.of(sequence()));
    while (take('|')) {
      options.add(sequence());
    }
    return PatternNode.choice(options.toArray(PatternNode[]::new));
  }

  private PatternNode sequence() {
    List<PatternNode> parts = new ArrayList<>();
    while (at < pattern.length && pattern[at] != '|' && pattern[at] != ')') {
      parts.add(quantified(atom()));
    }
    return PatternNode.sequence(parts);
  }

  private PatternNode quantified(PatternNode node) {
    int min;
    int max;
    if (take('*')) {
      min = 0;
      max = Regexes.UNLIMITED;
    } else if (take('+')) {
      min = 1;
      max = Regexes.UNLIMITED;
    } else if (take('?')) {
      min = 0;
      max = 1;
    } else if (at < pattern.length && pattern[at] == '{' && isCount()) {
      at++;
      min = number();
      max = take(',') ? (peek() == '}' ? Regexes.UNLIMITED : number()) : min;
      at++;
      if (max < min) {
        throw refused("{" + min + "," + max + "} counts down");
      }
    } else {
      return node;
    }
    // A lazy quantifier finds another match, in the same texts.
    take('?');
    return new Repetition(node, min, max);
  }

  /** Whether a brace begins a count: else it is a character. */
  private boolean isCount() {
    int i = at + 1;
    int digits = 0;
    for (; i < pattern.length && DIGIT.contains(pattern[i]); i++) {
      digits++;
    }
    if (i < pattern.length && pattern[i] == ',') {
      i++;
      while (i < pattern.length && DIGIT.contains(pattern[i])) {
        i++;
      }
    }
    return digits > 0 && i < pattern.length && pattern[i] == '}';
  }

  private int number() {
    int value = 0;
    while (DIGIT.contains(peek())) {
      value = value * 10 + next() - '0';
      if (value > MOST_REPEATS) {
        throw refused("it repeats more than " + MOST_REPEATS + " times");
      }
    }
    return value;
  }

  private PatternNode atom() {
    int c = next();
    return switch (c) {
      case '^' -> new Start();
      case '$' -> new End();
      case '.' -> new Characters(LINE_ENDS.not());
      case '(' -> group();
      case '[' -> new Characters(characterClass());
      case '\\' -> escape();
      case '*', '+', '?' -> throw refused("nothing is before a " + Character.toString(c));
      default -> new Characters(one(c));
    };
  }

  private PatternNode group() {
    if (take('?')) {
      int kind = next();
      switch (kind) {
        case ':' -> {}
        case '=', '!' -> {
          PatternNode ahead = choice();
          close();
          return new Lookahead(ahead, kind == '=');
        }
        case '<' -> {
          if (peek() == '=' || peek() == '!') {
            throw refused("it looks behind, (?<=…) or (?<!…), which cannot be enforced");
          }
          while (next() != '>') {
            // The name of a group says nothing about texts.
          }
        }
        default -> throw refused("a group begins with (?" + Character.toString(kind));
      }
    }
    PatternNode inner = choice();
    close();
    return inner;
  }

  private void close() {
    if (!take(')')) {
      throw refused("a ) is missing");
    }
  }

  private PatternNode escape() {
    int c = peek();
    if (c == 'b' || c == 'B') {
      at++;
      return new WordBoundary(c == 'b');
    }
    if ((c >= '1' && c <= '9') || c == 'k') {
      throw refused("it refers back to a group, which cannot be enforced");
    }
    return new Characters(escaped());
  }

  /** The set of an escape, behind its backslash. */
  private CodePoints escaped() {
    int c = next();
    return switch (c) {
      case 'd' -> DIGIT;
      case 'D' -> DIGIT.not();
      case 'w' -> WORD;
      case 'W' -> WORD.not();
      case 's' -> SPACE;
      case 'S' -> SPACE.not();
      case 'p', 'P' -> property(c == 'P');
      case 't' -> one('\t');
      case 'n' -> one('\n');
      case 'v' -> one(0x0B);
      case 'f' -> one('\f');
      case 'r' -> one('\r');
      case '0' -> one(0);
      case 'c' -> one(next() & 31);
      case 'x' -> one(hex(2));
      case 'u' -> one(unicode());
      default -> one(c);
    };
  }

  private int unicode() {
    if (take('{')) {
      int value = 0;
      for (int c = next(); c != '}'; c = next()) {
        value = value * 16 + digit(c);
        if (value > Character.MAX_CODE_POINT) {
          throw refused("\\u{…} is beyond the last code point");
        }
      }
      return value;
    }
    int unit = hex(4);
    if (Character.isHighSurrogate((char) unit) && peek() == '\\') {
      at++;
      if (next() == 'u') {
        return Character.toCodePoint((char) unit, (char) hex(4));
      }
      throw refused("half of a surrogate pair stands alone");
    }
    return unit;
  }

  private int hex(int digits) {
    int value = 0;
    for (int i = 0; i < digits; i++) {
      value = value * 16 + digit(next());
    }
    return value;
  }

  private int digit(int c) {
    int value = Character.digit(c, 16);
    if (value < 0 || c > 'f') {
      throw refused(Character.toString(c) + " is no hexadecimal digit");
    }
    return value;
  }

  /** {@code \p{…}}: a general category, a script, or one of some binary properties. */
  private CodePoints property(boolean negated) {
    if (!take('{')) {
      throw refused("\\p has no {…}");
    }
    StringBuilder name = new StringBuilder();
    for (int c = next(); c != '}'; c = next()) {
      name.appendCodePoint(c);
    }
    CodePoints found = UnicodeProperties.of(name.toString());
    if (found == null) {
      throw refused("\\p{" + name + "} is not known");
    }
    return negated ? found.not() : found;
  }

  private CodePoints characterClass() {
    boolean negated = take('^');
    CodePoints all = CodePoints.NONE;
    while (!take(']')) {
      CodePoints first = classAtom();
      if (peek() == '-' && at + 1 < pattern.length && pattern[at + 1] != ']') {
        at++;
        CodePoints last = classAtom();
        if (!isOne(first) || !isOne(last)) {
          throw refused("a range goes from or to a class");
        }
        if (last.first(0) < first.first(0)) {
          throw refused("a range counts down");
        }
        all = all.or(CodePoints.range(first.first(0), last.first(0)));
      } else {
        all = all.or(first);
      }
    }
    return negated ? all.not() : all;
  }

  private CodePoints classAtom() {
    int c = next();
    if (c != '\\') {
      return one(c);
    }
    if (take('b')) {
      return one('\b');
    }
    return escaped();
  }

  private static boolean isOne(CodePoints set) {
    return set.ranges() == 1 && set.first(0) == set.last(0);
  }

  private static CodePoints one(int c) {
    return CodePoints.range(c, c);
  }

  private int peek() {
    return at < pattern.length ? pattern[at] : -1;
  }

  private int next() {
    if (at == pattern.length) {
      throw refused("it ends too early");
    }
    return pattern[at++];
  }

  private boolean take(int c) {
    boolean taken = peek() == c;
    if (taken) {
      at++;
    }
    return taken;
  }

  private PatternException refused(String what) {
    return new PatternException(
        String.format(
            Locale.ROOT,
            "the pattern %s cannot be used: %s",
            new String(pattern, 0, pattern.length),
            what));
  }
}
