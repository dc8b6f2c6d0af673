package ai.realm.constraint.regex;

import ai.realm.constraint.regex.Regex.Form;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
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

  private final Map<Form, Regex> known = new HashMap<>();

  /** No text. */
  public final Regex nothing = make(new Form.Nothing(), false, true);

  /** The empty text alone. */
  public final Regex empty = make(new Form.Empty(), true, true);

  /** Every text. */
  public final Regex any = repeat(oneOf(CodePoints.ALL), 0, UNLIMITED);

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

  Regex multiple(int p, int k, int remainder, int behind) {
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
}
