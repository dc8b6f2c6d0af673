package ai.realm.constraint.regex;

import ai.realm.constraint.regex.Regex.Form;
import java.util.Arrays;
import java.util.List;

/** Derivatives of languages, by their form. */
final class Derivatives {
  private Derivatives() {}

  /**
   * The derivative: {@code {w : c w in r}}.
   *
   * @param all makes it
   */
  static Regex of(Regex r, int c, Regexes all) {
    if (c >= CodePoints.FIRST_SURROGATE && c < CodePoints.AFTER_SURROGATES) {
      return all.nothing;
    }
    return switch (r.form) {
      case Form.Nothing f -> all.nothing;
      case Form.Empty f -> all.nothing;
      case Form.OneOf(CodePoints set) -> set.contains(c) ? all.empty : all.nothing;
      case Form.Then(Regex head, Regex tail) -> {
        Regex first = all.then(head.next(c), tail);
        yield head.accepts() ? all.either(first, tail.next(c)) : first;
      }
      case Form.Either(List<Regex> parts) ->
          all.either(parts.stream().map(p -> p.next(c)).toList());
      case Form.Both(List<Regex> parts) -> all.both(parts.stream().map(p -> p.next(c)).toList());
      case Form.Not(Regex of) -> all.not(of.next(c));
      case Form.Repeat(Regex of, int min, int max) -> {
        int most = max == Regexes.UNLIMITED ? max : max - 1;
        yield all.then(of.next(c), all.repeat(of, Math.max(min - 1, 0), most));
      }
      case Form.Multiple(int p, int k, int remainder, int behind) -> {
        if (c == '.') {
          yield behind < 0 ? all.multiple(p, k, remainder, 0) : all.nothing;
        }
        if (c < '0' || c > '9') {
          yield all.nothing;
        }
        int digit = Character.digit(c, 10);
        if (behind == k) {
          yield digit == 0 ? r : all.nothing;
        }
        int next = (int) ((remainder * 10L + digit) % p);
        yield all.multiple(p, k, next, behind < 0 ? -1 : behind + 1);
      }
    };
  }

  /** The first code points of ranges within which all derivatives are equal. */
  static int[] boundaries(Regex r) {
    IntSet found = new IntSet();
    found.add(0);
    found.add(CodePoints.FIRST_SURROGATE);
    found.add(CodePoints.AFTER_SURROGATES);
    switch (r.form) {
      case Form.Nothing f -> {}
      case Form.Empty f -> {}
      case Form.OneOf(CodePoints set) -> {
        for (int i = 0; i < set.ranges(); i++) {
          found.add(set.first(i));
          found.add(set.last(i) + 1);
        }
      }
      case Form.Then(Regex head, Regex tail) -> {
        found.addStarts(head);
        if (head.accepts()) {
          found.addStarts(tail);
        }
      }
      case Form.Either(List<Regex> parts) -> parts.forEach(found::addStarts);
      case Form.Both(List<Regex> parts) -> parts.forEach(found::addStarts);
      case Form.Not(Regex of) -> found.addStarts(of);
      case Form.Repeat(Regex of, int min, int max) -> found.addStarts(of);
      case Form.Multiple f -> {
        for (int c = '.'; c <= '9' + 1; c++) {
          found.add(c);
        }
      }
    }
    return found.sorted();
  }

  private static final class IntSet {
    private int[] values = new int[16];
    private int size;

    void add(int value) {
      if (value > Character.MAX_CODE_POINT) {
        return;
      }
      if (size == values.length) {
        values = Arrays.copyOf(values, 2 * size);
      }
      values[size++] = value;
    }

    void addStarts(Regex r) {
      for (int i = 0; i < r.ranges(); i++) {
        add(r.start(i));
      }
    }

    int[] sorted() {
      return Arrays.stream(values, 0, size).sorted().distinct().toArray();
    }
  }
}
