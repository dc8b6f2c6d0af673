package ai.realm.json;

import ai.realm.engine.Claim;
import ai.realm.engine.Format;
import ai.realm.engine.GenerationRules;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.model.cache.Sharing;
import ai.realm.sampling.SamplingChoice;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** The options of a generation as JSON. */
public final class GenerateOptionsJson {
  /** JSON has no infinity. */
  private static final JsonPrimitive BAN = new JsonPrimitive("-Infinity");

  /** Every one is looked for after each token, on the thread that serves all. */
  private static final int MOST_STOPS = 16;

  private static final Pattern TOKEN_ID = Pattern.compile("0|[1-9][0-9]{0,8}");

  private GenerateOptionsJson() {}

  /**
   * Reads {@code maxTokens}, {@code temperature}, {@code topK}, {@code topP}, {@code minP}, {@code
   * typicalP}, {@code topNSigma}, {@code repeatPenalty}, {@code presencePenalty}, {@code
   * frequencyPenalty}, {@code logitBias} (an object from ids to numbers, or to the string {@code
   * -Infinity} for a ban), {@code seed}, {@code stop} (an array of up to 16 strings), {@code
   * speculation}, and the objects of {@link SamplersJson#read}. Each may be absent or null. Other
   * fields are left for the caller.
   *
   * @throws EngineException {@code INVALID_ARGUMENT}, naming the field
   */
  public static GenerationRules read(Arguments args) {
    SamplingChoice sampling =
        new SamplingChoice(
            number(args, "temperature"),
            given(args, "topK")
                ? OptionalInt.of((int) args.integer("topK", 0, Integer.MAX_VALUE))
                : OptionalInt.empty(),
            number(args, "topP"),
            number(args, "minP"),
            number(args, "typicalP"),
            number(args, "topNSigma"),
            number(args, "repeatPenalty"),
            number(args, "presencePenalty"),
            number(args, "frequencyPenalty"),
            given(args, "logitBias") ? logitBias(args.object("logitBias")) : Map.of(),
            SamplersJson.read(args),
            given(args, "seed")
                ? OptionalLong.of(
                    args.integer("seed", -Arguments.MAX_SAFE_INTEGER, Arguments.MAX_SAFE_INTEGER))
                : OptionalLong.empty());
    return new GenerationRules(
        given(args, "maxTokens")
            ? OptionalInt.of((int) args.integer("maxTokens", 1, Integer.MAX_VALUE))
            : OptionalInt.empty(),
        sampling,
        given(args, "stop") ? stop(args) : List.of(),
        Sharing.APP,
        !given(args, "speculation") || args.flag("speculation"),
        Optional.empty(),
        OptionalInt.empty(),
        Claim.APP);
  }

  /**
   * Reads {@code format}, which may be absent or null: an object with one of {@code schema} (and
   * with it {@code schemas}, {@code order} and {@code spacing}), {@code regex}, {@code choices} and
   * {@code grammar}, and maybe {@code closeAtLimit}. It is the app's to say: compiling takes time.
   *
   * @throws EngineException {@code INVALID_ARGUMENT}, naming the field
   */
  public static Optional<Format> readFormat(Arguments args) {
    return given(args, "format")
        ? Optional.of(FormatJson.read(args.object("format")))
        : Optional.empty();
  }

  /**
   * Reads {@code logprobs}, an integer, which may be absent or null. Where a text comes without its
   * result, nobody would see them.
   *
   * @throws EngineException {@code INVALID_ARGUMENT}, naming the field
   */
  public static OptionalInt readLogprobs(Arguments args) {
    return given(args, "logprobs")
        ? OptionalInt.of((int) args.integer("logprobs", 0, GenerationRules.MOST_LOGPROBS))
        : OptionalInt.empty();
  }

  /**
   * Reads {@code tenant} (a string) and {@code cache} ({@code tenant}, {@code shared} or {@code
   * none}); each may be absent or null. They are the app's to say, never a guest's.
   *
   * @throws EngineException {@code INVALID_ARGUMENT}, naming the field
   */
  public static Sharing readSharing(Arguments args) {
    String tenant = given(args, "tenant") ? args.text("tenant") : "";
    String cache = given(args, "cache") ? args.text("cache") : "tenant";
    for (Sharing.Among among : Sharing.Among.values()) {
      if (among.name().toLowerCase(Locale.ROOT).equals(cache)) {
        return among.of(tenant);
      }
    }
    throw Arguments.refused("cache", new JsonPrimitive(cache), "tenant, shared or none");
  }

  /**
   * Reads {@code priority} and {@code deadline}, and {@code tenant} as {@link #readSharing} does,
   * likewise.
   *
   * @throws EngineException {@code INVALID_ARGUMENT}, naming the field
   */
  public static Claim readClaim(Arguments args) {
    return new Claim(
        given(args, "tenant") ? args.text("tenant") : "",
        given(args, "priority")
            ? (int) args.integer("priority", Claim.LEAST, Claim.GREATEST)
            : Claim.APP.priority(),
        given(args, "deadline")
            ? OptionalLong.of(args.integer("deadline", 1, Integer.MAX_VALUE))
            : OptionalLong.empty());
  }

  /** Null counts as absent, as in JavaScript. */
  static boolean given(Arguments args, String field) {
    return args.has(field) && !args.take(field).isJsonNull();
  }

  private static OptionalDouble number(Arguments args, String field) {
    return given(args, field) ? OptionalDouble.of(args.number(field)) : OptionalDouble.empty();
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
