package ai.realm.constraint.gbnf;

import ai.realm.constraint.Beginning;
import ai.realm.constraint.ByteText;
import ai.realm.constraint.Frame;
import ai.realm.constraint.Stack;
import ai.realm.constraint.Stacks;
import ai.realm.constraint.TextPlaces;
import ai.realm.constraint.regex.Regex;
import ai.realm.constraint.regex.Regexes;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The texts of a grammar in GBNF. Parts that call no rule that comes back to itself are regular,
 * and read as one; the rest is put on the stack as it is met.
 */
public final class Gbnf {
  private static final int NEVER = Integer.MAX_VALUE / 4;

  private final Regexes regexes;
  private final TextPlaces places;
  private final GbnfParser parser;
  private final Map<String, GbnfNode> rules;
  private final Map<String, Boolean> recursive = new HashMap<>();
  private final Map<String, Part> parts = new LinkedHashMap<>();

  private Gbnf(String gbnf, Regexes regexes, TextPlaces places) {
    this.regexes = regexes;
    this.places = places;
    this.parser = new GbnfParser(gbnf);
    this.rules = parser.parse();
  }

  /**
   * A text of the rule {@code root}.
   *
   * @throws EngineException {@code GRAMMAR_INVALID}, with the line and the column
   */
  public static Frame frame(String gbnf, Regexes regexes, TextPlaces places) {
    Gbnf grammar = new Gbnf(gbnf, regexes, places);
    if (!grammar.rules.containsKey("root")) {
      throw new EngineException(
          ErrorCode.GRAMMAR_INVALID,
          "format.grammar has no rule called root; name the rule of the whole text so");
    }
    grammar.check();
    Part root = grammar.part(grammar.rules.get("root"));
    grammar.complete();
    if (root.length() >= NEVER) {
      throw new EngineException(
          ErrorCode.GRAMMAR_INVALID,
          "format.grammar: no text of root ever ends; give each rule that calls itself a way out");
    }
    return root;
  }

  /** A part of a rule as it is put on the stack; a rule's own may be known later. */
  private static final class Part implements Beginning {
    private Form form;
    private int length = NEVER;

    /** The forms of parts. */
    private sealed interface Form {
      record Text(Frame frame) implements Form {}

      record Sequence(List<Part> parts) implements Form {}

      record Choice(List<Part> options) implements Form {}

      record Repetition(Part of, int min, int max) implements Form {}
    }

    int length() {
      return length;
    }

    boolean shorten() {
      int before = length;
      length =
          switch (form) {
            case Form.Text(Frame frame) -> frame.shortestLength();
            case Form.Sequence(List<Part> parts) -> sum(parts);
            case Form.Choice(List<Part> options) ->
                options.stream().mapToInt(Part::length).min().orElse(NEVER);
            case Form.Repetition(Part of, int min, int max) ->
                min == 0 ? 0 : (int) Math.min(NEVER, (long) min * of.length);
          };
      return length < before;
    }

    private static int sum(List<Part> parts) {
      long sum = parts.stream().mapToLong(Part::length).sum();
      return (int) Math.min(sum, NEVER);
    }

    @Override
    public void begin(Stack below, Stacks out) {
      switch (form) {
        case Form.Text(Frame frame) -> {
          out.add(new Stack(frame, below));
        }
        case Form.Sequence(List<Part> parts) -> {
          if (parts.isEmpty()) {
            out.add(below);
            return;
          }
          Stack rest = below;
          for (int i = parts.size() - 1; i > 0; i--) {
            rest = new Stack(parts.get(i), rest);
          }
          parts.get(0).begin(rest, out);
        }
        case Form.Choice(List<Part> options) -> options.forEach(o -> o.begin(below, out));
        case Form.Repetition(Part of, int min, int max) -> {
          if (min == 0) {
            out.add(below);
          }
          if (max > 0) {
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
      rest.form = new Form.Repetition(of, Math.max(min - 1, 0), most);
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
        case Form.Text(Frame frame) -> frame.shortest(out);
        case Form.Sequence(List<Part> parts) -> parts.forEach(part -> part.shortest(out));
        case Form.Choice(List<Part> options) ->
            options.stream()
                .filter(option -> option.length == length)
                .findFirst()
                .orElseThrow()
                .shortest(out);
        case Form.Repetition(Part of, int min, int max) -> {
          for (int i = 0; i < min; i++) {
            of.shortest(out);
          }
        }
      }
    }

    @Override
    public int hashCode() {
      return form instanceof Form.Repetition repetition ? repetition.min * 31 + repetition.max : 7;
    }

    @Override
    public boolean equals(Object other) {
      return this == other
          || (other instanceof Part part
              && form instanceof Form.Repetition(Part a, int min, int max)
              && part.form instanceof Form.Repetition(Part b, int min2, int max2)
              && a == b
              && min == min2
              && max == max2);
    }
  }

  /** Names that no rule has, and rules that begin with themselves. */
  private void check() {
    Set<String> checked = new HashSet<>();
    rules.forEach((name, node) -> names(node));
    rules.keySet().forEach(name -> left(name, new HashSet<>(), checked, 0));
  }

  private void names(GbnfNode node) {
    switch (node) {
      case GbnfNode.Call(String rule, int at) -> {
        if (!rules.containsKey(rule)) {
          throw parser.refused("there is no rule called " + rule, at);
        }
      }
      case GbnfNode.Sequence(List<GbnfNode> parts) -> parts.forEach(this::names);
      case GbnfNode.Choice(List<GbnfNode> options) -> options.forEach(this::names);
      case GbnfNode.Repetition(GbnfNode of, int min, int max) -> names(of);
      case GbnfNode.Symbol c -> {}
    }
  }

  private void left(String rule, Set<String> open, Set<String> checked, int at) {
    if (checked.contains(rule)) {
      return;
    }
    if (!open.add(rule)) {
      throw parser.refused(
          "the rule " + rule + " begins with itself; let it begin with something else", at);
    }
    leftOf(rules.get(rule), open, checked);
    open.remove(rule);
    checked.add(rule);
  }

  /** Follows what a part can begin with; returns whether it may be empty. */
  private boolean leftOf(GbnfNode node, Set<String> open, Set<String> checked) {
    return switch (node) {
      case GbnfNode.Symbol c -> false;
      case GbnfNode.Call(String rule, int at) -> {
        left(rule, open, checked, at);
        yield isEmpty(rules.get(rule), new HashSet<>());
      }
      case GbnfNode.Sequence(List<GbnfNode> parts) -> {
        for (GbnfNode part : parts) {
          if (!leftOf(part, open, checked)) {
            yield false;
          }
        }
        yield true;
      }
      case GbnfNode.Choice(List<GbnfNode> options) -> {
        boolean empty = false;
        for (GbnfNode option : options) {
          empty |= leftOf(option, open, checked);
        }
        yield empty;
      }
      case GbnfNode.Repetition(GbnfNode of, int min, int max) ->
          leftOf(of, open, checked) || min == 0;
    };
  }

  private boolean isEmpty(GbnfNode node, Set<String> open) {
    return switch (node) {
      case GbnfNode.Symbol c -> false;
      case GbnfNode.Call(String rule, int at) -> {
        boolean empty = open.add(rule) && isEmpty(rules.get(rule), open);
        open.remove(rule);
        yield empty;
      }
      case GbnfNode.Sequence(List<GbnfNode> parts) ->
          parts.stream().allMatch(part -> isEmpty(part, open));
      case GbnfNode.Choice(List<GbnfNode> options) ->
          options.stream().anyMatch(option -> isEmpty(option, open));
      case GbnfNode.Repetition(GbnfNode of, int min, int max) -> min == 0 || isEmpty(of, open);
    };
  }

  /** Whether a rule comes back to itself, or calls one that does. */
  private boolean isRecursive(String rule) {
    Boolean known = recursive.get(rule);
    if (known == null) {
      // While it is looked at, it is met again only where it comes back.
      recursive.put(rule, true);
      known = calls(rules.get(rule));
      recursive.put(rule, known);
    }
    return known;
  }

  private boolean calls(GbnfNode node) {
    return switch (node) {
      case GbnfNode.Symbol c -> false;
      case GbnfNode.Call(String rule, int at) -> isRecursive(rule);
      case GbnfNode.Sequence(List<GbnfNode> all) -> all.stream().anyMatch(this::calls);
      case GbnfNode.Choice(List<GbnfNode> options) -> options.stream().anyMatch(this::calls);
      case GbnfNode.Repetition(GbnfNode of, int min, int max) -> calls(of);
    };
  }

  private Regex regular(GbnfNode node) {
    return switch (node) {
      case GbnfNode.Symbol(var set) -> regexes.oneOf(set);
      case GbnfNode.Call(String rule, int at) -> regular(rules.get(rule));
      case GbnfNode.Sequence(List<GbnfNode> all) ->
          regexes.sequence(all.stream().map(this::regular).toArray(Regex[]::new));
      case GbnfNode.Choice(List<GbnfNode> options) ->
          regexes.either(options.stream().map(this::regular).toList());
      case GbnfNode.Repetition(GbnfNode of, int min, int max) ->
          regexes.repeat(regular(of), min, max);
    };
  }

  private final List<Part> made = new ArrayList<>();

  private Part part(GbnfNode node) {
    Part part = new Part();
    made.add(part);
    if (!calls(node)) {
      part.form = new Part.Form.Text(places.text(regular(node)));
      return part;
    }
    part.form =
        switch (node) {
          case GbnfNode.Symbol c -> throw new IllegalStateException();
          case GbnfNode.Call(String rule, int at) -> new Part.Form.Sequence(List.of(rule(rule)));
          case GbnfNode.Sequence(List<GbnfNode> all) -> new Part.Form.Sequence(runs(all));
          case GbnfNode.Choice(List<GbnfNode> options) ->
              new Part.Form.Choice(options.stream().map(this::part).toList());
          case GbnfNode.Repetition(GbnfNode of, int min, int max) ->
              new Part.Form.Repetition(part(of), min, max);
        };
    return part;
  }

  private Part rule(String name) {
    Part known = parts.get(name);
    if (known == null) {
      known = new Part();
      parts.put(name, known);
      known.form = new Part.Form.Sequence(List.of(part(rules.get(name))));
      made.add(known);
    }
    return known;
  }

  /** The parts of a sequence, regular ones beside each other as one. */
  private List<Part> runs(List<GbnfNode> all) {
    List<Part> runs = new ArrayList<>();
    List<GbnfNode> run = new ArrayList<>();
    for (GbnfNode node : all) {
      if (calls(node)) {
        addRun(run, runs);
        runs.add(part(node));
      } else {
        run.add(node);
      }
    }
    addRun(run, runs);
    return runs;
  }

  private void addRun(List<GbnfNode> run, List<Part> runs) {
    if (!run.isEmpty()) {
      runs.add(part(new GbnfNode.Sequence(List.copyOf(run))));
      run.clear();
    }
  }

  private void complete() {
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Part part : made) {
        changed |= part.shorten();
      }
    }
  }
}
