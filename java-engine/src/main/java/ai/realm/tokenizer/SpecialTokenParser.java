package ai.realm.tokenizer;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.tokenizer.SpecialTokens.Range;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/**
 * Finds the texts of special tokens in a text. Longer tokens go first: each takes its occurrences,
 * from left to right, in what those before it left over. User-defined tokens are always parsed,
 * control tokens and the unknown token only where the caller allows it.
 */
final class SpecialTokenParser {

  /**
   * A part of a text: a special token with the white space that it swallows, or plain text.
   *
   * @param token the special token's id, or -1 for plain text
   * @param start first UTF-16 unit
   * @param end one past the last
   */
  record Fragment(int token, int start, int end) {
    static final int PLAIN = -1;
  }

  private record Special(String text, int id, boolean userDefined) implements Comparable<Special> {
    @Override
    public int compareTo(Special other) {
      return text.compareTo(other.text);
    }
  }

  // In the order of their texts, so that those with a common beginning stand together.
  private final Special[] specials;
  // For each, the longest other one that its text begins with, or -1.
  private final int[] prefixes;
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
      if (type.isSpecial() && vocabulary.length(id) > 0) {
        found.add(new Special(vocabulary.text(id), id, type == TokenType.USER_DEFINED));
      }
    }
    specials = found.toArray(new Special[0]);
    Arrays.sort(specials);
    prefixes = new int[specials.length];
    Long[] order = new Long[specials.length];
    for (int i = 0; i < specials.length; i++) {
      String text = specials[i].text;
      int prefix = i - 1;
      while (prefix >= 0 && !text.startsWith(specials[prefix].text)) {
        prefix = prefixes[prefix];
      }
      prefixes[i] = prefix;
      firstUnits.set(text.charAt(0));
      order[i] = -((long) vocabulary.length(specials[i].id) << 32) + i;
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
    int done = 0;
    for (Fragment next : occurrences(text, plain, allowed instanceof SpecialTokens.None)) {
      if (next.start() > done) {
        fragments.add(new Fragment(Fragment.PLAIN, done, next.start()));
      }
      fragments.add(next);
      done = next.end();
    }
    if (done < text.length()) {
      fragments.add(new Fragment(Fragment.PLAIN, done, text.length()));
    }
    return fragments;
  }

  /** The occurrences that are parsed, from left to right. */
  private Collection<Fragment> occurrences(
      String text, List<Range> plain, boolean userDefinedOnly) {
    TreeMap<Integer, Fragment> parsed = new TreeMap<>();
    IntList[] candidates = candidates(text);
    BitSet taken = new BitSet();
    for (int index : byLength) {
      if (candidates[index] == null) {
        continue;
      }
      Special special = specials[index];
      for (int at : candidates[index].toSortedArray()) {
        int end = at + special.text.length();
        if (taken.get(at)) {
          continue;
        }
        boolean allowed = special.userDefined || !(userDefinedOnly || touches(plain, at, end));
        if (allowed && isFree(taken, at, end)) {
          Fragment occurrence = stripped(special.id, at, end, text, taken);
          taken.set(occurrence.start(), occurrence.end());
          parsed.put(occurrence.start(), occurrence);
        } else if (prefixes[index] >= 0) {
          add(candidates, prefixes[index], at);
        }
      }
    }
    return parsed.values();
  }

  // Not nextSetBit, which would look beyond the end, for each of many up to the end of the text.
  private static boolean isFree(BitSet taken, int start, int end) {
    int at = start;
    while (at < end && !taken.get(at)) {
      at++;
    }
    return at == end;
  }

  private Fragment stripped(int token, int at, int after, String text, BitSet taken) {
    int start = at;
    int end = after;
    if (stripping.left(token)) {
      while (start > 0 && !taken.get(start - 1) && isSpace(text.charAt(start - 1))) {
        start--;
      }
    }
    if (stripping.right(token)) {
      while (end < text.length() && !taken.get(end) && isSpace(text.charAt(end))) {
        end++;
      }
    }
    return new Fragment(token, start, end);
  }

  /**
   * Where each special may occur: for every position, the longest special there. A shorter one may
   * take its place only if the longer one is not parsed.
   */
  private IntList[] candidates(String text) {
    IntList[] candidates = new IntList[specials.length];
    for (int at = 0; at < text.length(); at++) {
      if (firstUnits.get(text.charAt(at))) {
        int longest = longest(text, at);
        if (longest >= 0) {
          add(candidates, longest, at);
        }
      }
    }
    return candidates;
  }

  private static void add(IntList[] lists, int index, int value) {
    if (lists[index] == null) {
      lists[index] = new IntList(4);
    }
    lists[index].add(value);
  }

  /** The longest special that stands at {@code at}, or -1. */
  private int longest(String text, int at) {
    // Those that agree with the text so far are specials[low] up to specials[high].
    int low = 0;
    int high = specials.length;
    int longest = -1;
    for (int depth = 0; low < high; depth++) {
      if (specials[low].text.length() == depth) {
        longest = low;
        low++;
      }
      if (at + depth == text.length()) {
        break;
      }
      char unit = text.charAt(at + depth);
      low = firstFrom(unit, depth, low, high);
      high = firstFrom(unit + 1, depth, low, high);
    }
    return longest;
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
