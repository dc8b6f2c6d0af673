package ai.realm.bridge;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;

/** JSON as JavaScript reads and writes it: strict, so without NaN and infinities. */
final class JsonText {
  private static final Gson GSON =
      new GsonBuilder()
          .setStrictness(Strictness.STRICT)
          .serializeNulls()
          .disableHtmlEscaping()
          .create();

  private JsonText() {}

  /**
   * The object that a text stands for.
   *
   * @throws IllegalStateException if it stands for something else than an object
   * @throws com.google.gson.JsonSyntaxException if it is no JSON
   */
  static JsonObject parse(String text) {
    return JsonParser.parseString(text).getAsJsonObject();
  }

  /**
   * The text of an object.
   *
   * @throws IllegalArgumentException if it holds a number that JSON has no text for
   */
  static String of(JsonObject object) {
    return GSON.toJson((JsonElement) object);
  }
}
