package ai.realm.bridge.addon;

import ai.realm.engine.GenerationOptions;
import ai.realm.sampling.SamplingOptions;
import ai.realm.tokenizer.SpecialTokens;
import ai.realm.tokenizer.Tokenizer;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What JavaScript asks of a generation.
 *
 * @param prompt ids or a text
 * @param options how to continue it
 */
record GenerateRequest(Prompt prompt, GenerationOptions options) {

  private static final JsonPrimitive BAN = new JsonPrimitive("-Infinity");
  private static final Pattern TOKEN_ID = Pattern.compile("0|[1-9][0-9]{0,8}");

  /** What is to be continued. */
  sealed interface Prompt {
    /** Its ids in the vocabulary of {@code tokenizer}. */
    int[] ids(Tokenizer tokenizer);
  }

  private record Ids(int[] ids) implements Prompt {
    @Override
    public int[] ids(Tokenizer tokenizer) {
      return ids;
    }
  }

  private record Text(String text, SpecialTokens special, boolean addBos) implements Prompt {
    @Override
    public int[] ids(Tokenizer tokenizer) {
      return tokenizer.encode(text, special, addBos);
    }
  }

  /** Reads the fields {@code prompt} and {@code options}. */
  static GenerateRequest read(Arguments args) {
    return new GenerateRequest(prompt(args.object("prompt")), options(args.object("options")));
  }

  private static Prompt prompt(Arguments args) {
    Prompt prompt =
        args.has("ids")
            ? new Ids(args.ints("ids"))
            : new Text(args.text("text"), special(args), args.flag("addBos"));
    args.end();
    return prompt;
  }

  private static SpecialTokens special(Arguments args) {
    List<SpecialTokens.Range> plain = new ArrayList<>();
    for (int[] range : args.intLists("plain")) {
      if (range.length != 2) {
        throw Arguments.refused(
            "a range in prompt.plain", args.take("plain"), "two integers: its start and its end");
      }
      plain.add(new SpecialTokens.Range(range[0], range[1]));
    }
    if (!args.flag("special")) {
      return new SpecialTokens.None();
    }
    return plain.isEmpty() ? new SpecialTokens.All() : new SpecialTokens.Outside(plain);
  }

  private static GenerationOptions options(Arguments args) {
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
    GenerationOptions options =
        new GenerationOptions(
            args.optionalInteger("maxTokens", 1, Integer.MAX_VALUE), sampling, args.texts("stop"));
    args.end();
    return options;
  }

  /** JSON has no infinity: the string {@code -Infinity} stands for it. */
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
      throw Arguments.refused(
          "an id in generate.options.logitBias", new JsonPrimitive(field), "a token id");
    }
    return Integer.parseInt(field);
  }
}
