package ai.realm.constraint.gbnf;

import ai.realm.constraint.Frame;
import ai.realm.constraint.Part;
import ai.realm.constraint.TextPlaces;
import ai.realm.constraint.regex.Regex;
import ai.realm.constraint.regex.Regexes;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The texts of a grammar in GBNF. Parts that call no rule that comes back to itself are regular,
 * and read as one; the rest is put on the stack as it is met.
 */
public final class Gbnf {
  private final Regexes regexes;
  private final TextPlaces places;
  private final GbnfRules rules;
  private final Map<String, Part> parts = new HashMap<>();
  private final List<Part> made = new ArrayList<>();

  private Gbnf(String gbnf, Regexes regexes, TextPlaces places) {
    this.regexes = regexes;
    this.places = places;
    this.rules = new GbnfRules(new GbnfParser(gbnf));
  }

  /**
   * A text of the rule {@code root}.
   *
   * @throws EngineException {@code GRAMMAR_INVALID}, with the line and the column
   */
  public static Frame frame(String gbnf, Regexes regexes, TextPlaces places) {
    Gbnf grammar = new Gbnf(gbnf, regexes, places);
    Part root = grammar.part(grammar.rules.get("root"));
    Part.measure(grammar.made);
    if (!root.ends()) {
      throw new EngineException(
          ErrorCode.GRAMMAR_INVALID,
          "format.grammar: no text of root ever ends; give each rule that calls itself a way out");
    }
    return root;
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

  private Part part(GbnfNode node) {
    Part part = new Part();
    made.add(part);
    if (!rules.recurs(node)) {
      part.is(new Part.Form.Held(places.text(regular(node))));
      return part;
    }
    part.is(
        switch (node) {
          case GbnfNode.Symbol c -> throw new IllegalStateException();
          case GbnfNode.Call(String rule, int at) -> new Part.Form.Sequence(List.of(rule(rule)));
          case GbnfNode.Sequence(List<GbnfNode> all) -> new Part.Form.Sequence(runs(all));
          case GbnfNode.Choice(List<GbnfNode> options) ->
              new Part.Form.Choice(options.stream().map(this::part).toList());
          case GbnfNode.Repetition(GbnfNode of, int min, int max) ->
              new Part.Form.Repetition(part(of), min, max);
        });
    return part;
  }

  private Part rule(String name) {
    Part known = parts.get(name);
    if (known == null) {
      known = new Part();
      parts.put(name, known);
      known.is(new Part.Form.Sequence(List.of(part(rules.get(name)))));
      made.add(known);
    }
    return known;
  }

  /** The parts of a sequence, regular ones beside each other as one. */
  private List<Part> runs(List<GbnfNode> all) {
    List<Part> runs = new ArrayList<>();
    List<GbnfNode> run = new ArrayList<>();
    for (GbnfNode node : all) {
      if (rules.recurs(node)) {
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
}
