package ai.realm.constraint.json;

import ai.realm.constraint.json.Facts.Claim;
import ai.realm.constraint.json.SchemaDocument.Place;
import ai.realm.constraint.regex.Regex;
import ai.realm.constraint.regex.Regexes;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Values that a schema names, as facts: scalars by their texts, arrays and objects by their parts.
 */
final class Consts {
  private final SchemaDocument document;
  private final Regexes regexes;

  Consts(SchemaDocument document, Regexes regexes) {
    this.document = document;
    this.regexes = regexes;
  }

  /** Some of the values that are possible. */
  sealed interface Option {
    /** The scalars among them. */
    record Scalars(EnumSet<Facts.Type> types, Set<BigDecimal> numbers, Regex texts)
        implements Option {
      void into(Facts facts) {
        facts.types.retainAll(types);
        if (types.contains(Facts.Type.NUMBER)) {
          facts.amongNumbers(numbers);
        }
        if (types.contains(Facts.Type.STRING)) {
          facts.texts.add(texts);
        }
      }
    }

    /** An array or an object, as a schema of it alone. */
    record Composite(Place place) implements Option {}
  }

  /** All of {@code values}. */
  List<Option> options(JsonArray values, String pointer) {
    List<Option> options = new ArrayList<>();
    EnumSet<Facts.Type> types = EnumSet.noneOf(Facts.Type.class);
    Set<BigDecimal> numbers = new LinkedHashSet<>();
    List<Regex> texts = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      JsonElement value = values.get(i);
      Facts.Type type = type(value);
      switch (type) {
        case NUMBER -> numbers.add(number(value));
        case STRING -> texts.add(regexes.text(value.getAsString()));
        case ARRAY, OBJECT -> options.add(new Option.Composite(alone(value, pointer + "/" + i)));
        default -> {}
      }
      if (type != Facts.Type.ARRAY && type != Facts.Type.OBJECT) {
        types.add(type);
      }
    }
    if (!types.isEmpty()) {
      options.add(0, new Option.Scalars(types, numbers, regexes.either(texts)));
    }
    return options;
  }

  /** The type of a value. */
  static Facts.Type type(JsonElement value) {
    if (value.isJsonNull()) {
      return Facts.Type.NULL;
    }
    if (value instanceof JsonPrimitive p) {
      return p.isString()
          ? Facts.Type.STRING
          : p.isNumber()
              ? Facts.Type.NUMBER
              : p.getAsBoolean() ? Facts.Type.TRUE : Facts.Type.FALSE;
    }
    return value.isJsonArray() ? Facts.Type.ARRAY : Facts.Type.OBJECT;
  }

  /** A number, the same object whatever zeros it is written with. */
  static BigDecimal number(JsonElement value) {
    BigDecimal number = value.getAsBigDecimal();
    return number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
  }

  /** A schema of this array or object alone. */
  Place alone(JsonElement value, String pointer) {
    // What is behind the sign is no step of the document itself.
    return document.adopt(schemaOf(value), pointer + "/!");
  }

  /** That any value is right. */
  Claim always() {
    return new Claim(document.adopt(new JsonPrimitive(true), "!always"), true);
  }

  /** That no value is. */
  Claim never() {
    return new Claim(document.adopt(new JsonPrimitive(false), "!never"), true);
  }

  private static JsonObject schemaOf(JsonElement value) {
    JsonObject schema = new JsonObject();
    if (value instanceof JsonArray array) {
      schema.addProperty("type", "array");
      schema.addProperty("minItems", array.size());
      schema.addProperty("maxItems", array.size());
      JsonArray items = new JsonArray();
      array.forEach(item -> items.add(constOf(item)));
      if (!items.isEmpty()) {
        schema.add("prefixItems", items);
      }
    } else {
      JsonObject object = value.getAsJsonObject();
      schema.addProperty("type", "object");
      schema.addProperty("maxProperties", object.size());
      JsonArray required = new JsonArray();
      JsonObject properties = new JsonObject();
      object
          .entrySet()
          .forEach(entry -> {
            required.add(entry.getKey());
            properties.add(entry.getKey(), constOf(entry.getValue()));
          });
      schema.add("required", required);
      schema.add("properties", properties);
    }
    return schema;
  }

  private static JsonObject constOf(JsonElement value) {
    JsonObject schema = new JsonObject();
    schema.add("const", value);
    return schema;
  }
}
