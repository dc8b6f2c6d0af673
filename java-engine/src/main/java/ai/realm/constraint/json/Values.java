package ai.realm.constraint.json;

import ai.realm.constraint.TextPlaces;
import ai.realm.constraint.json.Facts.Claim;
import ai.realm.constraint.json.Facts.Contained;
import ai.realm.constraint.json.JsonSchema.Order;
import ai.realm.constraint.json.JsonSchema.Style;
import ai.realm.constraint.regex.Regexes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes the values of a schema: those of its root, and of all that they hold. */
final class Values {
  private static final int MOST_CONTAINED = 3;
  private static final int MOST_LISTED = 256;

  private final Regexes regexes;
  private final JsonTexts texts;
  private final Alternatives alternatives;
  private final Scalars scalars;
  private final ObjectShapes objects;
  private final Map<Set<Claim>, Value> known = new LinkedHashMap<>();
  private final Deque<Set<Claim>> open = new ArrayDeque<>();

  Values(SchemaDocument document, Regexes regexes, TextPlaces places, Style style) {
    this.regexes = regexes;
    this.texts = new JsonTexts(regexes, places, style.spacing());
    this.alternatives = new Alternatives(document, regexes);
    this.scalars = new Scalars(regexes, places, alternatives.keywords());
    boolean ordered = style.order() == Order.DECLARED;
    this.objects = new ObjectShapes(regexes, texts, alternatives, scalars, ordered, this::of);
  }

  /** The values of a document's root; it may be that there are none. */
  static Value of(SchemaDocument document, Regexes regexes, TextPlaces places, Style style) {
    Values values = new Values(document, regexes, places, style);
    Value root = values.of(Set.of(new Claim(document.root(), true)));
    values.complete();
    return root;
  }

  /** The values of some claims, which are complete once all are. */
  Value of(Set<Claim> claims) {
    return known.computeIfAbsent(
        claims,
        key -> {
          open.add(key);
          return new Value();
        });
  }

  /** Makes all values that were asked for, and those that they hold. */
  void complete() {
    while (!open.isEmpty()) {
      Set<Claim> claims = open.poll();
      SchemaException.of(claims, () -> filled(claims, known.get(claims)));
    }
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Map.Entry<Set<Claim>, Value> each : known.entrySet()) {
        changed |= SchemaException.of(each.getKey(), each.getValue()::shorten);
      }
    }
    known.values().forEach(Value::complete);
  }

  private Value filled(Set<Claim> claims, Value value) {
    for (Facts facts : alternatives.of(claims)) {
      scalars.add(facts, value);
      if (facts.types.contains(Facts.Type.ARRAY)) {
        value.add(array(facts));
      }
      if (facts.types.contains(Facts.Type.OBJECT)) {
        value.add(objects.of(facts));
      }
    }
    return value;
  }

  private Value.Form array(Facts facts) {
    if (facts.contained.size() > MOST_CONTAINED) {
      throw new SchemaException.UnplacedException(
          "an array has more than 3 contains", "leave some of them out");
    }
    int sets = 1 << facts.contained.size();
    Value[][] items = new Value[facts.firstItems() + 1][sets];
    for (int i = 0; i < items.length; i++) {
      for (int set = 0; set < sets; set++) {
        Set<Claim> claims = new LinkedHashSet<>(facts.claims(i));
        for (int c = 0; c < facts.contained.size(); c++) {
          Contained contained = facts.contained.get(c);
          if ((set >> c & 1) != 0) {
            claims.add(contained.claim());
          } else if (contained.max() < Integer.MAX_VALUE) {
            // Who counts no more than so many must know of each item that it does not count.
            claims.add(contained.claim().denied());
          }
        }
        items[i][set] = of(claims);
      }
    }
    ArrayShape.Count[] counts =
        facts.contained.stream()
            .map(c -> new ArrayShape.Count(c.min(), c.max()))
            .toArray(ArrayShape.Count[]::new);
    ArrayShape shape = new ArrayShape(texts, items, counts, facts.minItems, facts.maxItems);
    return facts.unique && facts.maxItems > 1 ? unique(facts) : shape;
  }

  /** Arrays of scalars, none of them twice. */
  private Value.Form unique(Facts facts) {
    List<Facts> items = alternatives.of(facts.claims(0));
    boolean known =
        facts.firstItems() == 0
            && facts.contained.isEmpty()
            && items.stream().allMatch(this::isUniqueScalar);
    if (!known) {
      throw new SchemaException.UnplacedException(
          "uniqueItems is followed where all items are strings, or of a few words and numbers",
          "give items a type of string, or an enum, or leave uniqueItems out");
    }
    List<String> words = new ArrayList<>();
    for (Facts item : items) {
      words.addAll(scalars.plain(item).list(MOST_LISTED));
    }
    return new UniqueArrayShape(
        texts,
        regexes,
        words.stream().distinct().toList(),
        scalars.strings(items),
        facts.minItems,
        facts.maxItems);
  }

  private boolean isUniqueScalar(Facts item) {
    return !item.types.contains(Facts.Type.ARRAY)
        && !item.types.contains(Facts.Type.OBJECT)
        && scalars.plain(item).list(MOST_LISTED) != null;
  }
}
