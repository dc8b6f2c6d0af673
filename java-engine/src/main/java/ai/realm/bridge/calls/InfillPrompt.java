package ai.realm.bridge.calls;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.json.Arguments;
import ai.realm.tokenizer.InfillTokens;
import ai.realm.tokenizer.SpecialTokens;
import ai.realm.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/**
 * A text whose middle is missing, as models for code are told of it; the layout is llama-server's
 * (`/infill`), which is that of Qwen2.5-Coder's report (arXiv:2409.12186): a repository with its
 * files, as far as the vocabulary has tokens for them, then BOS, prefix, suffix and middle.
 *
 * @param prefix what comes before
 * @param suffix what comes after
 * @param files others of the repository
 * @param repository its name
 * @param file the name of the file whose middle it is
 * @param suffixFirst whether the suffix comes before the prefix
 */
record InfillPrompt(
    String prefix,
    String suffix,
    List<NamedText> files,
    String repository,
    String file,
    boolean suffixFirst)
    implements GenerateRequest.Prompt {
  /** Between files where the vocabulary has no token for that, as llama-server has it. */
  private static final String SNIPPET = "\n\n--- snippet ---\n\n";

  /** A file. */
  record NamedText(String name, String text) {}

  /** Reads an object with these fields. */
  static InfillPrompt read(Arguments args) {
    List<NamedText> files = new ArrayList<>();
    for (Arguments file : args.objects("files")) {
      files.add(new NamedText(file.text("name"), file.text("text")));
      file.end();
    }
    InfillPrompt prompt =
        new InfillPrompt(
            args.text("prefix"),
            args.text("suffix"),
            files,
            args.text("repository"),
            args.text("file"),
            args.flag("suffixFirst"));
    args.end();
    return prompt;
  }

  @Override
  public int[] ids(Tokenizer tokenizer) {
    InfillTokens tokens = tokenizer.infill();
    if (!tokens.areThere()) {
      throw new EngineException(
          ErrorCode.UNSUPPORTED_OPERATION,
          "the model's vocabulary has no tokens to fill in the middle with (such as"
              + " <|fim_prefix|>, <|fim_suffix|> and <|fim_middle|>); load one that was trained for"
              + " that, such as Qwen2.5-Coder, or ask for the text by a prompt");
    }
    List<Integer> ids = new ArrayList<>();
    if (tokens.repository() >= 0) {
      ids.add(tokens.repository());
      add(repository + "\n", tokenizer, ids);
    }
    for (NamedText other : files) {
      addName(other.name(), tokens.file(), SNIPPET, tokenizer, ids);
      add(other.text(), tokenizer, ids);
    }
    addName(file, tokens.file(), "", tokenizer, ids);
    if (tokenizer.beginsWithBos()) {
      ids.add(tokenizer.bos());
    }
    if (suffixFirst) {
      addPart(tokens.suffix(), suffix, tokenizer, ids);
      addPart(tokens.prefix(), prefix, tokenizer, ids);
    } else {
      addPart(tokens.prefix(), prefix, tokenizer, ids);
      addPart(tokens.suffix(), suffix, tokenizer, ids);
    }
    ids.add(tokens.middle());
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  @Override
  public GenerateRequest.Prompt behind() {
    return this;
  }

  private static void addName(
      String name, int token, String otherwise, Tokenizer tokenizer, List<Integer> ids) {
    if (token >= 0) {
      ids.add(token);
      add(name + "\n", tokenizer, ids);
    } else {
      add(otherwise, tokenizer, ids);
    }
  }

  private static void addPart(int token, String text, Tokenizer tokenizer, List<Integer> ids) {
    ids.add(token);
    add(text, tokenizer, ids);
  }

  private static void add(String text, Tokenizer tokenizer, List<Integer> ids) {
    for (int id : tokenizer.encode(text, new SpecialTokens.None(), false)) {
      ids.add(id);
    }
  }
}
