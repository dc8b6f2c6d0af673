package ai.realm.bridge.calls;

import ai.realm.bridge.Job;
import ai.realm.engine.GenerationListener;
import ai.realm.engine.GenerationResult;
import ai.realm.engine.Timings;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Locale;

/**
 * Tells JavaScript of a generation.
 *
 * @param job gets its text and its end
 */
record GenerationEvents(Job job) implements GenerationListener {

  @Override
  public boolean text(String piece) {
    return job.text(piece);
  }

  @Override
  public void finished(GenerationResult result) {
    job.result(json(result));
  }

  @Override
  public void aborted(GenerationResult result) {
    job.error(
        new EngineException(
            ErrorCode.ABORTED, "the generation was cancelled; its result is what it gave so far"),
        json(result));
  }

  @Override
  public void failed(Throwable failure) {
    job.error(failure, null);
  }

  private static JsonObject json(GenerationResult result) {
    JsonObject json = new JsonObject();
    json.addProperty("text", result.text());
    JsonArray tokens = new JsonArray(result.tokens().length);
    for (int token : result.tokens()) {
      tokens.add(token);
    }
    json.add("tokens", tokens);
    JsonObject usage = new JsonObject();
    usage.addProperty("promptTokens", result.promptTokens());
    usage.addProperty("completionTokens", result.tokens().length);
    json.add("usage", usage);
    json.addProperty("finishReason", result.finishReason().name().toLowerCase(Locale.ROOT));
    Timings timings = result.timings();
    JsonObject times = new JsonObject();
    times.addProperty("firstTokenMs", timings.firstTokenMs());
    times.addProperty("prefillTokensPerSecond", timings.prefillTokensPerSecond());
    times.addProperty("decodeTokensPerSecond", timings.decodeTokensPerSecond());
    json.add("timings", times);
    return json;
  }
}
