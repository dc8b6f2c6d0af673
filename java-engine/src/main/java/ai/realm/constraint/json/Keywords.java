package ai.realm.constraint.json;

import ai.realm.constraint.json.Facts.Bound;
import ai.realm.constraint.json.Facts.Claim;
import ai.realm.constraint.json.Facts.Contained;
import ai.realm.constraint.json.Facts.Items;
import ai.realm.constraint.json.Facts.Properties;
import ai.realm.constraint.json.SchemaDocument.Place;
import ai.realm.constraint.regex.Formats;
import ai.realm.constraint.regex.Pattern;
import ai.realm.constraint.regex.PatternException;
import ai.realm.constraint.regex.Regex;
import ai.realm.constraint.regex.Regexes;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the keywords of a schema say of a value of each type, but for those that put schemas
 * together.
 */
final class Keywords {
  private final SchemaDocument document;
  private final Regexes regexes;
  private final Map<String, Regex> patterns = new HashMap<>();

  /** Those of OpenAPI; any number is a float and a double. */
  private static final Set<String> NUMBER_FORMATS = Set.of("int32", "int64", "float", "double");

  Keywords(SchemaDocument document, Regexes regexes) {
    this.document = document;
    this.regexes = regexes;
  }

  /** Takes all of them into {@code facts}. */
  void take(Place schema, Facts facts, Set<Place> around) {
    if (schema.get("type") != null) {
      types(schema, facts);
    }
    numbers(schema, facts);
    strings(schema, facts);
    arrays(schema, facts, around);
    objects(schema, facts, around);
  }

  private void types(Place schema, Facts facts) {
    EnumSet<Facts.Type> named = EnumSet.noneOf(Facts.Type.class);
    boolean integer = false;
    boolean number = false;
    for (String name : typeNames(schema)) {
      integer |= name.equals("integer");
      number |= name.equals("number");
      named.addAll(types(name, schema));
    }
    facts.types.retainAll(named);
    facts.integer |= integer && !number;
  }

  /** The names under {@code type}. */
  List<String> typeNames(Place schema) {
    JsonElement type = schema.get("type");
    List<String> names = new ArrayList<>();
    if (type instanceof JsonArray array) {
      array.forEach(name -> names.add(name.getAsString()));
    } else {
      names.add(type.getAsString());
    }
    return names;
  }

  /** The types that a name stands for. */
  static EnumSet<Facts.Type> types(String name, Place schema) {
    return switch (name) {
      case "null" -> EnumSet.of(Facts.Type.NULL);
      case "boolean" -> EnumSet.of(Facts.Type.TRUE, Facts.Type.FALSE);
      case "number", "integer" -> EnumSet.of(Facts.Type.NUMBER);
      case "string" -> EnumSet.of(Facts.Type.STRING);
      case "array" -> EnumSet.of(Facts.Type.ARRAY);
      case "object" -> EnumSet.of(Facts.Type.OBJECT);
      default ->
          throw SchemaException.invalid(
              schema.pointer() + "/type",
              name,
              "null, boolean, number, integer, string, array or object");
    };
  }

  private void numbers(Place schema, Facts facts) {
    JsonElement minimum = schema.get("minimum");
    JsonElement exclusive = schema.get("exclusiveMinimum");
    if (minimum != null) {
      facts.above.add(new Bound(decimal(schema, "minimum"), isTrue(exclusive)));
    }
    if (isNumber(exclusive)) {
      facts.above.add(new Bound(decimal(schema, "exclusiveMinimum"), true));
    }
    JsonElement maximum = schema.get("maximum");
    JsonElement exclusiveMaximum = schema.get("exclusiveMaximum");
    if (maximum != null) {
      facts.below.add(new Bound(decimal(schema, "maximum"), isTrue(exclusiveMaximum)));
    }
    if (isNumber(exclusiveMaximum)) {
      facts.below.add(new Bound(decimal(schema, "exclusiveMaximum"), true));
    }
    if (schema.get("multipleOf") != null) {
      facts.multiples.add(step(schema));
    }
  }

  private static boolean isTrue(JsonElement value) {
    return value instanceof JsonPrimitive flag && flag.isBoolean() && flag.getAsBoolean();
  }

  private static boolean isNumber(JsonElement value) {
    return value instanceof JsonPrimitive p && p.isNumber();
  }

  /** {@code multipleOf}. */
  BigDecimal step(Place schema) {
    BigDecimal step = decimal(schema, "multipleOf");
    if (step.signum() <= 0) {
      throw SchemaException.invalid(
          schema.pointer() + "/multipleOf", step.toString(), "a number above 0");
    }
    return step;
  }

  /** A keyword that is a number. */
  BigDecimal decimal(Place schema, String keyword) {
    JsonElement value = schema.get(keyword);
    if (!isNumber(value)) {
      throw SchemaException.invalid(schema.pointer() + "/" + keyword, value.toString(), "a number");
    }
    return Consts.number(value);
  }

  private void strings(Place schema, Facts facts) {
    facts.minLength = Math.max(facts.minLength, count(schema, "minLength", 0));
    facts.maxLength = Math.min(facts.maxLength, count(schema, "maxLength", Integer.MAX_VALUE));
    if (schema.get("pattern") != null) {
      facts.texts.add(pattern(schema.get("pattern").getAsString(), schema.pointer() + "/pattern"));
    }
    if (schema.get("format") != null) {
      if (isOfNumbers(schema)) {
        numberFormat(schema.get("format").getAsString(), facts);
      } else {
        facts.texts.add(format(schema));
      }
    }
  }

  /** Whether {@code format} is one of OpenAPI's for numbers. */
  static boolean isOfNumbers(Place schema) {
    return NUMBER_FORMATS.contains(schema.get("format").getAsString());
  }

  private static void numberFormat(String name, Facts facts) {
    if (name.startsWith("int")) {
      facts.integer = true;
      BigDecimal end = BigDecimal.TWO.pow(Integer.parseInt(name.substring(3)) - 1);
      facts.above.add(new Bound(end.negate(), false));
      facts.below.add(new Bound(end, true));
    }
  }

  /** The strings of {@code format}. */
  Regex format(Place schema) {
    String name = schema.get("format").getAsString();
    Regex format = Formats.of(name, regexes);
    if (format == null) {
      throw SchemaException.unsupported(
          schema.pointer() + "/format",
          "the format " + name + " is not known here",
          "leave it out, or use a pattern; known are " + Formats.names());
    }
    return format;
  }

  /** The strings in which a pattern matches. */
  Regex pattern(String pattern, String pointer) {
    Regex known = patterns.get(pattern);
    if (known == null) {
      try {
        known = Pattern.search(pattern, regexes);
      } catch (PatternException e) {
        throw SchemaException.unsupported(
            pointer, e.getMessage(), "write a pattern without it, or list the strings in enum");
      }
      patterns.put(pattern, known);
    }
    return known;
  }

  /** Whether a pattern of a property matches a name. */
  boolean matches(String pattern, String name) {
    return pattern(pattern, "").matches(name);
  }

  /** All strings that facts admit, of any length. */
  Regex texts(Facts facts) {
    return regexes.both(facts.texts);
  }

  private void arrays(Place schema, Facts facts, Set<Place> around) {
    facts.minItems = Math.max(facts.minItems, count(schema, "minItems", 0));
    facts.maxItems = Math.min(facts.maxItems, count(schema, "maxItems", Integer.MAX_VALUE));
    facts.unique |= isTrue(schema.get("uniqueItems"));
    Items items = items(schema);
    if (items != null) {
      facts.add(items, around);
    }
    if (schema.get("contains") != null) {
      if (around.stream().anyMatch(outer -> outer.get("unevaluatedItems") != null)) {
        throw SchemaException.unsupported(
            schema.pointer() + "/contains",
            "unevaluatedItems asks which items it evaluates, which is not followed",
            "use items instead of unevaluatedItems");
      }
      int min = count(schema, "minContains", 1);
      int max = count(schema, "maxContains", Integer.MAX_VALUE);
      Claim claim = new Claim(document.at(schema, "contains"), true);
      if (min > 0 || max < Integer.MAX_VALUE) {
        facts.contained.add(new Contained(claim, min, max));
        facts.maxItems = max < min ? -1 : facts.maxItems;
      }
    }
  }

  /** What it says of items, or null. */
  Items items(Place schema) {
    List<Set<Claim>> first = new ArrayList<>();
    String tuple = schema.get("items") instanceof JsonArray ? "items" : "prefixItems";
    for (Place item : list(schema, tuple)) {
      first.add(Set.of(new Claim(item, true)));
    }
    String rest = tuple.equals("items") ? "additionalItems" : "items";
    Set<Claim> others =
        schema.get(rest) == null ? Set.of() : Set.of(new Claim(document.at(schema, rest), true));
    return first.isEmpty() && others.isEmpty() ? null : new Items(first, others);
  }

  private void objects(Place schema, Facts facts, Set<Place> around) {
    facts.minProperties = Math.max(facts.minProperties, count(schema, "minProperties", 0));
    facts.maxProperties =
        Math.min(facts.maxProperties, count(schema, "maxProperties", Integer.MAX_VALUE));
    if (schema.get("required") instanceof JsonArray required) {
      required.forEach(name -> facts.required.add(name.getAsString()));
    }
    if (schema.get("propertyNames") != null) {
      facts.names.add(new Claim(document.at(schema, "propertyNames"), true));
    }
    Map<String, Set<Claim>> named = claims(schema, "properties");
    Map<String, Set<Claim>> matching = claims(schema, "patternProperties");
    matching.keySet().forEach(p -> pattern(p, schema.pointer() + "/patternProperties"));
    Set<Claim> others =
        schema.get("additionalProperties") == null
            ? Set.of()
            : Set.of(new Claim(document.at(schema, "additionalProperties"), true));
    if (!named.isEmpty() || !matching.isEmpty() || !others.isEmpty()) {
      facts.add(new Properties(named, matching, others), around);
    }
  }

  private Map<String, Set<Claim>> claims(Place schema, String keyword) {
    Map<String, Set<Claim>> all = new LinkedHashMap<>();
    if (schema.get(keyword) instanceof JsonObject object) {
      for (String name : object.keySet()) {
        all.put(name, Set.of(new Claim(document.at(schema, keyword, name), true)));
      }
    }
    return all;
  }

  /** A keyword that counts, or what it is without. */
  int count(Place schema, String keyword, int otherwise) {
    JsonElement value = schema.get(keyword);
    if (value == null) {
      return otherwise;
    }
    boolean isCount = isNumber(value) && value.getAsBigDecimal().stripTrailingZeros().scale() <= 0;
    if (!isCount || value.getAsBigDecimal().signum() < 0) {
      throw SchemaException.invalid(
          schema.pointer() + "/" + keyword, value.toString(), "an integer, 0 or more");
    }
    return (int) Math.min(value.getAsBigDecimal().longValue(), Integer.MAX_VALUE);
  }

  /** The schemas in a list, none where the keyword is not there. */
  List<Place> list(Place schema, String keyword) {
    List<Place> all = new ArrayList<>();
    if (schema.get(keyword) != null) {
      for (int i = 0; i < array(schema, keyword).size(); i++) {
        all.add(document.at(schema, keyword, i));
      }
    }
    return all;
  }

  /** A keyword that is a list. */
  JsonArray array(Place schema, String keyword) {
    JsonElement value = schema.get(keyword);
    if (!(value instanceof JsonArray array)) {
      throw SchemaException.invalid(schema.pointer() + "/" + keyword, value.toString(), "an array");
    }
    return array;
  }

  /** What a reference names. */
  Claim reference(Place schema, String keyword) {
    JsonElement value = schema.get(keyword);
    if (!(value instanceof JsonPrimitive text) || !text.isString()) {
      throw SchemaException.invalid(schema.pointer() + "/" + keyword, value.toString(), "a string");
    }
    return new Claim(document.resolve(schema, keyword, text.getAsString()), true);
  }
}
