package ai.realm.guest.graal;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorDescription;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.function.Supplier;

/**
 * What the host answers a script: JSON {@code {"value": …}} or {@code {"error": {code, message}}}.
 */
final class Answer {
  private static final Gson GSON =
      new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

  private Answer() {}

  /** The answer for a value, or for what getting it threw. */
  static String of(Supplier<JsonElement> value) {
    try {
      JsonObject answer = new JsonObject();
      answer.add("value", value.get());
      return GSON.toJson(answer);
    } catch (EngineException failure) {
      return failed(failure);
    }
  }

  /** The answer for a failure. */
  static String failed(Throwable failure) {
    ErrorDescription description = ErrorDescription.of(failure);
    JsonObject error = new JsonObject();
    error.addProperty("code", description.code().name());
    error.addProperty("message", description.message());
    JsonObject answer = new JsonObject();
    answer.add("error", error);
    return GSON.toJson(answer);
  }
}
