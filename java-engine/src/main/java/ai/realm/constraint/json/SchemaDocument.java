package ai.realm.constraint.json;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.net.URI;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A schema with all that is in it: places by JSON pointer (RFC 6901), by anchor and by id, as
 * references name them.
 */
final class SchemaDocument {
  private static final String ROOT = "https://realm.invalid/schema";

  /**
   * A schema in the document: an object or a boolean.
   *
   * @param scope of the dynamic anchors that several schemas bear, the pointer of the one that was
   *     first on the way here: the way is a part of the place
   */
  record Place(JsonElement json, String pointer, URI base, Map<String, String> scope) {
    Place(JsonElement json, String pointer, URI base) {
      this(json, pointer, base, Map.of());
    }

    /** The keyword's value, or null. */
    JsonElement get(String keyword) {
      return json instanceof JsonObject object ? object.get(keyword) : null;
    }

    @Override
    public int hashCode() {
      return pointer.hashCode();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Place place
          && place.pointer.equals(pointer)
          && place.scope.equals(scope);
    }
  }

  /** Keywords whose value is no schema, whatever is in it. */
  private static final Set<String> DATA =
      Set.of("enum", "const", "default", "examples", "required", "type");

  private final Map<String, Place> byPointer = new HashMap<>();
  private final Map<String, Place> byUri = new HashMap<>();
  private final Dialect dialect;

  private final Set<String> checked = new HashSet<>();

  /** By base and dynamic anchor, the pointer of the schema that bears it. */
  private final Map<URI, Map<String, String>> dynamicAnchors = new HashMap<>();

  /**
   * A schema, and others by their URIs.
   *
   * @param others what references may name besides
   */
  SchemaDocument(JsonElement json, Map<String, JsonElement> others) {
    this.dialect = Dialect.of(json, others);
    index(json, "", URI.create(ROOT), false);
    others.forEach((uri, other) -> index(other, uri + "#", URI.create(uri), false));
    Map<String, Long> bearers =
        dynamicAnchors.values().stream()
            .flatMap(own -> own.keySet().stream())
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    // Which one is meant where there is but one, no way there decides.
    dynamicAnchors.values().forEach(own -> own.keySet().removeIf(name -> bearers.get(name) == 1));
  }

  /** Its draft. */
  Dialect dialect() {
    return dialect;
  }

  /** The whole schema. */
  Place root() {
    return checked(reached(byPointer.get(""), Map.of()));
  }

  /** Whether a pointer leads to no place of the document that is written there. */
  static boolean isAdopted(String pointer) {
    return pointer.contains("!");
  }

  /**
   * Takes in a schema that is made of another's data, at a pointer that no other schema has: with
   * an exclamation mark.
   */
  Place adopt(JsonElement json, String pointer) {
    if (!byPointer.containsKey(pointer)) {
      index(json, pointer, URI.create(ROOT + "/data"), false);
    }
    return byPointer.get(pointer);
  }

  /** The schema in a keyword of another one, or below that. */
  Place at(Place parent, Object... steps) {
    StringBuilder pointer = new StringBuilder(parent.pointer());
    for (Object step : steps) {
      pointer.append('/').append(step(step.toString()));
    }
    Place place = byPointer.get(pointer.toString());
    JsonElement json = place == null ? null : place.json();
    if (json == null || !(json instanceof JsonObject || isFlag(json))) {
      throw SchemaException.invalid(
          pointer.toString(), json == null ? "missing" : json.toString(), "an object or a boolean");
    }
    return checked(reached(place, parent.scope()));
  }

  /** A place on a way that had these dynamic anchors first: those of its own base come behind. */
  private Place reached(Place place, Map<String, String> before) {
    Map<String, String> own = dynamicAnchors.getOrDefault(place.base(), Map.of());
    if (before.isEmpty() && own.isEmpty()) {
      return place;
    }
    Map<String, String> scope = new HashMap<>(own);
    scope.putAll(before);
    return new Place(place.json(), place.pointer(), place.base(), scope);
  }

  /** A schema that is asked for: its keywords are looked at once. */
  private Place checked(Place schema) {
    if (checked.add(schema.pointer())) {
      KeywordShapes.check(schema, dialect);
    }
    return schema;
  }

  private static boolean isFlag(JsonElement json) {
    return json instanceof JsonPrimitive primitive && primitive.isBoolean();
  }

  private static String step(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  private void index(JsonElement json, String pointer, URI base, boolean inData) {
    URI here = base;
    if (json instanceof JsonObject object && !inData) {
      String id = text(object, dialect.id());
      boolean isAlone = !dialect.old() || !object.has("$ref");
      if (id != null && isAlone) {
        if (id.startsWith("#")) {
          byUri.putIfAbsent(resolve(base, id), new Place(json, pointer, base));
        } else {
          here = URI.create(resolve(base, id));
        }
      }
    }
    Place place = new Place(json, pointer, here);
    byPointer.put(pointer, place);
    if (json instanceof JsonObject object) {
      if (!inData) {
        if (pointer.isEmpty() || pointer.endsWith("#")) {
          byUri.putIfAbsent(plain(base), place);
        }
        if (!here.equals(base)) {
          byUri.putIfAbsent(plain(here), place);
        }
        for (String keyword : new String[] {"$anchor", "$dynamicAnchor"}) {
          String anchor = text(object, keyword);
          if (anchor != null) {
            if (keyword.equals("$dynamicAnchor")) {
              dynamicAnchors
                  .computeIfAbsent(here, uri -> new HashMap<>())
                  .putIfAbsent(anchor, pointer);
            }
            byUri.putIfAbsent(plain(here) + "#" + anchor, place);
          }
        }
      }
      for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
        boolean data = inData || (DATA.contains(entry.getKey()) && !isNames(pointer));
        index(entry.getValue(), pointer + "/" + step(entry.getKey()), here, data);
      }
    } else if (json.isJsonArray()) {
      for (int i = 0; i < json.getAsJsonArray().size(); i++) {
        index(json.getAsJsonArray().get(i), pointer + "/" + i, here, inData);
      }
    }
  }

  /** Whether the keys of the object there are names, not keywords. */
  private static boolean isNames(String pointer) {
    String last = pointer.substring(pointer.lastIndexOf('/') + 1);
    return Set.of("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
        .contains(last);
  }

  private static String text(JsonObject object, String keyword) {
    return object.get(keyword) instanceof JsonPrimitive text && text.isString()
        ? text.getAsString()
        : null;
  }

  private static String resolve(URI base, String reference) {
    // A URN has no path to resolve against, but a fragment is one of any base.
    if (reference.startsWith("#")) {
      String whole = base.toString();
      int hash = whole.indexOf('#');
      return (hash < 0 ? whole : whole.substring(0, hash))
          + (reference.equals("#") ? "" : reference);
    }
    return plain(base.resolve(reference.replace(" ", "%20")));
  }

  private static String plain(URI uri) {
    String text = uri.toString();
    return text.endsWith("#") ? text.substring(0, text.length() - 1) : text;
  }

  /** What a reference in a schema names. */
  Place resolve(Place from, String keyword, String reference) {
    String full;
    try {
      full = reference.isEmpty() ? plain(from.base()) : resolve(from.base(), reference);
    } catch (IllegalArgumentException e) {
      throw SchemaException.invalid(from.pointer() + "/" + keyword, reference, "a URI reference");
    }
    Place found = byUri.get(full);
    int hash = full.indexOf('#');
    if (found != null && keyword.equals("$dynamicRef")) {
      String first = from.scope().get(full.substring(hash + 1));
      boolean bears = first != null && isDynamic(found, full.substring(hash + 1));
      found = bears ? byPointer.get(first) : found;
    }
    if (found == null && hash >= 0) {
      Place document = byUri.get(full.substring(0, hash));
      String pointer = decode(full.substring(hash + 1));
      if (document != null && pointer.startsWith("/")) {
        found = byPointer.get(document.pointer() + pointer);
      }
    }
    if (found == null) {
      throw SchemaException.unsupported(
          from.pointer() + "/" + keyword,
          "nothing in it is called " + reference,
          "put what it names under $defs, and refer to it as #/$defs/NAME, or give it among the"
              + " schemas beside it");
    }
    return checked(reached(found, from.scope()));
  }

  /** Whether a schema bears an anchor by which references find another one on another way. */
  private boolean isDynamic(Place schema, String anchor) {
    Map<String, String> own = dynamicAnchors.getOrDefault(schema.base(), Map.of());
    return schema.pointer().equals(own.get(anchor));
  }

  private static String decode(String fragment) {
    // A plus is no space here, unlike in a form.
    return java.net.URLDecoder.decode(
        fragment.replace("+", "%2B"), java.nio.charset.StandardCharsets.UTF_8);
  }
}
