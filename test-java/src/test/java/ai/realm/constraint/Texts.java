package ai.realm.constraint;

import ai.realm.constraint.json.JsonSchema;
import ai.realm.constraint.json.JsonSchema.Order;
import ai.realm.constraint.json.JsonSchema.Spacing;
import ai.realm.constraint.json.JsonSchema.Style;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Whether texts meet a grammar, read byte by byte, without any vocabulary. */
public final class Texts {
  /** As any JSON is written. */
  public static final Style FREE = new Style(Order.ANY, Spacing.FREE);

  private Texts() {}

  /** The ways in which a text of a schema begins. */
  public static Stacks ofSchema(String schema, JsonSchema.Style style) {
    return of(new Grammar.Source.Schema(JsonParser.parseString(schema), Map.of(), style));
  }

  /** The ways in which a text of a grammar begins. */
  public static Stacks of(Grammar.Source source) {
    return Grammar.begin(source, Signs.NONE);
  }

  /** Whether a whole text is one of them. */
  public static boolean meets(Stacks begin, String text) {
    Stacks at = begin;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      at = at.step(b & 0xFF);
    }
    return !at.isEmpty() && at.mayEnd();
  }

  /** Whether no text goes on. */
  public static boolean isOver(Stacks stacks) {
    return stacks.isEmpty();
  }

  /** A short text that they begin, or go on with. */
  public static String shortest(Stacks begin) {
    return new String(
        begin.mayEnd() ? new byte[0] : begin.shortest().shortest(), StandardCharsets.UTF_8);
  }
}
