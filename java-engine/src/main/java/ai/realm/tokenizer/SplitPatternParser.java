package ai.realm.tokenizer;

import ai.realm.tokenizer.SplitPattern.End;
import ai.realm.tokenizer.SplitPattern.Item;
import ai.realm.tokenizer.SplitPattern.NotAhead;
import ai.realm.tokenizer.SplitPattern.Run;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the subset of regular expressions that pre-tokenizers need: {@code |} between alternatives;
 * literals, {@code \p{L} \p{M} \p{N} \p{P} \p{S} \s \S} and bracketed sets of literals, ranges and
 * classes; {@code ? * + {n} {n,m}} after each; {@code (?!…)} over one set; and {@code $}.
 */
final class SplitPatternParser {
  private final String source;
  private final int[] pattern;
  private int at;

  SplitPatternParser(String pattern) {
    this.source = pattern;
    this.pattern = Utf8.codePoints(pattern, 0, pattern.length());
  }

  /** The items of each alternative. */
  Item[][] alternatives() {
    List<Item[]> alternatives = new ArrayList<>();
    do {
      List<Item> items = new ArrayList<>();
      while (at < pattern.length && pattern[at] != '|') {
        items.add(item());
      }
      if (items.isEmpty()) {
        throw unsupported("an empty alternative");
      }
      alternatives.add(items.toArray(new Item[0]));
    } while (accept('|'));
    return alternatives.toArray(new Item[0][]);
  }

  private Item item() {
    if (accept('$')) {
      return new End();
    }
    if (accept('(')) {
      expect('?');
      expect('!');
      CharacterSet set = set();
      expect(')');
      return new NotAhead(set);
    }
    CharacterSet set = set();
    if (accept('?')) {
      return new Run(set, 0, 1);
    }
    if (accept('*')) {
      return new Run(set, 0, Integer.MAX_VALUE);
    }
    if (accept('+')) {
      return new Run(set, 1, Integer.MAX_VALUE);
    }
    if (accept('{')) {
      int min = number();
      int max = accept(',') ? number() : min;
      expect('}');
      return new Run(set, min, max);
    }
    return new Run(set, 1, 1);
  }

  private CharacterSet set() {
    IntList ranges = new IntList(4);
    if (accept('[')) {
      boolean negated = accept('^');
      int classes = 0;
      while (!accept(']')) {
        classes |= element(ranges, true);
      }
      return new CharacterSet(classes, ranges.toArray(), negated);
    }
    if (pattern[at] == '\\' && at + 1 < pattern.length && pattern[at + 1] == 'S') {
      at += 2;
      return new CharacterSet(UnicodeClass.SPACE, new int[0], true);
    }
    if (".^)*+?{".indexOf(pattern[at]) >= 0) {
      throw unsupported("'" + Character.toString(pattern[at]) + "'");
    }
    int classes = element(ranges, false);
    return new CharacterSet(classes, ranges.toArray(), false);
  }

  /** Reads a class, which is returned, or a literal or a range, which goes to {@code ranges}. */
  private int element(IntList ranges, boolean inBrackets) {
    int first = next();
    if (first == '\\') {
      first = next();
      if (first == 's') {
        return UnicodeClass.SPACE;
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
    if (Character.isLetterOrDigit(letter)) {
      throw unsupported("'\\" + Character.toString(letter) + "'");
    }
    return letter;
  }

  private int number() {
    int digit = next();
    if (digit < '0' || digit > '9') {
      throw unsupported("no number");
    }
    return digit - '0';
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
