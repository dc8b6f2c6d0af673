package ai.realm.json;

import ai.realm.engine.GenerationResult;
import ai.realm.engine.GenerationResult.Timings;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Locale;

/** What a generation gave, as JavaScript sees it. */
public final class GenerationResultJson {
  private GenerationResultJson() {}

  /** The fields {@code text, tokens, usage, finishReason, timings}. */
  public static JsonObject of(GenerationResult result) {
    JsonObject json = new JsonObject();
    json.addProperty("text", result.text());
    JsonArray tokens = new JsonArray(result.tokens().length);
    for (int token : result.tokens()) {
      tokens.add(token);
    }
    json.add("tokens", tokens);
    JsonObject usage = new JsonObject();
    usage.addProperty("promptTokens", result.promptTokens());
    usage.addProperty("cachedTokens", result.cachedTokens());
    usage.addProperty("completionTokens", result.tokens().length);
    json.add("usage", usage);
    json.addProperty("finishReason", result.finishReason().name().toLowerCase(Locale.ROOT));
    Timings timings = result.timings();
    JsonObject times = new JsonObject();
    times.addProperty("firstTokenMs", timings.firstTokenMs());
    times.addProperty("prefillTokensPerSecond", timings.prefillTokensPerSecond());
    times.addProperty("decodeTokensPerSecond", timings.decodeTokensPerSecond());
    times.addProperty("drafted", timings.drafted());
    times.addProperty("accepted", timings.accepted());
    json.add("timings", times);
    return json;
  }
}
