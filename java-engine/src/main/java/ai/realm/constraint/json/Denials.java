package ai.realm.constraint.json;

import ai.realm.constraint.json.Facts.Bound;
import ai.realm.constraint.json.Facts.Claim;
import ai.realm.constraint.json.Facts.Contained;
import ai.realm.constraint.json.Facts.Items;
import ai.realm.constraint.json.Facts.Shown;
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
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** That a value does not meet a schema: it fails one of its keywords, each in its own way. */
final class Denials {
  /** One way to fail: facts, and claims about the same value. */
  record Option(Consumer<Facts> facts, List<Claim> claims) {}

  private final SchemaDocument document;
  private final Keywords keywords;
  private final Regexes regexes;
  private final Consts consts;

  Denials(SchemaDocument document, Keywords keywords, Regexes regexes, Consts consts) {
    this.document = document;
    this.keywords = keywords;
    this.regexes = regexes;
    this.consts = consts;
  }

  /** All ways to fail a schema that is an object. */
  List<Option> of(Place schema) {
    List<Option> all = new ArrayList<>();
    boolean alone = document.dialect().old() && schema.get("$ref") != null;
    for (String keyword : ((JsonObject) schema.json()).keySet()) {
      if (!alone || keyword.equals("$ref")) {
        all.addAll(of(schema, keyword));
      }
    }
    return all;
  }

  private List<Option> of(Place schema, String keyword) {
    return switch (keyword) {
      case "$ref", "$dynamicRef" -> claims(keywords.reference(schema, keyword).denied());
      case "allOf" ->
          keywords.list(schema, keyword).stream()
              .map(part -> new Option(facts -> {}, List.of(new Claim(part, false))))
              .toList();
      case "anyOf" ->
          List.of(
              new Option(
                  facts -> {},
                  keywords.list(schema, keyword).stream()
                      .map(part -> new Claim(part, false))
                      .toList()));
      case "oneOf" -> notOne(keywords.list(schema, keyword));
      case "not" -> claims(new Claim(document.at(schema, "not"), true));
      case "if" -> notConditional(schema);
      case "type" -> notTypes(schema);
      case "enum" -> notValues(keywords.array(schema, "enum"), schema.pointer() + "/enum");
      case "const" -> {
        JsonArray one = new JsonArray();
        one.add(schema.get("const"));
        yield notValues(one, schema.pointer() + "/const");
      }
      case "minimum" ->
          numbers(f -> f.below.add(bound(schema, keyword, !isStrict(schema, "exclusiveMinimum"))));
      case "maximum" ->
          numbers(f -> f.above.add(bound(schema, keyword, !isStrict(schema, "exclusiveMaximum"))));
      case "exclusiveMinimum" ->
          isFlag(schema, keyword)
              ? List.of()
              : numbers(f -> f.below.add(bound(schema, keyword, false)));
      case "exclusiveMaximum" ->
          isFlag(schema, keyword)
              ? List.of()
              : numbers(f -> f.above.add(bound(schema, keyword, false)));
      case "multipleOf" -> {
        BigDecimal step = keywords.step(schema);
        yield numbers(f -> f.notMultiples.add(step));
      }
      case "minLength" -> {
        int most = keywords.count(schema, keyword, 0) - 1;
        yield facts(Facts.Type.STRING, f -> f.maxLength = Math.min(f.maxLength, most));
      }
      case "maxLength" -> {
        int least = keywords.count(schema, keyword, 0) + 1;
        yield facts(Facts.Type.STRING, f -> f.minLength = Math.max(f.minLength, least));
      }
      case "pattern" -> {
        String pattern = schema.get("pattern").getAsString();
        yield facts(
            Facts.Type.STRING,
            f -> f.texts.add(regexes.not(keywords.pattern(pattern, schema.pointer()))));
      }
      case "format" ->
          Keywords.isOfNumbers(schema)
              ? refuse(schema, keyword)
              : facts(Facts.Type.STRING, f -> f.texts.add(regexes.not(keywords.format(schema))));
      case "minItems" -> {
        int most = keywords.count(schema, keyword, 0) - 1;
        yield facts(Facts.Type.ARRAY, f -> f.maxItems = Math.min(f.maxItems, most));
      }
      case "maxItems" -> {
        int least = keywords.count(schema, keyword, 0) + 1;
        yield facts(Facts.Type.ARRAY, f -> f.minItems = Math.max(f.minItems, least));
      }
      case "items", "prefixItems", "additionalItems" -> notItems(schema, keyword);
      case "contains" -> notContains(schema);
      case "minProperties" -> {
        int most = keywords.count(schema, keyword, 0) - 1;
        yield facts(Facts.Type.OBJECT, f -> f.maxProperties = Math.min(f.maxProperties, most));
      }
      case "maxProperties" -> {
        int least = keywords.count(schema, keyword, 0) + 1;
        yield facts(Facts.Type.OBJECT, f -> f.minProperties = Math.max(f.minProperties, least));
      }
      case "required" -> {
        List<Option> all = new ArrayList<>();
        for (JsonElement name : keywords.array(schema, keyword)) {
          all.addAll(facts(Facts.Type.OBJECT, f -> f.property(name.getAsString(), consts.never())));
        }
        yield all;
      }
      case "properties" -> notProperties(schema);
      case "dependentRequired" -> notDependent(schema, keyword);
      case "uniqueItems" -> isTrue(schema, keyword) ? refuse(schema, keyword) : List.of();
      case "additionalProperties" -> notAdditional(schema);
      case "patternProperties" -> notMatching(schema);
      case "propertyNames" -> {
        Claim name = new Claim(document.at(schema, keyword), false);
        yield shown(new Shown(regexes.any, name, consts.always()));
      }
      case "dependentSchemas", "dependencies" -> notDependent(schema, keyword);
      case "unevaluatedProperties", "unevaluatedItems" ->
          isAlways(schema, keyword) ? List.of() : refuse(schema, keyword);
      default -> List.of();
    };
  }

  private static List<Option> refuse(Place schema, String keyword) {
    throw SchemaException.unsupported(
        schema.pointer() + "/" + keyword,
        "it is within not, oneOf or if, which need what does not meet it",
        "use anyOf where the options exclude each other, or say what shall hold instead");
  }

  private static boolean isFlag(Place schema, String keyword) {
    return schema.get(keyword) instanceof JsonPrimitive flag && flag.isBoolean();
  }

  private static boolean isTrue(Place schema, String keyword) {
    return isFlag(schema, keyword) && schema.get(keyword).getAsBoolean();
  }

  private static boolean isStrict(Place schema, String keyword) {
    return isTrue(schema, keyword);
  }

  private static boolean isAlways(Place schema, String keyword) {
    return isTrue(schema, keyword)
        || (schema.get(keyword) instanceof JsonObject object && object.isEmpty());
  }

  private Bound bound(Place schema, String keyword, boolean strict) {
    return new Bound(keywords.decimal(schema, keyword), strict);
  }

  private static List<Option> claims(Claim... claims) {
    return List.of(new Option(facts -> {}, List.of(claims)));
  }

  private static List<Option> facts(Facts.Type type, Consumer<Facts> more) {
    return List.of(
        new Option(
            facts -> {
              facts.only(type);
              more.accept(facts);
            },
            List.of()));
  }

  private static List<Option> numbers(Consumer<Facts> more) {
    return facts(Facts.Type.NUMBER, more);
  }

  /** None of them, or two. */
  private static List<Option> notOne(List<Place> options) {
    List<Option> all = new ArrayList<>();
    all.add(
        new Option(facts -> {}, options.stream().map(option -> new Claim(option, false)).toList()));
    for (int i = 0; i < options.size(); i++) {
      for (int j = i + 1; j < options.size(); j++) {
        all.addAll(claims(new Claim(options.get(i), true), new Claim(options.get(j), true)));
      }
    }
    return all;
  }

  private List<Option> notConditional(Place schema) {
    Claim condition = new Claim(document.at(schema, "if"), true);
    List<Option> all = new ArrayList<>();
    if (schema.get("then") != null) {
      all.addAll(claims(condition, new Claim(document.at(schema, "then"), false)));
    }
    if (schema.get("else") != null) {
      all.addAll(claims(condition.denied(), new Claim(document.at(schema, "else"), false)));
    }
    return all;
  }

  private List<Option> notTypes(Place schema) {
    EnumSet<Facts.Type> named = EnumSet.noneOf(Facts.Type.class);
    List<String> names = keywords.typeNames(schema);
    names.forEach(name -> named.addAll(Keywords.types(name, schema)));
    List<Option> all = new ArrayList<>();
    all.add(new Option(facts -> facts.types.removeAll(named), List.of()));
    if (names.contains("integer") && !names.contains("number")) {
      all.addAll(numbers(facts -> facts.broken = true));
    }
    return all;
  }

  private List<Option> notValues(JsonArray values, String pointer) {
    List<Claim> composites = new ArrayList<>();
    List<Consumer<Facts>> scalars = new ArrayList<>();
    for (Consts.Option option : consts.options(values, pointer)) {
      switch (option) {
        case Consts.Option.Composite(Place place) -> composites.add(new Claim(place, false));
        case Consts.Option.Scalars s ->
            scalars.add(facts -> {
              EnumSet<Facts.Type> words =
                  EnumSet.of(Facts.Type.NULL, Facts.Type.TRUE, Facts.Type.FALSE);
              words.retainAll(s.types());
              facts.types.removeAll(words);
              facts.notNumbers.addAll(s.numbers());
              facts.texts.add(regexes.not(s.texts()));
            });
      }
    }
    return List.of(
        new Option(facts -> scalars.forEach(scalar -> scalar.accept(facts)), composites));
  }

  private List<Option> notItems(Place schema, String keyword) {
    Items items = keywords.items(schema);
    List<Option> all = new ArrayList<>();
    if (items == null) {
      return all;
    }
    boolean first = keyword.equals("prefixItems") || schema.get(keyword) instanceof JsonArray;
    if (first) {
      for (int i = 0; i < items.first().size(); i++) {
        int index = i;
        List<Set<Claim>> claims = new ArrayList<>();
        for (int j = 0; j < i; j++) {
          claims.add(Set.of());
        }
        claims.add(Set.of(items.first().get(i).iterator().next().denied()));
        all.addAll(
            facts(
                Facts.Type.ARRAY,
                f -> {
                  f.items.add(new Items(claims, Set.of()));
                  f.minItems = Math.max(f.minItems, index + 1);
                }));
      }
    } else if (!items.others().isEmpty()) {
      Claim other = items.others().iterator().next();
      if (!items.first().isEmpty()) {
        if (!isNever(other)) {
          return refuse(schema, keyword);
        }
        int most = items.first().size();
        return facts(Facts.Type.ARRAY, f -> f.minItems = Math.max(f.minItems, most + 1));
      }
      all.addAll(
          facts(
              Facts.Type.ARRAY,
              f -> f.contained.add(new Contained(other.denied(), 1, Integer.MAX_VALUE))));
    }
    return all;
  }

  private static boolean isNever(Claim claim) {
    return claim.schema().json() instanceof JsonPrimitive flag && !flag.getAsBoolean();
  }

  private List<Option> notContains(Place schema) {
    Claim claim = new Claim(document.at(schema, "contains"), true);
    int min = keywords.count(schema, "minContains", 1);
    int max = keywords.count(schema, "maxContains", Integer.MAX_VALUE);
    List<Option> all = new ArrayList<>();
    if (min > 0) {
      all.addAll(facts(Facts.Type.ARRAY, f -> f.contained.add(new Contained(claim, 0, min - 1))));
    }
    if (max < Integer.MAX_VALUE) {
      all.addAll(
          facts(
              Facts.Type.ARRAY,
              f -> f.contained.add(new Contained(claim, max + 1, Integer.MAX_VALUE))));
    }
    return all;
  }

  private List<Option> notProperties(Place schema) {
    List<Option> all = new ArrayList<>();
    for (String name : ((JsonObject) schema.get("properties")).keySet()) {
      Claim claim = new Claim(document.at(schema, "properties", name), false);
      all.addAll(
          facts(
              Facts.Type.OBJECT,
              f -> {
                f.property(name, claim);
                f.required.add(name);
              }));
    }
    return all;
  }

  /** Where one property is, another one is not, or the schema is not met. */
  private List<Option> notDependent(Place schema, String keyword) {
    List<Option> all = new ArrayList<>();
    JsonObject object = (JsonObject) schema.get(keyword);
    for (String name : object.keySet()) {
      if (object.get(name) instanceof JsonArray names) {
        for (JsonElement needed : names) {
          all.addAll(
              facts(
                  Facts.Type.OBJECT,
                  f -> {
                    f.required.add(name);
                    f.property(needed.getAsString(), consts.never());
                  }));
        }
      } else {
        Claim claim = new Claim(document.at(schema, keyword, name), false);
        all.add(new Option(f -> f.only(Facts.Type.OBJECT).required.add(name), List.of(claim)));
      }
    }
    return all;
  }

  private static List<Option> shown(Shown shown) {
    return facts(Facts.Type.OBJECT, f -> f.shown.add(shown));
  }

  /** Some property that the schema neither names nor matches has another value. */
  private List<Option> notAdditional(Place schema) {
    List<Regex> known = new ArrayList<>();
    if (schema.get("properties") instanceof JsonObject properties) {
      properties.keySet().forEach(name -> known.add(regexes.text(name)));
    }
    if (schema.get("patternProperties") instanceof JsonObject patterns) {
      patterns.keySet().forEach(p -> known.add(keywords.pattern(p, schema.pointer())));
    }
    Claim value = new Claim(document.at(schema, "additionalProperties"), false);
    return isAlways(schema, "additionalProperties")
        ? List.of()
        : shown(new Shown(regexes.not(regexes.either(known)), consts.always(), value));
  }

  private List<Option> notMatching(Place schema) {
    List<Option> all = new ArrayList<>();
    for (String pattern : ((JsonObject) schema.get("patternProperties")).keySet()) {
      Claim value = new Claim(document.at(schema, "patternProperties", pattern), false);
      Regex names = keywords.pattern(pattern, schema.pointer() + "/patternProperties");
      all.addAll(shown(new Shown(names, consts.always(), value)));
    }
    return all;
  }
}
