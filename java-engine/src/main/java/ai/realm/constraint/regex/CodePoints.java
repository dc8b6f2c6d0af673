package ai.realm.constraint.regex;

import java.util.Arrays;
import java.util.function.IntPredicate;

/** An immutable set of Unicode scalar values: ranges in ascending order, none next to another. */
public final class CodePoints {
  /** The first code point of the surrogates, which are no scalar values. */
  static final int FIRST_SURROGATE = 0xD800;

  /** One past the last surrogate. */
  static final int AFTER_SURROGATES = 0xE000;

  /** No code point. */
  public static final CodePoints NONE = new CodePoints(new int[0]);

  /** All scalar values. */
  public static final CodePoints ALL =
      new CodePoints(
          new int[] {0, FIRST_SURROGATE - 1, AFTER_SURROGATES, Character.MAX_CODE_POINT});

  /** First and last of each range. */
  private final int[] ranges;

  private CodePoints(int[] ranges) {
    this.ranges = ranges;
  }

  /** Those from {@code first} to {@code last}, without surrogates. */
  public static CodePoints range(int first, int last) {
    if (first > last) {
      return NONE;
    }
    CodePoints range = new CodePoints(new int[] {first, last});
    return last < FIRST_SURROGATE || first >= AFTER_SURROGATES ? range : range.and(ALL);
  }

  /** Those of a text. */
  public static CodePoints of(String characters) {
    CodePoints all = NONE;
    for (int c : characters.codePoints().toArray()) {
      all = all.or(range(c, c));
    }
    return all;
  }

  /** All scalar values that pass a test. */
  public static CodePoints where(IntPredicate test) {
    int[] found = new int[64];
    int count = 0;
    boolean in = false;
    for (int c = 0; c <= Character.MAX_CODE_POINT + 1; c++) {
      boolean now =
          c <= Character.MAX_CODE_POINT
              && (c < FIRST_SURROGATE || c >= AFTER_SURROGATES)
              && test.test(c);
      if (now != in) {
        if (count == found.length) {
          found = Arrays.copyOf(found, 2 * count);
        }
        found[count++] = now ? c : c - 1;
        in = now;
      }
    }
    return new CodePoints(Arrays.copyOf(found, count));
  }

  /** Whether there is none. */
  public boolean isEmpty() {
    return ranges.length == 0;
  }

  /** How many ranges there are. */
  public int ranges() {
    return ranges.length / 2;
  }

  /** The first code point of a range. */
  public int first(int range) {
    return ranges[2 * range];
  }

  /** The last code point of a range. */
  public int last(int range) {
    return ranges[2 * range + 1];
  }

  /** Whether {@code codePoint} is in the set. */
  public boolean contains(int codePoint) {
    int low = 0;
    int high = ranges.length / 2 - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (codePoint < ranges[2 * middle]) {
        high = middle - 1;
      } else if (codePoint > ranges[2 * middle + 1]) {
        low = middle + 1;
      } else {
        return true;
      }
    }
    return false;
  }

  /** Those in this set or in the other. */
  public CodePoints or(CodePoints other) {
    int[] all = new int[ranges.length + other.ranges.length];
    int count = 0;
    int i = 0;
    int j = 0;
    while (i < ranges.length || j < other.ranges.length) {
      boolean mine =
          j == other.ranges.length || (i < ranges.length && ranges[i] <= other.ranges[j]);
      int first = mine ? ranges[i] : other.ranges[j];
      int last = mine ? ranges[i + 1] : other.ranges[j + 1];
      if (mine) {
        i += 2;
      } else {
        j += 2;
      }
      if (count > 0 && first <= all[count - 1] + 1) {
        all[count - 1] = Math.max(all[count - 1], last);
      } else {
        all[count++] = first;
        all[count++] = last;
      }
    }
    return new CodePoints(Arrays.copyOf(all, count));
  }

  /** Those in both. */
  public CodePoints and(CodePoints other) {
    int[] all = new int[ranges.length + other.ranges.length + 2];
    int count = 0;
    int i = 0;
    int j = 0;
    while (i < ranges.length && j < other.ranges.length) {
      int first = Math.max(ranges[i], other.ranges[j]);
      int last = Math.min(ranges[i + 1], other.ranges[j + 1]);
      if (first <= last) {
        all[count++] = first;
        all[count++] = last;
      }
      if (ranges[i + 1] < other.ranges[j + 1]) {
        i += 2;
      } else {
        j += 2;
      }
    }
    return new CodePoints(Arrays.copyOf(all, count));
  }

  /** All scalar values but these. */
  public CodePoints not() {
    int[] all = new int[ranges.length + 2];
    int count = 0;
    int next = 0;
    for (int i = 0; i < ranges.length; i += 2) {
      if (next < ranges[i]) {
        all[count++] = next;
        all[count++] = ranges[i] - 1;
      }
      next = ranges[i + 1] + 1;
    }
    if (next <= Character.MAX_CODE_POINT) {
      all[count++] = next;
      all[count++] = Character.MAX_CODE_POINT;
    }
    return new CodePoints(Arrays.copyOf(all, count)).and(ALL);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CodePoints set && Arrays.equals(ranges, set.ranges);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ranges);
  }
}
