package ai.realm.json;

import ai.realm.gguf.GgufMetadata;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.math.BigInteger;
import java.util.List;

/**
 * A file's metadata as JSON. What a JavaScript number cannot hold becomes a string: an integer
 * beyond 2^53 - 1 its decimal digits, and what is not finite {@code NaN}, {@code Infinity} or
 * {@code -Infinity}.
 */
public final class MetadataJson {
  /** Arrays with more elements are a vocabulary's. */
  private static final int LONGEST_SHORT_ARRAY = 64;

  private MetadataJson() {}

  /** All keys. */
  public static JsonObject whole(GgufMetadata metadata) {
    JsonObject json = new JsonObject();
    for (String key : metadata.keys()) {
      json.add(key, of(metadata.get(key)));
    }
    return json;
  }

  /** All keys but those of arrays with more than 64 elements. */
  public static JsonObject withoutLongArrays(GgufMetadata metadata) {
    JsonObject json = new JsonObject();
    for (String key : metadata.keys()) {
      if (!metadata.isArray(key) || metadata.length(key) <= LONGEST_SHORT_ARRAY) {
        json.add(key, of(metadata.get(key)));
      }
    }
    return json;
  }

  private static JsonElement of(Object value) {
    return switch (value) {
      case Boolean bool -> new JsonPrimitive(bool);
      case String text -> new JsonPrimitive(text);
      case Long number
          when Math.abs(number) <= Arguments.MAX_SAFE_INTEGER && number != Long.MIN_VALUE ->
          new JsonPrimitive(number);
      case Long number -> new JsonPrimitive(number.toString());
      case BigInteger number -> new JsonPrimitive(number.toString());
      case Double number when Double.isFinite(number) -> new JsonPrimitive(number);
      case Double number -> new JsonPrimitive(number.toString());
      case List<?> list -> {
        JsonArray array = new JsonArray(list.size());
        list.forEach(element -> array.add(of(element)));
        yield array;
      }
      default -> throw new IllegalArgumentException("no GGUF value: " + value);
    };
  }
}
