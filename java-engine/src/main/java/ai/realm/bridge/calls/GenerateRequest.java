package ai.realm.bridge.calls;

import ai.realm.engine.Format;
import ai.realm.engine.GenerationRules;
import ai.realm.json.Arguments;
import ai.realm.json.GenerateOptionsJson;
import ai.realm.tokenizer.SpecialTokens;
import ai.realm.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What JavaScript asks of a generation.
 *
 * @param prompt ids or a text
 * @param options how to continue it
 */
record GenerateRequest(Prompt prompt, GenerationRules options) {
  /** What is to be continued. */
  sealed interface Prompt permits Ids, Text, InfillPrompt {
    /** Its ids in the vocabulary of {@code tokenizer}. */
    int[] ids(Tokenizer tokenizer);

    /** The same behind other tokens, where no BOS belongs. */
    Prompt behind();
  }

  private record Ids(int[] ids) implements Prompt {
    @Override
    public int[] ids(Tokenizer tokenizer) {
      return ids;
    }

    @Override
    public Prompt behind() {
      return this;
    }
  }

  private record Text(String text, SpecialTokens special, boolean addBos) implements Prompt {
    @Override
    public int[] ids(Tokenizer tokenizer) {
      return tokenizer.encodePrompt(text, special, addBos);
    }

    @Override
    public Prompt behind() {
      return new Text(text, special, false);
    }
  }

  /** Reads the fields {@code prompt} and {@code options}. */
  static GenerateRequest read(Arguments args) {
    Prompt prompt = promptIn(args);
    Arguments options = args.object("options");
    GenerationRules rules =
        GenerateOptionsJson.read(options)
            .sharing(GenerateOptionsJson.readSharing(options))
            .claim(GenerateOptionsJson.readClaim(options));
    Optional<Format> format = GenerateOptionsJson.readFormat(options);
    OptionalInt logprobs = GenerateOptionsJson.readLogprobs(options);
    options.end();
    GenerationRules told = logprobs.isPresent() ? rules.logprobs(logprobs.getAsInt()) : rules;
    return new GenerateRequest(prompt, format.map(told::format).orElse(told));
  }

  /** Reads the field {@code prompt}. */
  static Prompt promptIn(Arguments request) {
    return prompt(request.object("prompt"));
  }

  /** Reads a prompt's own fields. */
  static Prompt prompt(Arguments args) {
    if (args.has("infill")) {
      Prompt infill = InfillPrompt.read(args.object("infill"));
      args.end();
      return infill;
    }
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
}
