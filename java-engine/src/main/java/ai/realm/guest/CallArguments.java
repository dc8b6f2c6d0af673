package ai.realm.guest;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;

/** What a function of a guest is called with. */
final class CallArguments {
  private static final Gson STRICT = new GsonBuilder().setStrictness(Strictness.STRICT).create();

  private CallArguments() {}

  /**
   * Refuses what is no JSON array before a guest gets it.
   *
   * @throws EngineException {@code INVALID_ARGUMENT}
   */
  static void requireArray(String arguments) {
    JsonElement array;
    try {
      array = STRICT.fromJson(arguments, JsonElement.class);
    } catch (JsonParseException invalid) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          "the arguments are no JSON: " + invalid.getMessage(),
          invalid);
    }
    if (!(array instanceof JsonArray)) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT, "the arguments are " + array + "; give a JSON array");
    }
  }
}
