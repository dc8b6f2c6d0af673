package ai.realm.tokenizer;

import ai.realm.gguf.GgufMetadata;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the tokens that end a generation: those that the file names, and those whose text says so,
 * since few files name all of theirs. The texts, and the corrections of types that come with them,
 * are those that llama.cpp knows.
 */
final class EndOfGeneration {
  /** Texts that end a turn or a text. */
  private static final String[] ENDS = {
    "<|eot_id|>",
    "<|im_end|>",
    "<|end|>",
    "<|return|>",
    "<|call|>",
    "<|flush|>",
    "<|calls|>",
    "<end_of_turn>",
    "<|endoftext|>",
    "</s>",
    "<|eom_id|>",
    "<EOT>",
    "_<EOT>",
    "[EOT]",
    "[EOS]",
    "<|end_of_text|>",
    "<end_of_utterance>",
    "<eos>",
    "<turn|>",
    "<|tool_response>",
    "<\uFF5Cend\u2581of\u2581sentence\uFF5C>",
    "[e~[",
  };

  /**
   * Tokens of fill-in-the-middle: a role's texts, of which the first in the vocabulary has the
   * role. They are control tokens.
   *
   * @param keys where the file may name the role's token, the last that is present wins
   * @param ends whether a model that writes one has come to its end
   * @param texts what the role's token is called
   */
  private record Infill(String[] keys, boolean ends, String... texts) {}

  private static final Infill[] INFILL = {
    new Infill(
        keys("fim_pre", "prefix"),
        false,
        "<|fim_prefix|>",
        "<fim-prefix>",
        "<fim_prefix>",
        "<\uFF5Cfim\u2581begin\uFF5C>",
        "<PRE>",
        "\u2581<PRE>",
        "<|code_prefix|>",
        "<|prefix|>"),
    new Infill(
        keys("fim_suf", "suffix"),
        false,
        "<|fim_suffix|>",
        "<fim-suffix>",
        "<fim_suffix>",
        "<\uFF5Cfim\u2581hole\uFF5C>",
        "<SUF>",
        "\u2581<SUF>",
        "<|code_suffix|>",
        "<|suffix|>"),
    new Infill(
        keys("fim_mid", "middle"),
        false,
        "<|fim_middle|>",
        "<fim-middle>",
        "<fim_middle>",
        "<\uFF5Cfim\u2581end\uFF5C>",
        "<MID>",
        "\u2581<MID>",
        "<|code_middle|>",
        "<|middle|>"),
    new Infill(keys("fim_pad"), true, "<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>", "[PAD]"),
    new Infill(
        keys("fim_rep"),
        true,
        "<|fim_repo|>",
        "<|repo_name|>",
        "<fim-repo>",
        "<REPO>",
        "<reponame>"),
    new Infill(keys("fim_sep"), true, "<|file_sep|>"),
  };

  /** Structure of a chat that a model may show, whatever type the file gives it. */
  private static final String[] SHOWN = {
    "<|channel|>", "<|message|>", "<|start|>", "<|constrain|>",
  };

  private final GgufMetadata metadata;
  private final Vocabulary vocabulary;
  private final Set<Integer> ids = new TreeSet<>();

  private EndOfGeneration(GgufMetadata metadata, Vocabulary vocabulary) {
    this.metadata = metadata;
    this.vocabulary = vocabulary;
  }

  /** Finds the ids, and corrects the types of control tokens that the file calls something else. */
  static Set<Integer> find(GgufMetadata metadata, Vocabulary vocabulary, int eos) {
    EndOfGeneration search = new EndOfGeneration(metadata, vocabulary);
    search.infill();
    for (String text : ENDS) {
      search.control(vocabulary.find(text), true);
    }
    for (String text : SHOWN) {
      search.correct(vocabulary.find(text), TokenType.USER_DEFINED);
    }
    search.add(eos);
    search.add(SpecialIds.id(metadata, vocabulary, "tokenizer.ggml.eot_token_id", -1));
    search.add(SpecialIds.id(metadata, vocabulary, "tokenizer.ggml.eom_token_id", -1));
    search.except();
    return Collections.unmodifiableSet(search.ids);
  }

  private void infill() {
    for (Infill role : INFILL) {
      int id = named(role);
      if (id >= 0) {
        if (role.ends) {
          ids.add(id);
        }
        continue;
      }
      control(called(role), role.ends);
    }
  }

  /** The tokens of fill-in-the-middle. */
  static InfillTokens infill(GgufMetadata metadata, Vocabulary vocabulary) {
    EndOfGeneration search = new EndOfGeneration(metadata, vocabulary);
    int[] ids = new int[INFILL.length];
    for (int i = 0; i < ids.length; i++) {
      int named = search.named(INFILL[i]);
      ids[i] = named >= 0 ? named : search.called(INFILL[i]);
    }
    return new InfillTokens(ids[0], ids[1], ids[2], ids[4], ids[5]);
  }

  /** The token that the file names for a role, or -1. */
  private int named(Infill role) {
    int id = -1;
    for (String key : role.keys) {
      id = SpecialIds.id(metadata, vocabulary, key, id);
    }
    return id;
  }

  /** The token that is called so, or -1. */
  private int called(Infill role) {
    int id = -1;
    for (int i = 0; i < role.texts.length && id < 0; i++) {
      id = vocabulary.find(role.texts[i]);
    }
    return id;
  }

  /** The two families of models in which a text of the list does not end a generation. */
  private void except() {
    boolean calls = has("<|call|>") || has("<|calls|>");
    if (has("<|end|>") && calls && (has("<|return|>") || has("<|flush|>"))) {
      remove("<|end|>", TokenType.USER_DEFINED);
    }
    if (has("<|tool_response>") && has("</s>")) {
      remove("</s>", TokenType.NORMAL);
    }
  }

  private boolean has(String text) {
    return ids.contains(vocabulary.find(text));
  }

  private void remove(String text, TokenType type) {
    int id = vocabulary.find(text);
    ids.remove(id);
    vocabulary.correct(id, type);
  }

  private void control(int id, boolean ends) {
    correct(id, TokenType.CONTROL);
    if (ends) {
      add(id);
    }
  }

  private void correct(int id, TokenType type) {
    if (id >= 0) {
      vocabulary.correct(id, type);
    }
  }

  private void add(int id) {
    if (id >= 0) {
      ids.add(id);
    }
  }

  private static String[] keys(String... roles) {
    String[] keys = new String[roles.length];
    for (int i = 0; i < roles.length; i++) {
      keys[i] = "tokenizer.ggml.".concat(roles[i]).concat("_token_id");
    }
    return keys;
  }
}
