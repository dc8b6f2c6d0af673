package ai.realm.constraint.regex;

import ai.realm.constraint.regex.Regex.Form;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes regular languages; equal ones are one object, so that an automaton has few states. For one
 * thread at a time.
 */
public final class Regexes {
  /** No end of a repetition. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  /** States of a language with intersections or complements that are looked through. */
  private static final int MOST_STATES = 40_000;

  private static final int ZERO = '0';

  private final Map<Form, Regex> known = new HashMap<>();

  /** No text. */
  public final Regex nothing = make(new Form.Nothing(), false, true);

  /** The empty text alone. */
  public final Regex empty = make(new Form.Empty(), true, true);

  /** Every text. */
  public final Regex any = repeat(oneOf(CodePoints.ALL), 0, UNLIMITED);

  /** A language has more states than can be looked through. */
  public static final class TooComplexException extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooComplexException() {
      super("more than " + MOST_STATES + " states");
    }
  }

  /** One character of a set. */
  public Regex oneOf(CodePoints set) {
    return set.isEmpty() ? nothing : make(new Form.OneOf(set), false, true);
  }

  /** A text as it is. */
  public Regex text(String text) {
    int[] characters = text.codePoints().toArray();
    Regex all = empty;
    for (int i = characters.length - 1; i >= 0; i--) {
      all = then(oneOf(CodePoints.range(characters[i], characters[i])), all);
    }
    return all;
  }

  /** One language behind another. */
  public Regex then(Regex head, Regex tail) {
    if (head == nothing || tail == nothing) {
      return nothing;
    }
    if (head == empty) {
      return tail;
    }
    if (tail == empty) {
      return head;
    }
    if (head.form instanceof Form.Then(Regex first, Regex rest)) {
      return then(first, then(rest, tail));
    }
    return make(
        new Form.Then(head, tail), head.accepts() && tail.accepts(), head.plain && tail.plain);
  }

  /** One behind another. */
  public Regex sequence(Regex... parts) {
    Regex all = empty;
    for (int i = parts.length - 1; i >= 0; i--) {
      all = then(parts[i], all);
    }
    return all;
  }

  /** A text of any of these. */
  public Regex either(Regex... parts) {
    return either(Arrays.asList(parts));
  }

  /** A text of any of these. */
  public Regex either(List<Regex> parts) {
    List<Regex> flat = new ArrayList<>(parts.size());
    CodePoints set = CodePoints.NONE;
    for (Regex part : parts) {
      for (Regex p : part.form instanceof Form.Either(List<Regex> inner) ? inner : List.of(part)) {
        if (p == any) {
          return any;
        }
        if (p.form instanceof Form.OneOf(CodePoints more)) {
          set = set.or(more);
        } else if (p != nothing) {
          flat.add(p);
        }
      }
    }
    if (!set.isEmpty()) {
      flat.add(oneOf(set));
    }
    List<Regex> sorted = distinct(flat);
    return switch (sorted.size()) {
      case 0 -> nothing;
      case 1 -> sorted.get(0);
      default ->
          make(
              new Form.Either(sorted),
              sorted.stream().anyMatch(Regex::accepts),
              sorted.stream().allMatch(p -> p.plain));
    };
  }

  /** A text of all of these. */
  public Regex both(Regex... parts) {
    return both(Arrays.asList(parts));
  }

  /** A text of all of these. */
  public Regex both(List<Regex> parts) {
    List<Regex> flat = new ArrayList<>(parts.size());
    CodePoints set = null;
    for (Regex part : parts) {
      for (Regex p : part.form instanceof Form.Both(List<Regex> inner) ? inner : List.of(part)) {
        if (p == nothing) {
          return nothing;
        }
        if (p.form instanceof Form.OneOf(CodePoints more)) {
          set = set == null ? more : set.and(more);
        } else if (p != any) {
          flat.add(p);
        }
      }
    }
    if (set != null) {
      if (set.isEmpty()) {
        return nothing;
      }
      flat.add(oneOf(set));
    }
    List<Regex> sorted = distinct(flat);
    if (sorted.contains(empty)) {
      return sorted.stream().allMatch(Regex::accepts) ? empty : nothing;
    }
    return switch (sorted.size()) {
      case 0 -> any;
      case 1 -> sorted.get(0);
      default -> make(new Form.Both(sorted), sorted.stream().allMatch(Regex::accepts), false);
    };
  }

  /** Every other text. */
  public Regex not(Regex of) {
    if (of == nothing) {
      return any;
    }
    if (of == any) {
      return nothing;
    }
    return of.form instanceof Form.Not(Regex inner)
        ? inner
        : make(new Form.Not(of), !of.accepts(), false);
  }

  /** {@code min} to {@code max} texts of a language, one behind the other. */
  public Regex repeat(Regex of, int min, int max) {
    if (max == 0 || of == empty) {
      return empty;
    }
    if (of == nothing) {
      return min == 0 ? empty : nothing;
    }
    if (min == 1 && max == 1) {
      return of;
    }
    if (of.form instanceof Form.Repeat(Regex inner, int least, int most)
        && least == 0
        && most == UNLIMITED) {
      return of;
    }
    int needed = of.accepts() ? 0 : min;
    return make(new Form.Repeat(of, needed, max), needed == 0, of.plain);
  }

  /** A text of the language, or the empty one. */
  public Regex optional(Regex of) {
    return either(empty, of);
  }

  /**
   * A decimal number in digits, maybe with a minus and a point, that is a multiple of {@code p /
   * 10^k}; what it looks like besides is not asked.
   */
  public Regex multiple(int p, int k) {
    Regex digits = multiple(p, k, 0, -1);
    return then(optional(oneOf(CodePoints.range('-', '-'))), digits);
  }

  private Regex multiple(int p, int k, int remainder, int behind) {
    long scaled = remainder;
    for (int i = Math.max(behind, 0); i < k; i++) {
      scaled = scaled * 10 % p;
    }
    return make(new Form.Multiple(p, k, remainder, behind), scaled == 0, true);
  }

  private Regex make(Form form, boolean nullable, boolean plain) {
    Regex made = known.get(form);
    if (made == null) {
      made = new Regex(form, known.size(), nullable, plain, this);
      known.put(form, made);
    }
    return made;
  }

  private static List<Regex> distinct(List<Regex> parts) {
    return parts.stream().distinct().sorted(Comparator.comparingInt(r -> r.number)).toList();
  }

  /** The derivative: {@code {w : c w in r}}. */
  Regex derive(Regex r, int c) {
    if (c >= CodePoints.FIRST_SURROGATE && c < CodePoints.AFTER_SURROGATES) {
      return nothing;
    }
    return switch (r.form) {
      case Form.Nothing f -> nothing;
      case Form.Empty f -> nothing;
      case Form.OneOf(CodePoints set) -> set.contains(c) ? empty : nothing;
      case Form.Then(Regex head, Regex tail) -> {
        Regex first = then(head.next(c), tail);
        yield head.accepts() ? either(first, tail.next(c)) : first;
      }
      case Form.Either(List<Regex> parts) -> either(parts.stream().map(p -> p.next(c)).toList());
      case Form.Both(List<Regex> parts) -> both(parts.stream().map(p -> p.next(c)).toList());
      case Form.Not(Regex of) -> not(of.next(c));
      case Form.Repeat(Regex of, int min, int max) ->
          then(
              of.next(c), repeat(of, Math.max(min - 1, 0), max == UNLIMITED ? UNLIMITED : max - 1));
      case Form.Multiple(int p, int k, int remainder, int behind) -> {
        if (c == '.') {
          yield behind < 0 ? multiple(p, k, remainder, 0) : nothing;
        }
        if (c < '0' || c > '9') {
          yield nothing;
        }
        int digit = c - ZERO;
        if (behind == k) {
          yield digit == 0 ? r : nothing;
        }
        int next = (int) ((remainder * 10L + digit) % p);
        yield multiple(p, k, next, behind < 0 ? -1 : behind + 1);
      }
    };
  }

  /** The first code points of ranges within which all derivatives are equal. */
  int[] boundaries(Regex r) {
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

  /**
   * Whether the language has a text. Of what is put together of parts, the parts tell; through what
   * may follow an intersection or a complement it is looked, once: all of them, so that none is too
   * complex later.
   */
  boolean alive(Regex r) {
    if (r.plain) {
      return r != nothing;
    }
    if (r.life == 0) {
      switch (r.form) {
        case Form.Then(Regex head, Regex tail) -> {
          boolean begins = alive(head);
          r.life = life(alive(tail) && begins);
        }
        case Form.Either(List<Regex> parts) -> {
          boolean any = false;
          for (Regex part : parts) {
            any |= alive(part);
          }
          r.life = life(any);
        }
        case Form.Repeat(Regex of, int min, int max) -> r.life = life(alive(of) || min == 0);
        default -> lookThrough(r);
      }
    }
    return r.life > 0;
  }

  private static byte life(boolean alive) {
    return (byte) (alive ? 1 : -1);
  }

  /** Finds which states behind {@code start} are alive: those from which one is reached that is. */
  private void lookThrough(Regex start) {
    List<Regex> states = new ArrayList<>(List.of(start));
    Map<Regex, Integer> indices = new HashMap<>(Map.of(start, 0));
    List<List<Integer>> before = new ArrayList<>(List.of(new ArrayList<>()));
    Deque<Integer> living = new ArrayDeque<>();
    for (int i = 0; i < states.size(); i++) {
      Regex state = states.get(i);
      if (state.accepts() || state.life > 0 || (state.plain && state != nothing)) {
        living.add(i);
      }
      if (state.plain || state.life != 0) {
        continue;
      }
      for (int range = 0; range < state.ranges(); range++) {
        Regex next = state.derivative(range);
        Integer index = indices.get(next);
        if (index == null) {
          index = states.size();
          if (index > MOST_STATES) {
            throw new TooComplexException();
          }
          indices.put(next, index);
          states.add(next);
          before.add(new ArrayList<>());
        }
        before.get(index).add(i);
      }
    }
    boolean[] alive = new boolean[states.size()];
    living.forEach(i -> alive[i] = true);
    while (!living.isEmpty()) {
      for (int earlier : before.get(living.poll())) {
        if (!alive[earlier]) {
          alive[earlier] = true;
          living.add(earlier);
        }
      }
    }
    for (int i = 0; i < alive.length; i++) {
      states.get(i).life = (byte) (alive[i] ? 1 : -1);
    }
  }

  /** Code points of a shortest text, found by going through its states level by level. */
  int[] shortest(Regex start) {
    List<Regex> states = new ArrayList<>(List.of(start));
    Map<Regex, Integer> from = new HashMap<>();
    from.put(start, -1);
    List<Integer> step = new ArrayList<>(List.of(-1));
    for (int i = 0; i < states.size(); i++) {
      Regex state = states.get(i);
      if (state.accepts()) {
        return path(states, from, step, i);
      }
      for (int range = 0; range < state.ranges(); range++) {
        Regex next = state.derivative(range);
        if (next.alive() && from.putIfAbsent(next, i) == null) {
          states.add(next);
          step.add(readable(state, range));
        }
      }
    }
    throw new IllegalStateException("no text ends here");
  }

  private static int[] path(
      List<Regex> states, Map<Regex, Integer> from, List<Integer> step, int end) {
    Deque<Integer> path = new ArrayDeque<>();
    for (int i = end; i > 0; i = from.get(states.get(i))) {
      path.push(step.get(i));
    }
    return path.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * All texts of a language, shorter ones first, or null where there are more than {@code most}.
   */
  public List<String> list(Regex language, int most) {
    record Read(Regex state, String text) {}
    List<String> found = new ArrayList<>();
    Deque<Read> open = new ArrayDeque<>(List.of(new Read(language, "")));
    int steps = 0;
    while (!open.isEmpty()) {
      Read read = open.poll();
      if (!read.state.alive()) {
        continue;
      }
      if (read.state.accepts()) {
        found.add(read.text);
      }
      if (found.size() > most || ++steps > 64 * (most + 1)) {
        return null;
      }
      for (int range = 0; range < read.state.ranges(); range++) {
        Regex next = read.state.derivative(range);
        if (!next.alive()) {
          continue;
        }
        int first = read.state.start(range);
        int last = last(read.state, range);
        if (last - first >= most) {
          return null;
        }
        for (int c = first; c <= last; c++) {
          open.add(new Read(next, read.text + Character.toString(c)));
        }
      }
    }
    return found;
  }

  private static int last(Regex state, int range) {
    return range + 1 < state.ranges() ? state.start(range + 1) - 1 : Character.MAX_CODE_POINT;
  }

  /** A character of a range that is easily read, where it has one. */
  private static int readable(Regex state, int range) {
    int first = state.start(range);
    int last = last(state, range);
    for (int c : new int[] {'a', '0', 'A', '-', ' ', '!'}) {
      if (c >= first && c <= last) {
        return c;
      }
    }
    return first;
  }
}
