package ai.realm.guest;

import ai.realm.engine.GenerationRules;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.json.Arguments;
import ai.realm.json.GenerateOptionsJson;
import ai.realm.tokenizer.SpecialTokens;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Prompts as Java programs take them: a text verbatim, or ids. The options are those of {@link
 * ai.realm.host.Texts#generate}, and {@code logprobs}.
 */
public final class VerbatimPrompts implements GuestPrompts {

  @Override
  public Request read(int model, String prompt, String options) {
    JsonObject given = new JsonObject();
    given.add("prompt", JsonParser.parseString(prompt));
    if (!(JsonParser.parseString(options) instanceof JsonObject wanted)) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT, "the options are " + options + "; they must be an object");
    }
    Arguments args = new Arguments("options", wanted);
    GenerationRules rules = GenerateOptionsJson.read(args);
    OptionalInt logprobs = GenerateOptionsJson.readLogprobs(args);
    GenerationRules read = logprobs.isPresent() ? rules.logprobs(logprobs.getAsInt()) : rules;
    boolean special = args.optionalFlag("special", true);
    boolean addBos = args.optionalFlag("addBos", true);
    args.end();
    Arguments text = new Arguments("generate", given);
    if (given.get("prompt") instanceof JsonArray) {
      int[] ids = text.ints("prompt");
      return new Request(_ -> ids, read, OptionalDouble.empty());
    }
    String verbatim = text.text("prompt");
    SpecialTokens parsed = special ? new SpecialTokens.All() : new SpecialTokens.None();
    return new Request(
        tokenizer -> tokenizer.encodePrompt(verbatim, parsed, addBos),
        read,
        OptionalDouble.empty());
  }
}
