package ai.realm.json;

import ai.realm.engine.GenerationResult;
import ai.realm.engine.GenerationResult.Timings;
import ai.realm.engine.TokenLogprob;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Locale;

/** What a generation gave, as JavaScript sees it. */
public final class GenerationResultJson {
  private GenerationResultJson() {}

  /** The fields {@code text, tokens, logprobs?, usage, finishReason, timings}. */
  public static JsonObject of(GenerationResult result) {
    JsonObject json = new JsonObject();
    json.addProperty("text", result.text());
    JsonArray tokens = new JsonArray(result.tokens().length);
    for (int token : result.tokens()) {
      tokens.add(token);
    }
    json.add("tokens", tokens);
    result.logprobs().ifPresent(logprobs -> json.add("logprobs", logprobs(logprobs)));
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

  /**
   * A piece of a text: the fields {@code text} and {@code logprobs}, of the tokens that begin in
   * it.
   */
  public static JsonObject piece(String text, List<TokenLogprob> tokens) {
    JsonObject json = new JsonObject();
    json.addProperty("text", text);
    json.add("logprobs", logprobs(tokens));
    return json;
  }

  /** Each has {@code token, id, logprob, bytes, top}; a logprob of negative infinity is null. */
  private static JsonArray logprobs(List<TokenLogprob> tokens) {
    JsonArray entries = new JsonArray(tokens.size());
    for (TokenLogprob token : tokens) {
      JsonObject entry = entry(token);
      JsonArray top = new JsonArray(token.top().size());
      token.top().forEach(other -> top.add(entry(other)));
      entry.add("top", top);
      entries.add(entry);
    }
    return entries;
  }

  private static JsonObject entry(TokenLogprob token) {
    JsonObject json = new JsonObject();
    json.addProperty("token", token.token());
    json.addProperty("id", token.id());
    boolean possible = token.logprob() > Double.NEGATIVE_INFINITY;
    json.addProperty("logprob", possible ? token.logprob() : null);
    JsonArray bytes = new JsonArray(token.bytes().length);
    for (byte signed : token.bytes()) {
      bytes.add(signed & 0xFF);
    }
    json.add("bytes", bytes);
    return json;
  }
}
