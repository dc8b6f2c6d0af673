package ai.realm.tokenizer;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.tokenizer.SpecialTokens.Range;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Finds the texts of special tokens in a text. Longer tokens go first: each takes its occurrences,
 * from left to right, in what those before it left over. User-defined tokens are always parsed,
 * control tokens and the unknown token only where the caller allows it.
 */
final class SpecialTokenParser {

  private record Special(String text, int id, boolean userDefined) implements Comparable<Special> {
    @Override
    public int compareTo(Special other) {
      return text.compareTo(other.text);
    }
  }

  // In the order of their texts, so that those with a common beginning stand together.
  private final Special[] specials;
  private final BitSet firstUnits = new BitSet();
  // Indices of specials, the longest first.
  private final int[] byLength;
  private final SpaceStripping stripping;

  /** A parser for the special tokens of {@code vocabulary}. */
  SpecialTokenParser(Vocabulary vocabulary, SpaceStripping stripping) {
    this.stripping = stripping;
    List<Special> found = new ArrayList<>();
    for (int id = 0; id < vocabulary.size(); id++) {
      TokenType type = vocabulary.type(id);
      if (type.isSpecial()) {
        found.add(new Special(vocabulary.text(id), id, type == TokenType.USER_DEFINED));
      }
    }
    specials = found.toArray(new Special[0]);
    Arrays.sort(specials);
    Long[] order = new Long[specials.length];
    for (int i = 0; i < order.length; i++) {
      int bytes = vocabulary.length(specials[i].id);
      order[i] = -((long) bytes << 32) + i;
      firstUnits.set(specials[i].text.charAt(0));
    }
    Arrays.sort(order);
    byLength = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      byLength[i] = order[i].intValue();
    }
  }

  /**
   * Cuts {@code text} into special tokens and the plain text between them.
   *
   * @throws EngineException {@code INVALID_ARGUMENT} if the ranges of {@code allowed} are not
   *     ascending, disjoint and within the text
   */
  List<Fragment> parse(String text, SpecialTokens allowed) {
    List<Range> plain = List.of();
    if (allowed instanceof SpecialTokens.Outside outside) {
      plain = outside.plain();
      check(plain, text.length());
    }
    List<Fragment> fragments = new ArrayList<>();
    if (!text.isEmpty()) {
      fragments.add(new Fragment(Fragment.PLAIN, 0, text.length()));
    }
    BitSet present = present(text);
    if (present.isEmpty()) {
      return fragments;
    }
    for (int index : byLength) {
      Special special = specials[index];
      if (present.get(index) && (special.userDefined || !(allowed instanceof SpecialTokens.None))) {
        fragments = split(text, fragments, special, special.userDefined ? List.of() : plain);
      }
    }
    return fragments;
  }

  private List<Fragment> split(
      String text, List<Fragment> fragments, Special special, List<Range> plain) {
    List<Fragment> out = new ArrayList<>(fragments.size() + 2);
    for (Fragment fragment : fragments) {
      if (fragment.token() != Fragment.PLAIN) {
        out.add(fragment);
        continue;
      }
      int rest = fragment.start();
      int from = rest;
      while (true) {
        int at = text.indexOf(special.text, from, fragment.end());
        if (at < 0) {
          break;
        }
        int after = at + special.text.length();
        if (touches(plain, at, after)) {
          from = at + 1;
          continue;
        }
        int before = at;
        if (stripping.left(special.id)) {
          while (before > rest && isSpace(text.charAt(before - 1))) {
            before--;
          }
        }
        if (before > rest) {
          out.add(new Fragment(Fragment.PLAIN, rest, before));
        }
        out.add(new Fragment(special.id, at, after));
        if (stripping.right(special.id)) {
          while (after < fragment.end() && isSpace(text.charAt(after))) {
            after++;
          }
        }
        rest = after;
        from = after;
      }
      if (rest < fragment.end()) {
        out.add(new Fragment(Fragment.PLAIN, rest, fragment.end()));
      }
    }
    return out;
  }

  /** Which of the specials occur in {@code text}, found in one pass however many there are. */
  private BitSet present(String text) {
    BitSet present = new BitSet();
    for (int at = 0; at < text.length(); at++) {
      if (!firstUnits.get(text.charAt(at))) {
        continue;
      }
      // Those that agree with the text so far are specials[low] up to specials[high].
      int low = 0;
      int high = specials.length;
      for (int depth = 0; low < high; depth++) {
        if (specials[low].text.length() == depth) {
          present.set(low);
          low++;
        }
        if (at + depth == text.length()) {
          break;
        }
        char unit = text.charAt(at + depth);
        low = firstFrom(unit, depth, low, high);
        high = firstFrom(unit + 1, depth, low, high);
      }
    }
    return present;
  }

  /** The first special in {@code [low, high)} with at least {@code unit} at {@code depth}. */
  private int firstFrom(int unit, int depth, int low, int high) {
    int from = low;
    int to = high;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (specials[middle].text.charAt(depth) < unit) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }

  /** Whether one of {@code ranges} shares a unit with {@code [start, end)}. */
  private static boolean touches(List<Range> ranges, int start, int end) {
    int low = 0;
    int high = ranges.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ranges.get(middle).end() <= start) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low < ranges.size() && ranges.get(low).start() < end;
  }

  private static void check(List<Range> ranges, int length) {
    int done = 0;
    for (Range range : ranges) {
      if (range.start() < done || range.end() < range.start() || range.end() > length) {
        throw new EngineException(
            ErrorCode.INVALID_ARGUMENT,
            "the plain range "
                + range.start()
                + " to "
                + range.end()
                + " is not ascending, disjoint and within the text's "
                + length
                + " UTF-16 units; pass ranges in order");
      }
      done = range.end();
    }
  }

  // As C's isspace in the C locale.
  private static boolean isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }
}
