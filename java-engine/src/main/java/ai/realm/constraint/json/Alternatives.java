package ai.realm.constraint.json;

import ai.realm.constraint.json.Facts.Claim;
import ai.realm.constraint.json.Facts.Items;
import ai.realm.constraint.json.Facts.Needed;
import ai.realm.constraint.json.Facts.Properties;
import ai.realm.constraint.json.SchemaDocument.Place;
import ai.realm.constraint.regex.Regexes;
import ai.realm.error.EngineException;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Brings a set of claims into alternatives, of which a value must meet one: disjunctive normal
 * form, by type. What is denied is put as what is so instead: {@code not: {minLength: 3}} is a
 * string of at most two characters, or no string.
 */
final class Alternatives {
  private static final int MOST = 2048;

  /** Where there are more, those are left out, too, whose properties contradict each other. */
  private static final int FEW = 16;

  /** A claim that is yet to be taken in, within schemas that ask what was evaluated. */
  private record Pending(Claim claim, Set<Place> around) {}

  /** An alternative that is not complete. */
  private record Open(Facts facts, Deque<Pending> pending, Set<Pending> taken) {
    Open copy() {
      return new Open(new Facts(facts), new ArrayDeque<>(pending), new HashSet<>(taken));
    }

    Open with(Pending more) {
      Open copy = copy();
      copy.pending.push(more);
      return copy;
    }
  }

  /** All that are looked at for one schema, so that it is soon told. */
  private static final int MOST_STEPS = 60_000;

  private int stepsLeft = MOST_STEPS;
  private final SchemaDocument document;
  private final Keywords keywords;
  private final Denials denials;
  private final Consts consts;

  Alternatives(SchemaDocument document, Regexes regexes) {
    this.document = document;
    this.keywords = new Keywords(document, regexes);
    this.consts = new Consts(document, regexes);
    this.denials = new Denials(document, keywords, regexes, consts);
  }

  /** The alternatives of all claims together; none where they contradict each other. */
  List<Facts> of(Collection<Claim> claims) {
    Deque<Pending> pending = new ArrayDeque<>();
    claims.forEach(claim -> pending.add(new Pending(claim, Set.of())));
    Deque<Open> open = new ArrayDeque<>();
    open.push(new Open(new Facts(), pending, new HashSet<>()));
    List<Facts> complete = new ArrayList<>();
    int steps = 0;
    while (!open.isEmpty()) {
      Open next = open.pop();
      boolean isLost =
          complete.size() + open.size() > FEW
              ? isContradiction(next.facts)
              : next.facts.isImpossible();
      if (isLost) {
        continue;
      }
      if (next.pending.isEmpty()) {
        evaluate(next.facts);
        complete.add(next.facts);
        continue;
      }
      Pending claim = next.pending.pop();
      if (!next.taken.add(claim)) {
        open.push(next);
        continue;
      }
      List<Open> more = take(next, claim);
      for (int i = more.size() - 1; i >= 0; i--) {
        open.push(more.get(i));
      }
      steps += more.size();
      stepsLeft -= more.size();
      if (steps > 16 * MOST || stepsLeft < 0 || complete.size() > MOST) {
        throw tooMany(claim.claim.schema());
      }
    }
    return complete;
  }

  private static EngineException tooMany(Place schema) {
    return SchemaException.unsupported(
        schema.pointer(),
        "it comes to more than " + MOST + " alternatives",
        "say it with fewer anyOf, oneOf, not or if beside each other");
  }

  /** All alternatives of an open one and a claim. */
  private List<Open> take(Open open, Pending pending) {
    Claim claim = pending.claim;
    Place schema = claim.schema();
    if (schema.json() instanceof JsonObject) {
      return claim.holds() ? hold(open, pending) : deny(open, pending);
    }
    return schema.json().getAsBoolean() == claim.holds() ? List.of(open) : List.of();
  }

  private List<Open> deny(Open open, Pending pending) {
    List<Open> all = new ArrayList<>();
    for (Denials.Option option : denials.of(pending.claim.schema())) {
      Open copy = open.copy();
      option.facts().accept(copy.facts);
      option.claims().forEach(c -> copy.pending.push(new Pending(c, Set.of())));
      all.add(copy);
    }
    return all;
  }

  private List<Open> hold(Open open, Pending pending) {
    Place schema = pending.claim.schema();
    Set<Place> around = new LinkedHashSet<>(pending.around);
    // What one within evaluates, since it is unevaluated there, is evaluated for those around it.
    if (schema.get("unevaluatedProperties") != null) {
      open.facts.add(new Properties(Map.of(), Map.of(), Set.of(consts.always())), pending.around);
      around.add(schema);
      open.facts.evaluatedProperties.putIfAbsent(schema, new ArrayList<>());
    }
    if (schema.get("unevaluatedItems") != null) {
      open.facts.add(new Items(List.of(), Set.of(consts.always())), pending.around);
      around.add(schema);
      open.facts.evaluatedItems.putIfAbsent(schema, new ArrayList<>());
    }
    if (document.dialect().old() && schema.get("$ref") != null) {
      return List.of(open.with(new Pending(keywords.reference(schema, "$ref"), around)));
    }
    keywords.take(schema, open.facts, around);
    List<Open> all = new ArrayList<>(List.of(open));
    for (String keyword : new String[] {"$ref", "$dynamicRef"}) {
      if (schema.get(keyword) != null) {
        Pending target = new Pending(keywords.reference(schema, keyword), around);
        all.replaceAll(o -> o.with(target));
      }
    }
    for (Place part : keywords.list(schema, "allOf")) {
      all.replaceAll(o -> o.with(new Pending(new Claim(part, true), around)));
    }
    if (schema.get("not") != null) {
      Claim not = new Claim(document.at(schema, "not"), false);
      all.replaceAll(o -> o.with(new Pending(not, Set.of())));
    }
    if (schema.get("enum") != null) {
      JsonArray values = keywords.array(schema, "enum");
      all = spread(all, consts.options(values, schema.pointer() + "/enum"), around);
    }
    if (schema.get("const") != null) {
      JsonArray one = new JsonArray();
      one.add(schema.get("const"));
      all = spread(all, consts.options(one, schema.pointer() + "/const"), around);
    }
    if (schema.get("anyOf") != null) {
      all = choose(all, anyOf(keywords.list(schema, "anyOf"), !around.isEmpty()), around);
    }
    if (schema.get("oneOf") != null) {
      all = choose(all, oneOf(keywords.list(schema, "oneOf")), around);
    }
    if (schema.get("if") != null) {
      all = choose(all, condition(schema), around);
    }
    return dependent(all, schema, around);
  }

  private static List<Open> spread(List<Open> all, List<Consts.Option> options, Set<Place> around) {
    List<Open> spread = new ArrayList<>();
    for (Open open : all) {
      for (Consts.Option option : options) {
        Open copy = open.copy();
        switch (option) {
          case Consts.Option.Scalars scalars -> scalars.into(copy.facts);
          case Consts.Option.Composite(Place place) ->
              copy.pending.push(new Pending(new Claim(place, true), around));
        }
        spread.add(copy);
      }
    }
    return spread;
  }

  /** Of each open alternative, one for each choice. */
  private static List<Open> choose(List<Open> all, List<List<Claim>> choices, Set<Place> around) {
    List<Open> chosen = new ArrayList<>();
    for (Open open : all) {
      for (List<Claim> choice : choices) {
        Open copy = open.copy();
        for (Claim claim : choice) {
          copy.pending.push(new Pending(claim, claim.holds() ? around : Set.of()));
        }
        chosen.add(copy);
      }
    }
    return chosen;
  }

  /**
   * Each option alone; where it matters which of them hold, for what they evaluate, each set of
   * them.
   */
  private static List<List<Claim>> anyOf(List<Place> options, boolean allSets) {
    List<List<Claim>> choices = new ArrayList<>();
    if (!allSets || options.size() > 8) {
      options.forEach(option -> choices.add(List.of(new Claim(option, true))));
      return choices;
    }
    for (int set = (1 << options.size()) - 1; set > 0; set--) {
      List<Claim> choice = new ArrayList<>();
      for (int i = 0; i < options.size(); i++) {
        if ((set >> i & 1) != 0) {
          choice.add(new Claim(options.get(i), true));
        }
      }
      choices.add(choice);
    }
    return choices;
  }

  /** One of them, and none of the others; but of those that exclude it anyway nothing is said. */
  private List<List<Claim>> oneOf(List<Place> options) {
    List<List<Claim>> choices = new ArrayList<>();
    for (Place one : options) {
      List<Claim> choice = new ArrayList<>(List.of(new Claim(one, true)));
      for (Place other : options) {
        if (!other.equals(one) && !exclude(one, other)) {
          choice.add(new Claim(other, false));
        }
      }
      choices.add(choice);
    }
    return choices;
  }

  private final Map<Set<Claim>, Boolean> impossible = new HashMap<>();

  /** Whether it is seen without looking into what they hold that no value meets both. */
  private boolean exclude(Place one, Place other) {
    return areImpossible(Set.of(new Claim(one, true), new Claim(other, true)));
  }

  private boolean areImpossible(Set<Claim> claims) {
    Boolean known = impossible.get(claims);
    if (known == null) {
      // A reference that leads back here finds that they may be met.
      impossible.put(claims, false);
      known = of(claims).stream().allMatch(this::isContradiction);
      impossible.put(claims, known);
    }
    return known;
  }

  /** Whether no type is left, or only objects of which a required property can have no value. */
  private boolean isContradiction(Facts facts) {
    Facts left = new Facts(facts);
    if (!left.texts.isEmpty() && left.types.contains(Facts.Type.STRING)) {
      if (!keywords.texts(left).alive()) {
        left.types.remove(Facts.Type.STRING);
      }
    }
    if (left.types.contains(Facts.Type.OBJECT)) {
      for (String name : left.required) {
        Set<Claim> claims = left.claims(name, p -> keywords.matches(p, name));
        if ((claims.size() > 1 && areImpossible(claims))
            || claims.stream().anyMatch(Alternatives::isFalse)) {
          left.types.remove(Facts.Type.OBJECT);
          break;
        }
      }
    }
    return left.isImpossible();
  }

  private static boolean isFalse(Claim claim) {
    return !(claim.schema().json() instanceof JsonObject)
        && claim.schema().json().getAsBoolean() != claim.holds();
  }

  private List<List<Claim>> condition(Place schema) {
    Claim condition = new Claim(document.at(schema, "if"), true);
    List<Claim> met = new ArrayList<>(List.of(condition));
    List<Claim> unmet = new ArrayList<>();
    if (schema.get("then") != null) {
      met.add(new Claim(document.at(schema, "then"), true));
    }
    if (schema.get("else") != null) {
      unmet.add(new Claim(document.at(schema, "else"), true));
    }
    if (met.size() + unmet.size() == 1
        && schema.get("unevaluatedProperties") == null
        && schema.get("unevaluatedItems") == null) {
      return List.of(List.of());
    }
    unmet.add(condition.denied());
    return List.of(met, unmet);
  }

  /** {@code dependentRequired}, {@code dependentSchemas}, and {@code dependencies} of draft-07. */
  private List<Open> dependent(List<Open> all, Place schema, Set<Place> around) {
    List<Open> open = all;
    for (String keyword : new String[] {"dependentRequired", "dependentSchemas", "dependencies"}) {
      if (!(schema.get(keyword) instanceof JsonObject object)) {
        continue;
      }
      for (String name : object.keySet()) {
        if (object.get(name) instanceof JsonArray names) {
          Set<String> others = new LinkedHashSet<>();
          names.forEach(n -> others.add(n.getAsString()));
          open.forEach(one -> one.facts.needed.add(new Needed(name, others)));
        } else {
          Claim claim = new Claim(document.at(schema, keyword, name), true);
          open = open.stream().flatMap(one -> dependent(one, name, claim, around)).toList();
        }
        if (open.size() > MOST) {
          throw tooMany(schema);
        }
      }
    }
    return open;
  }

  /** No object, one without the property, or one with it that meets the claim. */
  private Stream<Open> dependent(Open one, String name, Claim claim, Set<Place> around) {
    Open other = one.copy();
    other.facts.types.remove(Facts.Type.OBJECT);
    Open without = one.copy();
    without.facts.only(Facts.Type.OBJECT);
    without.facts.property(name, consts.never());
    Open with = one.with(new Pending(claim, around));
    with.facts.only(Facts.Type.OBJECT).required.add(name);
    return Stream.of(other, without, with).filter(open -> !open.facts.isImpossible());
  }

  /** Says of a complete alternative what holds for what none of its schemas evaluated. */
  private void evaluate(Facts facts) {
    facts.evaluatedProperties.forEach((schema, groups) -> {
      if (schema.get("unevaluatedProperties") == null) {
        return;
      }
      Map<String, Set<Claim>> named = new LinkedHashMap<>();
      Map<String, Set<Claim>> matching = new LinkedHashMap<>();
      boolean all = false;
      for (Properties group : groups) {
        group.named().keySet().forEach(name -> named.put(name, Set.of()));
        group.matching().keySet().forEach(pattern -> matching.put(pattern, Set.of()));
        all |= !group.others().isEmpty();
      }
      if (!all) {
        Claim rest = new Claim(document.at(schema, "unevaluatedProperties"), true);
        facts.properties.add(new Properties(named, matching, Set.of(rest)));
      }
    });
    facts.evaluatedItems.forEach((schema, groups) -> {
      if (schema.get("unevaluatedItems") == null) {
        return;
      }
      int first = groups.stream().mapToInt(g -> g.first().size()).max().orElse(0);
      if (groups.stream().noneMatch(group -> !group.others().isEmpty())) {
        Claim rest = new Claim(document.at(schema, "unevaluatedItems"), true);
        List<Set<Claim>> free = new ArrayList<>();
        for (int i = 0; i < first; i++) {
          free.add(Set.of());
        }
        facts.items.add(new Items(free, Set.of(rest)));
      }
    });
  }

  /** Whether facts can be had of all keywords: what {@link Keywords} knows of texts. */
  Keywords keywords() {
    return keywords;
  }
}
