package ai.realm.constraint;

import ai.realm.constraint.regex.Regexes;
import java.util.List;

/**
 * A part of a grammar whose rules may call each other: it is put on the stack whole, and becomes
 * what it is made of with its first byte. What it is made of may be told after others hold it.
 */
public final class Part implements Beginning {
  /** What parts are made of. */
  public sealed interface Form {
    /** What has a form of its own. */
    record Held(Frame frame) implements Form {}

    /** Free text up to a marker, behind which parts come that may not be known yet. */
    record Free(Until until) implements Form {}

    /** One part behind the other. */
    record Sequence(List<Part> parts) implements Form {}

    /** One of some. */
    record Choice(List<Part> options) implements Form {}

    /** {@code min} to {@code max} of a part; {@link Regexes#UNLIMITED} has no end. */
    record Repetition(Part of, int min, int max) implements Form {}
  }

  private Form form;
  private int length = NEVER;

  /** Tells what it is made of, once. */
  public void is(Form madeOf) {
    form = madeOf;
  }

  /**
   * Finds the lengths of the shortest texts of parts that are made of each other: until none
   * changes, each is as long as what it is made of.
   */
  public static void measure(List<Part> parts) {
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Part part : parts) {
        changed |= part.shorten();
      }
    }
  }

  private boolean shorten() {
    int before = length;
    long sum =
        switch (form) {
          case Form.Held(Frame frame) -> frame.shortestLength();
          case Form.Free(Until until) -> until.length(0);
          case Form.Sequence(List<Part> parts) -> parts.stream().mapToLong(p -> p.length).sum();
          case Form.Choice(List<Part> options) ->
              options.stream().mapToInt(p -> p.length).min().orElse(NEVER);
          case Form.Repetition(Part of, int min, int _) -> (long) min * of.length;
        };
    length = (int) Math.min(sum, NEVER);
    return length < before;
  }

  /** Whether some text of it ends; parts with none are never begun. */
  public boolean ends() {
    return length < NEVER;
  }

  @Override
  public void begin(Stack below, Stacks out) {
    switch (form) {
      case Form.Held(Beginning frame) -> frame.begin(below, out);
      case Form.Held(Frame frame) -> out.add(new Stack(frame, below));
      case Form.Free(Until until) -> out.add(new Stack(until.frame(0, Until.NO_END), below));
      case Form.Sequence(List<Part> parts) -> {
        if (parts.isEmpty()) {
          out.add(below);
          return;
        }
        Stack rest = below;
        for (int i = parts.size() - 1; i > 0; i--) {
          rest = new Stack(parts.get(i), rest);
        }
        parts.getFirst().begin(rest, out);
      }
      case Form.Choice(List<Part> options) ->
          options.stream().filter(Part::ends).forEach(option -> option.begin(below, out));
      case Form.Repetition(Part of, int min, int max) -> {
        if (min == 0) {
          out.add(below);
        }
        if (max > 0 && of.ends()) {
          of.begin(new Stack(again(of, min, max), below), out);
        }
      }
    }
  }

  private Part again(Part of, int min, int max) {
    if (min == 0 && max == Regexes.UNLIMITED) {
      return this;
    }
    Part rest = new Part();
    int most = max == Regexes.UNLIMITED ? max : max - 1;
    rest.is(new Form.Repetition(of, Math.max(min - 1, 0), most));
    rest.shorten();
    return rest;
  }

  @Override
  public boolean mayEnd() {
    return length == 0;
  }

  @Override
  public int shortestLength() {
    return length;
  }

  @Override
  public void shortest(ByteText out) {
    switch (form) {
      case Form.Held(Frame frame) -> frame.shortest(out);
      case Form.Free(Until until) -> until.frame(0, Until.NO_END).shortest(out);
      case Form.Sequence(List<Part> parts) -> parts.forEach(part -> part.shortest(out));
      case Form.Choice(List<Part> options) ->
          options.stream()
              .filter(option -> option.length == length)
              .findFirst()
              .orElseThrow()
              .shortest(out);
      case Form.Repetition(Part of, int min, int _) -> {
        for (int i = 0; i < min; i++) {
          of.shortest(out);
        }
      }
    }
  }

  /** What is left of a repetition is made anew each time: equal ones are one reading. */
  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof Part part
            && form instanceof Form.Repetition a
            && part.form instanceof Form.Repetition b
            && a.of == b.of
            && a.min == b.min
            && a.max == b.max);
  }

  @Override
  public int hashCode() {
    return form instanceof Form.Repetition(Part _, int min, int max) ? min * 31 + max : 7;
  }
}
