package ai.realm.constraint.json;

import ai.realm.constraint.regex.Regex;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * All that one alternative asks of a value, by type: the value is of one of {@link #types}, and
 * meets what is said of that type.
 */
final class Facts {
  /** The types that have texts of their own. */
  enum Type {
    NULL,
    TRUE,
    FALSE,
    NUMBER,
    STRING,
    ARRAY,
    OBJECT
  }

  /** That a value meets a schema, or that it does not. */
  record Claim(SchemaDocument.Place schema, boolean holds) {
    /** The contrary. */
    Claim denied() {
      return new Claim(schema, !holds);
    }

    /** Whether any value meets it: the schema is {@code true}, or {@code false} and denied. */
    boolean isTrue() {
      return schema.json() instanceof JsonPrimitive flag && flag.getAsBoolean() == holds;
    }
  }

  /** A bound of numbers. */
  record Bound(BigDecimal value, boolean strict) {}

  /**
   * What one schema says of an object's properties; {@code others} is of those that are neither
   * named nor match.
   */
  record Properties(
      Map<String, Set<Claim>> named, Map<String, Set<Claim>> matching, Set<Claim> others) {}

  /** What one schema says of an array's items; {@code others} is of those behind the first ones. */
  record Items(List<Set<Claim>> first, Set<Claim> others) {}

  /**
   * That some property whose name is in a language, and meets a claim, has a value that meets
   * another one.
   */
  record Shown(Regex names, Claim name, Claim value) {}

  /** That where a property is, others are, too. */
  record Needed(String name, Set<String> others) {}

  /** That so many items meet a claim. */
  record Contained(Claim claim, int min, int max) {}

  final EnumSet<Type> types = EnumSet.allOf(Type.class);

  boolean integer;
  boolean broken;
  final List<Bound> above = new ArrayList<>();
  final List<Bound> below = new ArrayList<>();
  final List<BigDecimal> multiples = new ArrayList<>();
  final List<BigDecimal> notMultiples = new ArrayList<>();

  /** The numbers that are possible, null for all. */
  Set<BigDecimal> numbers;

  final Set<BigDecimal> notNumbers = new HashSet<>();

  final List<Regex> texts = new ArrayList<>();
  int minLength;
  int maxLength = Integer.MAX_VALUE;

  final List<Items> items = new ArrayList<>();
  final List<Contained> contained = new ArrayList<>();
  int minItems;
  int maxItems = Integer.MAX_VALUE;
  boolean unique;

  final List<Properties> properties = new ArrayList<>();
  final Set<Claim> names = new LinkedHashSet<>();
  final Set<String> required = new LinkedHashSet<>();
  final List<Shown> shown = new ArrayList<>();
  final List<Needed> needed = new ArrayList<>();
  int minProperties;
  int maxProperties = Integer.MAX_VALUE;

  /** By schema with {@code unevaluatedProperties}: what it and those within it evaluate. */
  final Map<SchemaDocument.Place, List<Properties>> evaluatedProperties = new LinkedHashMap<>();

  /** By schema with {@code unevaluatedItems}, likewise. */
  final Map<SchemaDocument.Place, List<Items>> evaluatedItems = new LinkedHashMap<>();

  /** Without any claim. */
  Facts() {}

  /** The same. */
  Facts(Facts other) {
    types.retainAll(other.types);
    integer = other.integer;
    broken = other.broken;
    above.addAll(other.above);
    below.addAll(other.below);
    multiples.addAll(other.multiples);
    notMultiples.addAll(other.notMultiples);
    numbers = other.numbers;
    notNumbers.addAll(other.notNumbers);
    texts.addAll(other.texts);
    minLength = other.minLength;
    maxLength = other.maxLength;
    items.addAll(other.items);
    contained.addAll(other.contained);
    minItems = other.minItems;
    maxItems = other.maxItems;
    unique = other.unique;
    properties.addAll(other.properties);
    names.addAll(other.names);
    required.addAll(other.required);
    shown.addAll(other.shown);
    needed.addAll(other.needed);
    minProperties = other.minProperties;
    maxProperties = other.maxProperties;
    other.evaluatedProperties.forEach((k, v) -> evaluatedProperties.put(k, new ArrayList<>(v)));
    other.evaluatedItems.forEach((k, v) -> evaluatedItems.put(k, new ArrayList<>(v)));
  }

  /** It is of this type. */
  Facts only(Type type) {
    types.retainAll(EnumSet.of(type));
    return this;
  }

  /** It has no type that it can be of. */
  boolean isImpossible() {
    if (minLength > maxLength) {
      types.remove(Type.STRING);
    }
    if (minItems > maxItems) {
      types.remove(Type.ARRAY);
    }
    if (Math.max(minProperties, required.size()) > maxProperties) {
      types.remove(Type.OBJECT);
    }
    return types.isEmpty();
  }

  /** Numbers are among these. */
  void amongNumbers(Set<BigDecimal> values) {
    Set<BigDecimal> kept = new LinkedHashSet<>(values);
    if (numbers != null) {
      kept.retainAll(numbers);
    }
    numbers = kept;
    if (kept.isEmpty()) {
      types.remove(Type.NUMBER);
    }
  }

  /** A group of properties, which evaluates them for the schemas around it. */
  void add(Properties group, Set<SchemaDocument.Place> around) {
    properties.add(group);
    for (SchemaDocument.Place schema : around) {
      evaluatedProperties.computeIfAbsent(schema, key -> new ArrayList<>()).add(group);
    }
  }

  /** A group of items, likewise. */
  void add(Items group, Set<SchemaDocument.Place> around) {
    items.add(group);
    for (SchemaDocument.Place schema : around) {
      evaluatedItems.computeIfAbsent(schema, key -> new ArrayList<>()).add(group);
    }
  }

  /** A property of this name meets a claim, if it is there. */
  void property(String name, Claim claim) {
    properties.add(
        new Properties(new LinkedHashMap<>(Map.of(name, Set.of(claim))), Map.of(), Set.of()));
  }

  /** What is asked of the property {@code name}, which some patterns match. */
  Set<Claim> claims(String name, Predicate<String> matching) {
    return claims(Optional.of(name), matching);
  }

  /** What is asked of a property that no schema names, and some patterns match. */
  Set<Claim> claims(Predicate<String> matching) {
    return claims(Optional.empty(), matching);
  }

  private Set<Claim> claims(Optional<String> name, Predicate<String> matching) {
    Set<Claim> all = new LinkedHashSet<>();
    for (Properties group : properties) {
      boolean found = name.isPresent() && group.named().containsKey(name.get());
      if (found) {
        all.addAll(group.named().get(name.get()));
      }
      for (Map.Entry<String, Set<Claim>> pattern : group.matching().entrySet()) {
        if (matching.test(pattern.getKey())) {
          found = true;
          all.addAll(pattern.getValue());
        }
      }
      if (!found) {
        all.addAll(group.others());
      }
    }
    return all;
  }

  /** What is asked of the item at {@code index}. */
  Set<Claim> claims(int index) {
    Set<Claim> all = new LinkedHashSet<>();
    for (Items group : items) {
      all.addAll(index < group.first().size() ? group.first().get(index) : group.others());
    }
    return all;
  }

  /** How many items come before those that are all alike. */
  int firstItems() {
    return items.stream().mapToInt(group -> group.first().size()).max().orElse(0);
  }
}
