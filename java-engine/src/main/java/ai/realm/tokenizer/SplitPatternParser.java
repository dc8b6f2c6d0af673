package ai.realm.tokenizer;

import ai.realm.tokenizer.SplitPattern.End;
import ai.realm.tokenizer.SplitPattern.GroupsAhead;
import ai.realm.tokenizer.SplitPattern.Item;
import ai.realm.tokenizer.SplitPattern.NotAhead;
import ai.realm.tokenizer.SplitPattern.Repeated;
import ai.realm.tokenizer.SplitPattern.Run;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the subset of regular expressions that pre-tokenizers need: {@code |} between alternatives;
 * literals, {@code \p{L} \p{M} \p{N} \p{P} \p{S} \s \S}, ASCII's digits {@code \d}, and bracketed
 * sets of literals, ranges, classes and {@code &&[…]}; {@code ? * + {n} {n,m}} after each; {@code
 * $}; {@code (?:…)?} and {@code (?:…)*} at the end of an alternative; {@code (?!…)} over one set,
 * and {@code (?=(?:…{n})*(?!…))}, also with {@code +}, over two.
 */
final class SplitPatternParser {

  private final String source;
  private final int[] pattern;
  private int at;
  private int runs;

  SplitPatternParser(String pattern) {
    this.source = pattern;
    this.pattern = Utf8.codePoints(pattern, 0, pattern.length());
  }

  SplitPattern pattern() {
    Item[][] alternatives = alternatives();
    if (at < pattern.length) {
      throw unsupported("a ')'");
    }
    return new SplitPattern(alternatives, runs);
  }

  private Item[][] alternatives() {
    List<Item[]> alternatives = new ArrayList<>();
    do {
      List<Item> items = new ArrayList<>();
      while (!isEndOfAlternative()) {
        items.add(item());
      }
      if (items.isEmpty()) {
        throw unsupported("an empty alternative");
      }
      alternatives.add(items.toArray(new Item[0]));
    } while (accept('|'));
    return alternatives.toArray(new Item[0][]);
  }

  private boolean isEndOfAlternative() {
    return at == pattern.length || pattern[at] == '|' || pattern[at] == ')';
  }

  private Item item() {
    if (accept('$')) {
      return new End();
    }
    if (accept('(')) {
      expect('?');
      return accept('!') ? notAhead() : accept('=') ? groupsAhead() : repeated();
    }
    CharacterSet set = set();
    if (accept('?')) {
      return new Run(set, 0, 1, runs++);
    }
    if (accept('*')) {
      return new Run(set, 0, Integer.MAX_VALUE, runs++);
    }
    if (accept('+')) {
      return new Run(set, 1, Integer.MAX_VALUE, runs++);
    }
    if (accept('{')) {
      int min = number();
      int max = accept(',') ? number() : min;
      expect('}');
      return new Run(set, min, max, runs++);
    }
    return new Run(set, 1, 1, runs++);
  }

  /** What follows {@code (?!}. */
  private NotAhead notAhead() {
    CharacterSet set = set();
    expect(')');
    return new NotAhead(set);
  }

  /** What follows {@code (?=}. */
  private GroupsAhead groupsAhead() {
    expect('(');
    expect('?');
    expect(':');
    CharacterSet set = set();
    expect('{');
    int size = number();
    expect('}');
    expect(')');
    int least = accept('+') ? 1 : 0;
    if (least == 0) {
      expect('*');
    }
    expect('(');
    expect('?');
    expect('!');
    CharacterSet after = notAhead().set();
    expect(')');
    return new GroupsAhead(set, size, least, after, runs++);
  }

  /** What follows {@code (?} in a group. */
  private Repeated repeated() {
    expect(':');
    Item[][] choices = alternatives();
    expect(')');
    int max = accept('?') ? 1 : Integer.MAX_VALUE;
    if (max > 1) {
      expect('*');
    }
    if (!isEndOfAlternative()) {
      throw unsupported("an item after a group");
    }
    return new Repeated(choices, max);
  }

  private CharacterSet set() {
    if (at == pattern.length) {
      throw unsupported("its end");
    }
    if (accept('[')) {
      boolean negated = accept('^');
      IntList ranges = new IntList(4);
      int classes = 0;
      CharacterSet other = null;
      while (!accept(']')) {
        if (at + 2 < pattern.length
            && pattern[at] == '&'
            && pattern[at + 1] == '&'
            && pattern[at + 2] == '[') {
          at += 2;
          other = set();
          expect(']');
          break;
        }
        classes |= element(ranges, true);
      }
      CharacterSet set = new CharacterSet(classes, ranges.toArray(), negated);
      return other == null ? set : set.and(other);
    }
    if (pattern[at] == '\\' && at + 1 < pattern.length && pattern[at + 1] == 'S') {
      at += 2;
      return new CharacterSet(UnicodeClass.SPACE, new int[0], true);
    }
    if (".^)*+?{".indexOf(pattern[at]) >= 0) {
      throw unsupported("'" + Character.toString(pattern[at]) + "'");
    }
    IntList ranges = new IntList(4);
    int classes = element(ranges, false);
    return new CharacterSet(classes, ranges.toArray(), false);
  }

  /** Reads a class, which is returned, or literals or a range, which go to {@code ranges}. */
  private int element(IntList ranges, boolean inBrackets) {
    int first = next();
    if (first == '\\') {
      first = next();
      if (first == 's') {
        return UnicodeClass.SPACE;
      }
      if (first == 'd') {
        ranges.add('0');
        ranges.add('9');
        return 0;
      }
      if (first == 'p') {
        expect('{');
        int category = category(next());
        expect('}');
        return category;
      }
      first = escaped(first);
    }
    int last = first;
    if (inBrackets && at + 1 < pattern.length && pattern[at] == '-' && pattern[at + 1] != ']') {
      at++;
      last = accept('\\') ? escaped(next()) : next();
    }
    ranges.add(first);
    ranges.add(last);
    return 0;
  }

  private int category(int letter) {
    return switch (letter) {
      case 'L' -> UnicodeClass.LETTER;
      case 'M' -> UnicodeClass.MARK;
      case 'N' -> UnicodeClass.NUMBER;
      case 'P' -> UnicodeClass.PUNCTUATION;
      case 'S' -> UnicodeClass.SYMBOL;
      default -> throw unsupported("the category " + Character.toString(letter));
    };
  }

  private int escaped(int letter) {
    if (letter == 'r') {
      return '\r';
    }
    if (letter == 'n') {
      return '\n';
    }
    if (letter == 't') {
      return '\t';
    }
    if (Character.isLetterOrDigit(letter)) {
      throw unsupported("'\\" + Character.toString(letter) + "'");
    }
    return letter;
  }

  private int number() {
    int number = 0;
    int digits = 0;
    while (at < pattern.length && pattern[at] >= '0' && pattern[at] <= '9' && digits < 6) {
      number = number * 10 + next() - '0';
      digits++;
    }
    if (digits == 0) {
      throw unsupported("no number");
    }
    return number;
  }

  private int next() {
    if (at == pattern.length) {
      throw unsupported("its end");
    }
    return pattern[at++];
  }

  private boolean accept(int c) {
    if (at < pattern.length && pattern[at] == c) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(int c) {
    if (!accept(c)) {
      throw unsupported("no '" + Character.toString(c) + "'");
    }
  }

  private IllegalArgumentException unsupported(String what) {
    return new IllegalArgumentException(
        "the pattern " + source + " has " + what + " at " + at + ", which is not in the subset");
  }
}
