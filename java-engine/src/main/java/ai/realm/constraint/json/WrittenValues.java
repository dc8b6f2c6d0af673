package ai.realm.constraint.json;

import ai.realm.constraint.ByteText;
import ai.realm.constraint.Frame;
import ai.realm.constraint.Signs;
import ai.realm.constraint.Stack;
import ai.realm.constraint.Stacks;
import ai.realm.constraint.TextPlaces;
import ai.realm.constraint.json.Facts.Claim;
import ai.realm.constraint.json.MembersWriting.Quotes;
import ai.realm.constraint.json.MembersWriting.Raw;
import ai.realm.constraint.regex.CodePoints;
import ai.realm.constraint.regex.Regex;
import ai.realm.constraint.regex.Regexes;
import com.google.gson.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes the values of a tool's arguments that are written in a markup of a model's own: members one
 * by one, strings raw between quotes or up to what comes behind them.
 */
final class WrittenValues {
  private static final Map<Facts.Type, String> PYTHON =
      Map.of(Facts.Type.NULL, "None", Facts.Type.TRUE, "True", Facts.Type.FALSE, "False");

  private final MembersWriting writing;
  private final Signs signs;
  private final Regexes regexes;
  private final TextPlaces places;
  private final Alternatives alternatives;
  private final Scalars scalars;
  private final WrittenStrings strings;

  /** Values that are written as JSON. */
  private final Values json;

  /** That a value is no string. */
  private final Claim noString;

  /** That it is an array. */
  private final Claim isArray;

  private final Map<Set<Claim>, Value> known = new LinkedHashMap<>();
  private final Deque<Set<Claim>> open = new ArrayDeque<>();

  private WrittenValues(
      SchemaDocument document,
      MembersWriting writing,
      Signs signs,
      Regexes regexes,
      TextPlaces places) {
    this.writing = writing;
    this.signs = signs;
    this.regexes = regexes;
    this.places = places;
    this.alternatives = new Alternatives(document, regexes);
    this.scalars = new Scalars(regexes, places, alternatives.keywords());
    this.strings = new WrittenStrings(signs, regexes, places, scalars, alternatives.keywords());
    this.json = new Values(document, regexes, places, JsonSchema.Style.USUAL);
    JsonObject string = new JsonObject();
    string.addProperty("type", "string");
    this.noString = new Claim(document.adopt(string, "!string"), false);
    JsonObject array = new JsonObject();
    array.addProperty("type", "array");
    this.isArray = new Claim(document.adopt(array, "!array"), true);
  }

  /** The objects that a document's root admits; it may be that there are none. */
  static Value members(
      SchemaDocument document,
      MembersWriting writing,
      Signs signs,
      Regexes regexes,
      TextPlaces places) {
    WrittenValues written = new WrittenValues(document, writing, signs, regexes, places);
    Value root = new Value();
    Quotes quotes = writing.strings().orElse(new Quotes("\"", "\""));
    Set<Claim> claims = Set.of(new Claim(document.root(), true));
    for (Facts facts : written.alternatives.of(claims)) {
      if (facts.types.contains(Facts.Type.OBJECT)) {
        WrittenObject.Signs by = written.signs(writing);
        boolean isRaw = quotes.open().isEmpty();
        root.add(SchemaException.of(claims, () -> written.object(facts, by, isRaw)));
      }
    }
    written.complete(root);
    return root;
  }

  private void complete(Value root) {
    while (!open.isEmpty()) {
      Set<Claim> claims = open.poll();
      SchemaException.of(claims, () -> filled(claims, known.get(claims)));
    }
    json.complete();
    List<Value> all = new ArrayList<>(known.values());
    all.add(root);
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Value value : all) {
        changed |= value.shorten();
      }
    }
    all.forEach(Value::complete);
  }

  /** Values in the way that is asked for. */
  private Value of(Set<Claim> claims) {
    if (writing.values() == MembersWriting.Values.JSON) {
      return json.of(claims);
    }
    return known.computeIfAbsent(
        claims,
        key -> {
          open.add(key);
          return new Value();
        });
  }

  private Value filled(Set<Claim> claims, Value value) {
    List<Facts> all = alternatives.of(claims);
    boolean hasArrays = false;
    for (Facts facts : all) {
      Regex words = words(facts);
      if (words.alive()) {
        value.add(new FrameForm(places.text(words)));
      }
      if (facts.types.contains(Facts.Type.ARRAY) && !isCounted(facts)) {
        value.add(array(facts));
      } else if (facts.types.contains(Facts.Type.ARRAY)) {
        mustBeAlike(facts);
        hasArrays = true;
      }
      if (facts.types.contains(Facts.Type.OBJECT)) {
        value.add(object(facts, nested(), false));
      }
      boolean isQuoted = writing.strings().filter(quotes -> !quotes.open().isEmpty()).isPresent();
      if (facts.types.contains(Facts.Type.STRING) && !isQuoted) {
        scalars.add(new Facts(facts).only(Facts.Type.STRING), value);
        Regex quoted = strings.singleQuoted(facts);
        if (quoted.alive()) {
          value.add(new FrameForm(places.text(quoted)));
        }
      } else if (facts.types.contains(Facts.Type.STRING)) {
        Quotes quotes = writing.strings().get();
        Frame string = strings.until(List.of(facts), quotes.close(), false);
        if (string != null) {
          value.add(new FrameForm(TextPlaces.literal(signs.bytes(quotes.open())), string));
        }
      }
    }
    if (hasArrays) {
      Set<Claim> arrays = new LinkedHashSet<>(claims);
      arrays.add(isArray);
      value.add(new FrameForm(json.of(arrays)));
    }
    return value;
  }

  private Regex words(Facts facts) {
    if (writing.values() != MembersWriting.Values.PYTHON) {
      return scalars.plain(facts);
    }
    List<Regex> words = new ArrayList<>();
    words.add(scalars.plain(new Facts(facts).only(Facts.Type.NUMBER)));
    words.add(python(facts));
    return regexes.either(words);
  }

  private Regex python(Facts facts) {
    List<Regex> words = new ArrayList<>();
    PYTHON.forEach((type, word) -> {
      if (facts.types.contains(type)) {
        words.add(regexes.text(word));
      }
    });
    return regexes.either(words);
  }

  /** Whether it matters of an array what its items are together. */
  private static boolean isCounted(Facts facts) {
    return !facts.contained.isEmpty() || (facts.unique && facts.maxItems > 1);
  }

  /** Python writes an array of strings and numbers as JSON does, which is followed item by item. */
  private void mustBeAlike(Facts facts) {
    Set<Facts.Type> alike = Set.of(Facts.Type.STRING, Facts.Type.NUMBER);
    boolean isAlike = writing.values() == MembersWriting.Values.PYTHON;
    for (int i = 0; i <= facts.firstItems(); i++) {
      for (Facts item : alternatives.of(facts.claims(i))) {
        isAlike &= alike.containsAll(item.types);
      }
    }
    if (!isAlike) {
      throw new SchemaException.UnplacedException(
          "this model writes arrays in a form of its own, in which contains and uniqueItems are not"
              + " followed",
          "leave them out");
    }
  }

  private Value.Form array(Facts facts) {
    List<Value> items = new ArrayList<>();
    for (int i = 0; i <= facts.firstItems(); i++) {
      items.add(of(facts.claims(i)));
    }
    String between = writing.values() == MembersWriting.Values.SAME ? writing.between() : ", ";
    return new WrittenArray(items, signs.bytes(between), facts.minItems, facts.maxItems);
  }

  private Value.Form object(Facts facts, WrittenObject.Signs by, boolean isRaw) {
    Set<String> names = new LinkedHashSet<>();
    facts.properties.forEach(group -> names.addAll(group.named().keySet()));
    names.addAll(facts.required);
    Regex admitted =
        facts.names.isEmpty() ? regexes.any : scalars.strings(alternatives.of(facts.names));
    List<String> ordered = writing.sorted() ? names.stream().sorted().toList() : List.copyOf(names);
    List<WrittenObject.Member> members = new ArrayList<>();
    for (String name : ordered) {
      by.mustCarry(name);
      boolean isRequired = facts.required.contains(name);
      if (!admitted.matches(name)) {
        members.add(new WrittenObject.Member(name, isRequired, List.of(), 0));
        continue;
      }
      Set<Claim> claims = facts.claims(name, p -> alternatives.keywords().matches(p, name));
      Raw raw = writing.raw().getOrDefault(name, Raw.EITHER);
      members.add(member(name, isRequired, claims, isRaw, raw));
    }
    if (!names.isEmpty() || facts.maxProperties == 0) {
      return new WrittenObject(by, members, null, facts.minProperties, facts.maxProperties);
    }
    boolean hasPatterns = facts.properties.stream().anyMatch(group -> !group.matching().isEmpty());
    if (hasPatterns || facts.minProperties > 0) {
      throw new SchemaException.UnplacedException(
          "this model writes objects in a form of its own, in which patternProperties and"
              + " minProperties of properties without names are not followed",
          "name the properties");
    }
    Regex letters = regexes.oneOf(CodePoints.range('a', 'z').or(CodePoints.range('A', 'Z')));
    Regex more = regexes.oneOf(CodePoints.range('0', '9').or(CodePoints.of("_")));
    Regex any =
        regexes.both(
            admitted, regexes.then(letters, regexes.repeat(regexes.either(letters, more), 0, 63)));
    WrittenObject.Member others =
        any.alive() ? member("", false, facts.claims(pattern -> false), isRaw, Raw.EITHER) : null;
    WrittenObject.Others named =
        others == null ? null : new WrittenObject.Others(places.text(any), others);
    return new WrittenObject(by, members, named, 0, facts.maxProperties);
  }

  private WrittenObject.Member member(
      String name, boolean isRequired, Set<Claim> claims, boolean isRaw, Raw raw) {
    if (!isRaw) {
      return new WrittenObject.Member(name, isRequired, List.of(of(claims)), 0);
    }
    List<Frame> values = new ArrayList<>();
    if (raw != Raw.STRING) {
      Set<Claim> others = new LinkedHashSet<>(claims);
      others.add(noString);
      values.add(of(others));
      Regex words = regexes.either(alternatives.of(others).stream().map(this::python).toList());
      if (words.alive()) {
        // Templates print a word as Python does where they print a string.
        values.add(places.text(words));
      }
    }
    Frame string = null;
    if (raw != Raw.JSON) {
      string = strings.until(alternatives.of(claims), writing.marker(), raw == Raw.EITHER);
    }
    if (string != null) {
      values.add(string);
    }
    int taken = string == null ? 0 : signs.bytes(writing.marker()).length;
    return new WrittenObject.Member(name, isRequired, values, taken);
  }

  private WrittenObject.Signs signs(MembersWriting form) {
    return new WrittenObject.Signs(
        signs.bytes(form.empty()),
        signs.bytes(form.open()),
        signs.bytes(form.afterName()),
        signs.bytes(form.between()),
        signs.bytes(form.close()));
  }

  /** Those of an object within a value. */
  private WrittenObject.Signs nested() {
    boolean same = writing.values() == MembersWriting.Values.SAME;
    return new WrittenObject.Signs(
        signs.bytes("{}"),
        signs.bytes(same ? "{" : "{\""),
        signs.bytes(same ? writing.afterName() : "\": "),
        signs.bytes(same ? writing.between() : ", \""),
        signs.bytes("}"));
  }

  /** Frames one behind the other. */
  private record FrameForm(List<Frame> frames) implements Value.Form {
    FrameForm(Frame... frames) {
      this(List.of(frames));
    }

    @Override
    public int length() {
      return frames.stream().mapToInt(Frame::shortestLength).sum();
    }

    @Override
    public void begin(Stack below, Stacks out) {
      Stack all = below;
      for (int i = frames.size() - 1; i >= 0; i--) {
        all = new Stack(frames.get(i), all);
      }
      out.add(all);
    }

    @Override
    public void shortest(ByteText out) {
      frames.forEach(frame -> frame.shortest(out));
    }

    @Override
    public void complete() {}
  }
}
