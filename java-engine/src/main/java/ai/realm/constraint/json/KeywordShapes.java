package ai.realm.constraint.json;

import ai.realm.constraint.json.SchemaDocument.Place;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What the values of keywords are, so that none says nothing because it is written wrongly, such as
 * a {@code required} that is true. Numbers are looked at where they are read.
 */
final class KeywordShapes {
  private record Shape(Predicate<JsonElement> holds, String expected) {}

  private static final Shape SCHEMAS = new Shape(JsonObject.class::isInstance, "an object");
  private static final Shape LIST = new Shape(JsonArray.class::isInstance, "an array");
  private static final Shape TEXT = new Shape(KeywordShapes::isText, "a string");
  private static final Shape FLAG = new Shape(KeywordShapes::isFlag, "a boolean");
  private static final Shape NAMES = new Shape(KeywordShapes::areNames, "an array of strings");
  private static final Shape TYPES =
      new Shape(
          value -> isText(value) || areNames(value), "the name of a type, or an array of them");
  private static final Shape LIMIT =
      new Shape(
          value -> isFlag(value) || (value instanceof JsonPrimitive one && one.isNumber()),
          "a number");

  private static final Map<String, Shape> SHAPES =
      Map.ofEntries(
          Map.entry("properties", SCHEMAS),
          Map.entry("patternProperties", SCHEMAS),
          Map.entry("dependentSchemas", SCHEMAS),
          Map.entry("dependentRequired", SCHEMAS),
          Map.entry("dependencies", SCHEMAS),
          Map.entry("allOf", LIST),
          Map.entry("anyOf", LIST),
          Map.entry("oneOf", LIST),
          Map.entry("prefixItems", LIST),
          Map.entry("enum", LIST),
          Map.entry("required", NAMES),
          Map.entry("type", TYPES),
          Map.entry("pattern", TEXT),
          Map.entry("format", TEXT),
          Map.entry("$ref", TEXT),
          Map.entry("$dynamicRef", TEXT),
          Map.entry("uniqueItems", FLAG),
          Map.entry("exclusiveMinimum", LIMIT),
          Map.entry("exclusiveMaximum", LIMIT));

  private KeywordShapes() {}

  /**
   * Looks at all keywords of a schema.
   *
   * @throws ai.realm.error.EngineException {@code INVALID_ARGUMENT} where one is written wrongly,
   *     {@code SCHEMA_UNSUPPORTED} where it is of a draft that is not known here
   */
  static void check(Place schema, Dialect dialect) {
    if (isFlag(schema.json())) {
      return;
    }
    if (!(schema.json() instanceof JsonObject keywords)) {
      throw SchemaException.invalid(
          schema.pointer(), schema.json().toString(), "an object or a boolean");
    }
    if (dialect.old() && keywords.has("$ref")) {
      return; // What stands beside a reference says nothing there.
    }
    if (keywords.has("$recursiveRef")) {
      throw SchemaException.unsupported(
          schema.pointer() + "/$recursiveRef",
          "it is of draft 2019-09 alone",
          "use $ref: \"#\", or $dynamicRef");
    }
    keywords
        .asMap()
        .forEach((keyword, value) -> {
          Shape shape = SHAPES.get(keyword);
          if (shape != null && !shape.holds().test(value)) {
            throw SchemaException.invalid(
                schema.pointer() + "/" + keyword, value.toString(), shape.expected());
          }
        });
  }

  private static boolean isText(JsonElement value) {
    return value instanceof JsonPrimitive text && text.isString();
  }

  private static boolean isFlag(JsonElement value) {
    return value instanceof JsonPrimitive flag && flag.isBoolean();
  }

  private static boolean areNames(JsonElement value) {
    return value instanceof JsonArray all && all.asList().stream().allMatch(KeywordShapes::isText);
  }
}
