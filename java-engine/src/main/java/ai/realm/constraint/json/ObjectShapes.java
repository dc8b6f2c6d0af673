package ai.realm.constraint.json;

import ai.realm.constraint.json.Facts.Claim;
import ai.realm.constraint.json.Facts.Needed;
import ai.realm.constraint.json.Facts.Properties;
import ai.realm.constraint.json.Facts.Shown;
import ai.realm.constraint.json.ObjectShape.Name;
import ai.realm.constraint.json.ObjectShape.Others;
import ai.realm.constraint.json.ObjectShape.Way;
import ai.realm.constraint.regex.Regex;
import ai.realm.constraint.regex.Regexes;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Makes the shapes of objects: of what is said of them, which keys have which values. */
final class ObjectShapes {
  private static final int MOST_PATTERNS = 12;
  private static final int MOST_SHOWN = 3;
  private static final int MOST_LISTED = 256;

  private final Regexes regexes;
  private final JsonTexts texts;
  private final Alternatives alternatives;
  private final Scalars scalars;
  private final boolean ordered;
  private final Function<Set<Claim>, Value> values;

  /** Shapes whose values are those that {@code values} has for their claims. */
  ObjectShapes(
      Regexes regexes,
      JsonTexts texts,
      Alternatives alternatives,
      Scalars scalars,
      boolean ordered,
      Function<Set<Claim>, Value> values) {
    this.regexes = regexes;
    this.texts = texts;
    this.alternatives = alternatives;
    this.scalars = scalars;
    this.ordered = ordered;
    this.values = values;
  }

  /** Names of one language, and which patterns of the schema match them. */
  private record NameClass(Regex names, Set<String> matching) {}

  /** The objects that facts admit. */
  ObjectShape of(Facts facts) {
    Map<String, Regex> patterns = new LinkedHashMap<>();
    Set<String> named = new LinkedHashSet<>();
    for (Properties group : facts.properties) {
      named.addAll(group.named().keySet());
      for (String pattern : group.matching().keySet()) {
        patterns.put(pattern, alternatives.keywords().pattern(pattern, ""));
      }
    }
    named.addAll(facts.required);
    for (Needed needed : facts.needed) {
      named.add(needed.name());
      named.addAll(needed.others());
    }
    List<Regex> showing = showing(facts);
    if (patterns.size() + showing.size() > MOST_PATTERNS || showing.size() > MOST_SHOWN) {
      throw new SchemaException.UnplacedException(
          "an object has more than %d patterns of names, or more than %d schemas that it must not meet"
              .formatted(MOST_PATTERNS, MOST_SHOWN),
          "leave some of them out");
    }
    Regex all = facts.names.isEmpty() ? regexes.any : scalars.strings(alternatives.of(facts.names));
    List<Name> names = new ArrayList<>();
    List<String> order = List.copyOf(named);
    for (String name : order) {
      Set<Claim> claims = facts.claims(name, p -> alternatives.keywords().matches(p, name));
      List<Way> ways =
          all.matches(name) ? ways(claims, facts, i -> showing.get(i).matches(name)) : List.of();
      names.add(new Name(name, ways, facts.required.contains(name), needed(name, order, facts)));
    }
    Regex free =
        regexes.both(all, regexes.not(regexes.either(named.stream().map(regexes::text).toList())));
    List<Others> others = others(facts, classes(free, patterns, showing), showing);
    listed(names, others);
    return new ObjectShape(
        texts,
        regexes,
        ordered,
        names,
        others,
        facts.names.isEmpty() && patterns.isEmpty() && showing.isEmpty(),
        showing.size(),
        facts.minProperties,
        facts.maxProperties);
  }

  /** By what must be shown: the names of the properties that can. */
  private List<Regex> showing(Facts facts) {
    List<Regex> showing = new ArrayList<>();
    for (Shown shown : facts.shown) {
      Regex names = scalars.strings(alternatives.of(Set.of(shown.name())));
      showing.add(regexes.both(shown.names(), names));
    }
    return showing;
  }

  /**
   * The ways in which a key shows what it can.
   *
   * @param canShow whether it can, by the index of what is shown
   */
  private List<Way> ways(Set<Claim> claims, Facts facts, Function<Integer, Boolean> canShow) {
    int always = 0;
    int maybe = 0;
    for (int i = 0; i < facts.shown.size(); i++) {
      if (canShow.apply(i)) {
        Claim value = facts.shown.get(i).value();
        if (value.isTrue() || claims.contains(value)) {
          always |= 1 << i;
        } else {
          maybe |= 1 << i;
        }
      }
    }
    List<Way> ways = new ArrayList<>();
    // All subsets of what may be shown.
    for (int set = maybe; ; set = set - 1 & maybe) {
      Set<Claim> more = new LinkedHashSet<>(claims);
      for (int i = 0; i < facts.shown.size(); i++) {
        if ((set >> i & 1) != 0) {
          more.add(facts.shown.get(i).value());
        }
      }
      ways.add(new Way(always | set, values.apply(more)));
      if (set == 0) {
        return ways;
      }
    }
  }

  private static BitSet needed(String name, List<String> order, Facts facts) {
    BitSet needed = new BitSet();
    for (Needed given : facts.needed) {
      if (given.name().equals(name)) {
        given.others().forEach(other -> needed.set(order.indexOf(other)));
      }
    }
    return needed;
  }

  /** The names that no schema has, by which patterns match them and what they can show. */
  private List<NameClass> classes(Regex free, Map<String, Regex> patterns, List<Regex> showing) {
    List<NameClass> classes = List.of(new NameClass(free, Set.of()));
    for (Map.Entry<String, Regex> pattern : patterns.entrySet()) {
      classes = split(classes, pattern.getValue(), pattern.getKey());
    }
    for (int i = 0; i < showing.size(); i++) {
      classes = split(classes, showing.get(i), "!" + i);
    }
    return classes;
  }

  private List<NameClass> split(List<NameClass> classes, Regex pattern, String source) {
    List<NameClass> parts = new ArrayList<>();
    for (NameClass one : classes) {
      Set<String> more = new LinkedHashSet<>(one.matching);
      more.add(source);
      for (NameClass part :
          List.of(
              new NameClass(regexes.both(one.names, pattern), more),
              new NameClass(regexes.both(one.names, regexes.not(pattern)), one.matching))) {
        if (part.names.alive()) {
          parts.add(part);
        }
      }
    }
    return parts;
  }

  private List<Others> others(Facts facts, List<NameClass> classes, List<Regex> showing) {
    // Classes with the same values are one.
    record Meaning(Set<Claim> claims, Set<Integer> shown) {}
    Map<Meaning, List<Regex>> byMeaning = new LinkedHashMap<>();
    for (NameClass one : classes) {
      if (one.names.alive()) {
        Set<Integer> shown = new LinkedHashSet<>();
        for (int i = 0; i < showing.size(); i++) {
          if (one.matching.contains("!" + i)) {
            shown.add(i);
          }
        }
        Meaning meaning = new Meaning(facts.claims(one.matching::contains), shown);
        byMeaning.computeIfAbsent(meaning, key -> new ArrayList<>()).add(one.names);
      }
    }
    List<Others> others = new ArrayList<>();
    byMeaning.forEach((meaning, languages) ->
        others.add(
            new Others(
                regexes.either(languages), ways(meaning.claims, facts, meaning.shown::contains))));
    return others;
  }

  /** Names that are few are put as those that the schema has: each may come but once. */
  private void listed(List<Name> names, List<Others> others) {
    Map<Others, List<String>> few = new HashMap<>();
    for (Others other : others) {
      List<String> all = other.names().list(MOST_LISTED);
      if (all != null) {
        few.put(other, all);
      }
    }
    for (Others other : List.copyOf(others)) {
      if (few.containsKey(other)) {
        few.get(other)
            .forEach(name -> names.add(new Name(name, other.ways(), false, new BitSet())));
      }
    }
    others.removeAll(few.keySet());
  }
}
