package ai.realm.constraint.turn;

import ai.realm.constraint.Grammar;
import ai.realm.constraint.json.MembersWriting;
import com.google.gson.JsonElement;
import java.util.List;

/** A part of a turn. In its texts, those of control tokens are these tokens. */
public sealed interface TurnPart {
  /** A text that comes as it is. */
  record Text(String text) implements TurnPart {}

  /** One part behind the other. */
  record Sequence(List<TurnPart> parts) implements TurnPart {}

  /** One of some. */
  record Either(List<TurnPart> options) implements TurnPart {}

  /** The part of a rule. */
  record Rule(String name) implements TurnPart {}

  /**
   * Text without a form, up to a marker.
   *
   * @param without what it never has in it
   * @param notStarting what it does not begin with
   * @param ends whether the turn may end within it
   * @param tokens the most, after which the first marker comes; 0 for any number
   */
  record Free(
      List<Marker> until, List<String> without, List<String> notStarting, boolean ends, int tokens)
      implements TurnPart {}

  /** What ends a text, and what comes behind it. */
  record Marker(String text, TurnPart behind) {}

  /**
   * Arguments of a tool, written member by member.
   *
   * @param what the schema's name, for messages
   */
  record Members(JsonElement schema, MembersWriting writing, String what) implements TurnPart {}

  /**
   * A text of a format.
   *
   * @param what its name, for messages; empty for the turn's own format
   */
  record Formatted(Grammar.Source source, String what) implements TurnPart {}
}
