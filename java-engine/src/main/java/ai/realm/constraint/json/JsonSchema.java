package ai.realm.constraint.json;

import ai.realm.constraint.Frame;
import ai.realm.constraint.Signs;
import ai.realm.constraint.TextPlaces;
import ai.realm.constraint.regex.Regex;
import ai.realm.constraint.regex.Regexes;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import com.google.gson.JsonElement;
import java.util.Map;
import java.util.function.Supplier;

/** A JSON Schema as the language of the texts that meet it. */
public final class JsonSchema {
  /** In which order an object has the properties that its schema names. */
  public enum Order {
    /** In that of the schema, others behind them. */
    DECLARED,
    /** In any. */
    ANY
  }

  /** The white space between the parts of JSON. */
  public enum Spacing {
    /** One space behind each comma and colon, no other. */
    SINGLE,
    /** None. */
    NONE,
    /** None, a space, or a new line with an indent, wherever JSON has it. */
    FREE
  }

  /** How JSON is written. */
  public record Style(Order order, Spacing spacing) {
    /** In the schema's order, with single spaces. */
    public static final Style USUAL = new Style(Order.DECLARED, Spacing.SINGLE);
  }

  private JsonSchema() {}

  /**
   * A text that meets a schema.
   *
   * @param others schemas that it may refer to, by their URIs
   * @throws EngineException {@code SCHEMA_UNSUPPORTED} where something in it cannot be enforced,
   *     {@code SCHEMA_UNSATISFIABLE} where nothing meets it, {@code INVALID_ARGUMENT} where it is
   *     no schema
   */
  public static Frame frame(
      JsonElement schema,
      Map<String, JsonElement> others,
      Style style,
      Regexes regexes,
      TextPlaces places) {
    SchemaDocument document = new SchemaDocument(schema, others);
    return possible(() -> Values.of(document, regexes, places, style));
  }

  /**
   * Arguments of a tool that meet a schema, written member by member.
   *
   * @throws EngineException as {@link #frame}
   */
  public static Frame members(
      JsonElement schema, MembersWriting writing, Signs signs, Regexes regexes, TextPlaces places) {
    SchemaDocument document = new SchemaDocument(schema, Map.of());
    return possible(() -> WrittenValues.members(document, writing, signs, regexes, places));
  }

  private static Value possible(Supplier<Value> values) {
    Value value;
    try {
      value = values.get();
    } catch (Regex.TooComplexException e) {
      throw SchemaException.unsupported(
          "", "its patterns together have " + e.getMessage(), "use simpler patterns");
    }
    if (!value.isPossible()) {
      throw new EngineException(
          ErrorCode.SCHEMA_UNSATISFIABLE,
          "no value meets the schema: what it asks contradicts itself; try a value with a"
              + " validator, which says what fails");
    }
    return value;
  }
}
