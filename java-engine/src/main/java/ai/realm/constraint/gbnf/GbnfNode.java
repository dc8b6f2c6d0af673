package ai.realm.constraint.gbnf;

import ai.realm.constraint.regex.CodePoints;
import java.util.List;

/** A part of a rule. */
sealed interface GbnfNode {
  /** One character of a set. */
  record Symbol(CodePoints set) implements GbnfNode {}

  /** One behind the other. */
  record Sequence(List<GbnfNode> parts) implements GbnfNode {}

  /** One of them. */
  record Choice(List<GbnfNode> options) implements GbnfNode {}

  /** {@code min} to {@code max} of them. */
  record Repetition(GbnfNode of, int min, int max) implements GbnfNode {}

  /** Another rule, and where it is named. */
  record Call(String rule, int at) implements GbnfNode {}
}
