package ai.realm.constraint.json;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Map;

/**
 * In which draft a schema is written, as its {@code $schema} says.
 *
 * @param old whether it is one of draft-04 to draft-07: what stands beside a reference says
 *     nothing, and lists of items are tuples
 * @param id the keyword that names a schema
 */
record Dialect(boolean old, String id) {
  private static final Dialect NEWEST = new Dialect(false, "$id");
  private static final String VALIDATION = ".*/vocab/validation";

  /**
   * That of a schema.
   *
   * @param others by their URIs, a metaschema of its own among them
   */
  static Dialect of(JsonElement schema, Map<String, JsonElement> others) {
    if (!(schema instanceof JsonObject object)
        || !(object.get("$schema") instanceof JsonPrimitive text)) {
      return NEWEST;
    }
    String uri = text.getAsString();
    if (uri.matches(".*/draft-0[123]/.*")) {
      throw SchemaException.unsupported(
          "/$schema", "it is written in " + uri, "write it in draft 2020-12 or draft-07");
    }
    JsonElement metaschema =
        others.get(uri.endsWith("#") ? uri.substring(0, uri.length() - 1) : uri);
    if (metaschema instanceof JsonObject own
        && own.get("$vocabulary") instanceof JsonObject vocabulary
        && vocabulary.keySet().stream().noneMatch(name -> name.matches(VALIDATION))) {
      throw SchemaException.unsupported(
          "/$schema",
          "its metaschema has no vocabulary of validation, without which most keywords say nothing",
          "leave $schema out");
    }
    return new Dialect(
        uri.matches(".*/draft-0[467]/.*"), uri.contains("/draft-04/") ? "id" : "$id");
  }
}
