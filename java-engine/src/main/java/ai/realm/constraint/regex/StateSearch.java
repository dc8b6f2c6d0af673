package ai.realm.constraint.regex;

import ai.realm.constraint.regex.Regex.Form;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Looks through the states of languages: for those from which a text ends, and for texts. */
final class StateSearch {
  /** States of a language with intersections or complements that are looked through. */
  private static final int MOST_STATES = 40_000;

  private StateSearch() {}

  /**
   * Whether the language has a text. Of what is put together of parts, the parts tell; through what
   * may follow an intersection or a complement it is looked, once: all of them, so that none is too
   * complex later.
   */
  static boolean alive(Regex r) {
    if (r.plain) {
      return !(r.form instanceof Form.Nothing);
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
  private static void lookThrough(Regex start) {
    List<Regex> states = new ArrayList<>(List.of(start));
    Map<Regex, Integer> indices = new HashMap<>(Map.of(start, 0));
    List<List<Integer>> before = new ArrayList<>(List.of(new ArrayList<>()));
    Deque<Integer> living = new ArrayDeque<>();
    for (int i = 0; i < states.size(); i++) {
      Regex state = states.get(i);
      if (state.accepts() || state.life > 0 || (state.plain && alive(state))) {
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
            throw new Regex.TooComplexException(MOST_STATES);
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
      states.get(i).life = life(alive[i]);
    }
  }

  /** Code points of a shortest text, found by going through its states level by level. */
  static int[] shortest(Regex start) {
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
  static List<String> list(Regex language, int most) {
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
