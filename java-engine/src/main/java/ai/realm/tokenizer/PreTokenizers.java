package ai.realm.tokenizer;

import ai.realm.tokenizer.PreTokenizer.Bos;
import ai.realm.tokenizer.PreTokenizer.Rules;
import ai.realm.tokenizer.PreTokenizer.Spelling;
import ai.realm.tokenizer.PreTokenizer.WholeWords;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The pre-tokenizers, as data: each is the name that a file's {@code tokenizer.ggml.pre} gives, and
 * the patterns and rules that it stands for, as in llama.cpp.
 */
final class PreTokenizers {
  private static final Rules MERGED = new Rules(Spelling.BYTES, WholeWords.NONE, Bos.ASKED);
  private static final Rules WHOLE = new Rules(Spelling.BYTES, WholeWords.ALL, Bos.ASKED);
  private static final Rules MERGED_BOS = new Rules(Spelling.BYTES, WholeWords.NONE, Bos.DEFAULT);
  private static final Rules WHOLE_BOS = new Rules(Spelling.BYTES, WholeWords.ALL, Bos.DEFAULT);
  private static final Rules GEMMA4 =
      new Rules(Spelling.MARKED_SPACES, WholeWords.LINE_BREAKS, Bos.ALWAYS);
  private static final Rules SARVAM = new Rules(Spelling.MARKED_SPACES, WholeWords.NONE, Bos.ASKED);
  private static final Rules NO_SPACES = new Rules(Spelling.NO_SPACES, WholeWords.NONE, Bos.ASKED);

  private static final List<Family> FAMILIES =
      List.of(
          new Family(MERGED, WordPatterns.GPT2)
              .called("gpt-2", "a.x-4.0", "exaone4", "gigachat", "granite-docling", "jais")
              .called("jina-de", "jina-es", "jina-v1-en", "jina-v2-code", "jina-v2-de")
              .called("jina-v2-es", "mellum", "modern-bert", "mpt", "olmo", "phi-2")
              .called("roberta-bpe", "trillion"),
          new Family(MERGED, WordPatterns.DIGIT, WordPatterns.GPT2)
              .called("smollm", "codeshell", "command-r", "exaone", "mellum2", "minerva-7b")
              .called("refact", "starcoder"),
          new Family(WHOLE_BOS, WordPatterns.LLAMA3)
              .called("llama-bpe", "falcon-h1", "falcon3", "jina-v5-nano", "lfm2", "llama-v3")
              .called("llama3", "midm-2.0", "pixtral"),
          new Family(MERGED, WordPatterns.LLAMA3)
              .called("chatglm-bpe", "dbrx", "glm4", "smaug-bpe"),
          new Family(MERGED, WordPatterns.QWEN2)
              .called("qwen2", "deepseek-r1-qwen", "f2llmv2", "grok-2", "hunyuan", "kormo")
              .called("megrez", "solar-open", "stablelm2"),
          new Family(MERGED, WordPatterns.QWEN35).called("qwen35"),
          new Family(MERGED, WordPatterns.GPT4O)
              .called("gpt-4o", "kanana2", "llama4", "minimax-m2", "talkie"),
          new Family(WHOLE_BOS, WordPatterns.TEKKEN).called("tekken"),
          new Family(GEMMA4, WordPatterns.LINES).called("gemma4", "granite-embed-multi-311m"),
          new Family(SARVAM, WordPatterns.LINES).called("sarvam-moe"),
          new Family(WHOLE, WordPatterns.GRANITE_EMBEDDING).called("granite-embed-multi-97m"),
          new Family(MERGED, WordPatterns.THREES_FROM_RIGHT, WordPatterns.TINY_AYA)
              .called("tiny_aya", "cohere2moe"),
          new Family(MERGED, WordPatterns.THREES, WordPatterns.HAN_AND_KANA, WordPatterns.DEEPSEEK3)
              .called("deepseek-v3", "hunyuan-dense", "hy_v4", "joyai-llm"),
          new Family(
                  MERGED,
                  WordPatterns.LINE_BREAK,
                  WordPatterns.DEEPSEEK_WORDS,
                  WordPatterns.DEEPSEEK_MARKS,
                  "\\s+$",
                  WordPatterns.DEEPSEEK_SCRIPTS,
                  WordPatterns.NUMBER)
              .called("deepseek-llm"),
          new Family(
                  MERGED,
                  WordPatterns.LINE_BREAK,
                  "\\s?\\p{L}+",
                  "\\s?\\p{P}+",
                  WordPatterns.DEEPSEEK_SCRIPTS,
                  WordPatterns.DIGIT)
              .called("deepseek-coder"),
          new Family(
                  MERGED,
                  WordPatterns.THREES,
                  WordPatterns.HAN_AND_KANA,
                  WordPatterns.SPARK,
                  WordPatterns.DIGIT)
              .called("spark2_5"),
          new Family(
                  MERGED,
                  WordPatterns.THREES_FROM_RIGHT,
                  WordPatterns.AFMOE_SCRIPTS,
                  WordPatterns.DEEPSEEK3)
              .called("afmoe"),
          new Family(WHOLE, WordPatterns.YOUTU_SCRIPTS, WordPatterns.YOUTU).called("youtu"),
          new Family(MERGED, WordPatterns.KIMI_K2).called("kimi-k2"),
          new Family(MERGED, WordPatterns.BAILING).called("bailingmoe", "bailingmoe2", "llada-moe"),
          new Family(MERGED, WordPatterns.SEED_CODER).called("seed-coder"),
          new Family(MERGED, WordPatterns.EXAONE_MOE).called("exaone-moe"),
          new Family(WHOLE, WordPatterns.THREES, WordPatterns.MINICPM5).called("minicpm5"),
          new Family(MERGED, WordPatterns.LINES, WordPatterns.QWEN2).called("laguna"),
          new Family(MERGED, WordPatterns.UFAKZEKA).called("ufakzeka"),
          new Family(MERGED, WordPatterns.JAIS2).called("jais-2"),
          new Family(MERGED, WordPatterns.NUMBER, WordPatterns.SUPERBPE_THREES).called("superbpe"),
          new Family(MERGED, WordPatterns.BLOOM).called("bloom", "gpt3-finnish", "poro-chat"),
          new Family(MERGED, WordPatterns.BLOOM, WordPatterns.DIGIT).called("viking"),
          new Family(
                  MERGED_BOS,
                  "<sentinel:[0-9]+>",
                  "IMGIMG[A-I]{1,4}Z",
                  "[\\t\\n]|    |  ",
                  WordPatterns.DIGIT,
                  "[\\p{P}!-/:-@\\[-`{-~]",
                  WordPatterns.GPT2)
              .called("chameleon"),
          new Family(NO_SPACES, "\\S+").called("whitespace"),
          new Family(MERGED, "[\\p{P}$+<=>^~|`]+", WordPatterns.GPT2, "[0-9]{3}").called("falcon"),
          new Family(
                  MERGED, "[\\p{P}$+<=>^~|]+", WordPatterns.GPT2, WordPatterns.NUMBER, "[0-9]{3}")
              .called("default"));

  private PreTokenizers() {}

  /** Pre-tokenizers that differ in name only. */
  private record Family(Rules rules, List<String> patterns, List<String> names) {
    Family(Rules rules, String... patterns) {
      this(rules, List.of(patterns), List.of());
    }

    Family called(String... more) {
      List<String> all = new ArrayList<>(names);
      all.addAll(Arrays.asList(more));
      return new Family(rules, patterns, all);
    }

    PreTokenizer compile() {
      List<SplitPattern> compiled = new ArrayList<>();
      for (String pattern : patterns) {
        compiled.add(SplitPattern.of(pattern));
      }
      return new PreTokenizer(compiled, rules);
    }
  }

  /** The pre-tokenizer called {@code name}, if there is one. */
  static Optional<PreTokenizer> named(String name) {
    for (Family family : FAMILIES) {
      if (family.names.contains(name)) {
        return Optional.of(family.compile());
      }
    }
    return Optional.empty();
  }

  /** Every name, family by family. */
  static List<String> names() {
    List<String> names = new ArrayList<>();
    for (Family family : FAMILIES) {
      names.addAll(family.names);
    }
    return names;
  }
}
