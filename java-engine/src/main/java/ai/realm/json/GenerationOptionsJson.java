package ai.realm.json;

import ai.realm.engine.GenerationOptions;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.sampling.SamplingOptions;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/** The options of a generation as JSON. */
public final class GenerationOptionsJson {
  /** JSON has no infinity. */
  private static final JsonPrimitive BAN = new JsonPrimitive("-Infinity");

  /** Every one is looked for after each token, on the thread that serves all. */
  private static final int MOST_STOPS = 16;

  private static final Pattern TOKEN_ID = Pattern.compile("0|[1-9][0-9]{0,8}");

  private GenerationOptionsJson() {}

  /**
   * Reads {@code temperature}, {@code topK}, {@code topP}, {@code minP}, {@code repeatPenalty},
   * {@code presencePenalty}, {@code frequencyPenalty}, {@code logitBias} (an object from ids to
   * numbers, or to the string {@code -Infinity} for a ban), {@code seed}, {@code stop} (an array of
   * up to 16 strings), and {@code maxTokens}, which alone may be absent. Other fields are left for
   * the caller.
   *
   * @throws EngineException {@code INVALID_ARGUMENT}, naming the field
   */
  public static GenerationOptions read(Arguments args) {
    SamplingOptions sampling =
        new SamplingOptions(
            args.number("temperature"),
            (int) args.integer("topK", 0, Integer.MAX_VALUE),
            args.number("topP"),
            args.number("minP"),
            args.number("repeatPenalty"),
            args.number("presencePenalty"),
            args.number("frequencyPenalty"),
            logitBias(args.object("logitBias")),
            args.integer("seed", 0, Arguments.MAX_SAFE_INTEGER));
    return new GenerationOptions(
        args.optionalInteger("maxTokens", 1, Integer.MAX_VALUE), sampling, stop(args));
  }

  private static List<String> stop(Arguments args) {
    List<String> stop = args.texts("stop");
    if (stop.size() > MOST_STOPS) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          "stop has " + stop.size() + " strings; it must have at most " + MOST_STOPS);
    }
    return stop;
  }

  /**
   * Adds the fields that are absent with their defaults, those of the JavaScript API; the seed is
   * another each time.
   */
  public static void addDefaults(JsonObject options) {
    SamplingOptions defaults =
        SamplingOptions.defaults(ThreadLocalRandom.current().nextLong(Arguments.MAX_SAFE_INTEGER));
    add(options, "temperature", new JsonPrimitive(defaults.temperature()));
    add(options, "topK", new JsonPrimitive(defaults.topK()));
    add(options, "topP", new JsonPrimitive(defaults.topP()));
    add(options, "minP", new JsonPrimitive(defaults.minP()));
    add(options, "repeatPenalty", new JsonPrimitive(defaults.repeatPenalty()));
    add(options, "presencePenalty", new JsonPrimitive(defaults.presencePenalty()));
    add(options, "frequencyPenalty", new JsonPrimitive(defaults.frequencyPenalty()));
    add(options, "logitBias", new JsonObject());
    add(options, "seed", new JsonPrimitive(defaults.seed()));
    add(options, "stop", new JsonArray());
  }

  private static void add(JsonObject options, String field, JsonElement value) {
    if (!options.has(field)) {
      options.add(field, value);
    }
  }

  private static Map<Integer, Float> logitBias(Arguments args) {
    Map<Integer, Float> biases = new HashMap<>();
    for (String id : args.fields()) {
      JsonElement bias = args.take(id);
      boolean ban = bias.equals(BAN);
      biases.put(tokenId(id), ban ? Float.NEGATIVE_INFINITY : (float) args.number(id));
    }
    return biases;
  }

  private static int tokenId(String field) {
    if (!TOKEN_ID.matcher(field).matches()) {
      throw Arguments.refused("an id in logitBias", new JsonPrimitive(field), "a token id");
    }
    return Integer.parseInt(field);
  }
}
