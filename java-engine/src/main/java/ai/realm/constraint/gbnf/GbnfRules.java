package ai.realm.constraint.gbnf;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rules of a grammar, checked, and what can be asked of them. */
final class GbnfRules {
  private final GbnfParser parser;
  private final Map<String, GbnfNode> rules;
  private final Map<String, Boolean> recursive = new HashMap<>();

  /**
   * Those that a parser reads.
   *
   * @throws EngineException {@code GRAMMAR_INVALID}, with the line and the column, where there is
   *     no root, a name that no rule has, or a rule that begins with itself
   */
  GbnfRules(GbnfParser parser) {
    this.parser = parser;
    this.rules = parser.parse();
    check();
  }

  /** What a rule is made of. */
  GbnfNode get(String rule) {
    return rules.get(rule);
  }

  private void check() {
    if (!rules.containsKey("root")) {
      throw new EngineException(
          ErrorCode.GRAMMAR_INVALID,
          "format.grammar has no rule called root; name the rule of the whole text so");
    }
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
      known = recurs(rules.get(rule));
      recursive.put(rule, known);
    }
    return known;
  }

  /** Whether a part calls a rule that comes back to itself: then it is not regular. */
  boolean recurs(GbnfNode node) {
    return switch (node) {
      case GbnfNode.Symbol c -> false;
      case GbnfNode.Call(String rule, int at) -> isRecursive(rule);
      case GbnfNode.Sequence(List<GbnfNode> all) -> all.stream().anyMatch(this::recurs);
      case GbnfNode.Choice(List<GbnfNode> options) -> options.stream().anyMatch(this::recurs);
      case GbnfNode.Repetition(GbnfNode of, int min, int max) -> recurs(of);
    };
  }
}
