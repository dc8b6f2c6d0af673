package ai.realm.tokenizer;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;

/**
 * The pre-tokenizers, as data: each is the name that a file's {@code tokenizer.ggml.pre} gives, and
 * the patterns that it stands for. The patterns are those of the models' own tokenizers, as
 * llama.cpp applies them.
 */
final class PreTokenizers {

  /** Pre-tokenizers that differ in name only. */
  private record Family(boolean ignoreMerges, boolean addBos, String[] patterns, String... names) {}

  private static final String GPT2_WORDS =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

  private static final String CONTRACTIONS =
      "'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD]";

  private static final String LLAMA3_WORDS =
      CONTRACTIONS
          + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
          + "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private static final String QWEN2_WORDS =
      CONTRACTIONS
          + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
          + "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  /** Letters of the scripts that have upper and lower case. */
  private static final String CASED_LETTERS =
      "A-Za-z"
          + "\u00B5\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u01BA\u01BC-\u01BF\u01C4-\u0293"
          + "\u0295-\u02AF\u0370-\u0373\u0376\u0377\u037B-\u037D\u037F\u0386"
          + "\u0388-\u038A\u038C\u038E-\u03A1\u03A3-\u03F5\u03F7-\u0481\u048A-\u052F"
          + "\u0531-\u0556\u10A0-\u10C5\u13A0-\u13F5\u13F8-\u13FD\u1C90-\u1CBA"
          + "\u1CBD-\u1CBF\u1D00-\u1D2B\u1D6B-\u1D77\u1D79-\u1D9A\u1E00-\u1F15"
          + "\u1F18-\u1F1D\u1F20-\u1F45\u1F48-\u1F4D\u1F50-\u1F57\u1F59\u1F5B\u1F5D"
          + "\u1F5F-\u1F7D\u1F80-\u1FB4\u1FB6-\u1FBC\u1FBE\u1FC2-\u1FC4\u1FC6-\u1FCC"
          + "\u1FD0-\u1FD3\u1FD6-\u1FDB\u1FE0-\u1FEC\u1FF2-\u1FF4\u1FF6-\u1FFC\u2102"
          + "\u2107\u210A-\u2113\u2115\u2119-\u211D\u2124\u2126\u2128\u212A-\u212D"
          + "\u212F-\u2134\u2139\u213C-\u213F\u2145-\u2149\u214E\u2183\u2184"
          + "\u2C00-\u2C7B\u2C7E-\u2CE4\u2CEB-\u2CEE\u2CF2\u2CF3\uA640-\uA66D"
          + "\uA680-\uA69B\uA722-\uA76F\uA771-\uA787\uA78B-\uA78E\uAB70-\uABBF"
          + "\uFB00-\uFB06\uFB13-\uFB17\uFF21-\uFF3A\uFF41-\uFF5A"
          + "\uD801\uDC00-\uD801\uDC4F\uD801\uDCB0-\uD801\uDCD3"
          + "\uD801\uDCD8-\uD801\uDCFB\uD803\uDC80-\uD803\uDCB2"
          + "\uD803\uDCC0-\uD803\uDCF2\uD806\uDCA0-\uD806\uDCDF"
          + "\uD83A\uDD00-\uD83A\uDD43";

  private static final String CJK = "[\u4E00-\u9FA5\u0800-\u4E00\uAC00-\uD7FF]+";

  private static final Family[] FAMILIES = {
    new Family(
        false,
        false,
        new String[] {GPT2_WORDS},
        "gpt-2",
        "a.x-4.0",
        "exaone4",
        "gigachat",
        "granite-docling",
        "jais",
        "jina-de",
        "jina-es",
        "jina-v1-en",
        "jina-v2-code",
        "jina-v2-de",
        "jina-v2-es",
        "mellum",
        "modern-bert",
        "mpt",
        "olmo",
        "phi-2",
        "roberta-bpe",
        "trillion"),
    new Family(
        false,
        false,
        new String[] {"\\p{N}", GPT2_WORDS},
        "smollm",
        "codeshell",
        "command-r",
        "exaone",
        "mellum2",
        "minerva-7b",
        "refact",
        "starcoder"),
    new Family(
        true,
        true,
        new String[] {LLAMA3_WORDS},
        "llama-bpe",
        "falcon-h1",
        "falcon3",
        "jina-v5-nano",
        "lfm2",
        "llama-v3",
        "llama3",
        "midm-2.0",
        "pixtral"),
    new Family(
        false, false, new String[] {LLAMA3_WORDS}, "chatglm-bpe", "dbrx", "glm4", "smaug-bpe"),
    new Family(
        false,
        false,
        new String[] {QWEN2_WORDS},
        "qwen2",
        "deepseek-r1-qwen",
        "f2llmv2",
        "grok-2",
        "hunyuan",
        "kormo",
        "megrez",
        "solar-open",
        "stablelm2"),
    new Family(
        false,
        false,
        new String[] {
          "[\\r\\n]",
          "\\s?[" + CASED_LETTERS + "]+",
          "\\s?[!-/:-~\uFF01-\uFF0F\uFF1A-\uFF5E\u2018-\u201F\u3000-\u3002]+",
          "\\s+$",
          CJK,
          "\\p{N}+"
        },
        "deepseek-llm"),
    new Family(
        false,
        false,
        new String[] {"[\\r\\n]", "\\s?\\p{L}+", "\\s?\\p{P}+", CJK, "\\p{N}"},
        "deepseek-coder"),
    new Family(false, false, new String[] {"[\\p{P}$+<=>^~|`]+", GPT2_WORDS, "[0-9]{3}"}, "falcon"),
    new Family(
        false,
        false,
        new String[] {"[\\p{P}$+<=>^~|]+", GPT2_WORDS, "\\p{N}+", "[0-9]{3}"},
        "default"),
  };

  private PreTokenizers() {}

  /**
   * The pre-tokenizer called {@code name}.
   *
   * @throws EngineException {@code UNSUPPORTED_TOKENIZER} if there is none
   */
  static PreTokenizer named(String name) {
    for (Family family : FAMILIES) {
      for (String candidate : family.names) {
        if (candidate.equals(name)) {
          return compile(family);
        }
      }
    }
    StringBuilder known = new StringBuilder();
    for (Family family : FAMILIES) {
      for (String candidate : family.names) {
        known.append(known.isEmpty() ? "" : ", ").append(candidate);
      }
    }
    throw new EngineException(
        ErrorCode.UNSUPPORTED_TOKENIZER,
        "tokenizer.ggml.pre is '"
            + name
            + "', which is not a known pre-tokenizer; supported are "
            + known
            + "; use a model that has one of these");
  }

  private static PreTokenizer compile(Family family) {
    SplitPattern[] patterns = new SplitPattern[family.patterns.length];
    for (int i = 0; i < patterns.length; i++) {
      patterns[i] = SplitPattern.of(family.patterns[i]);
    }
    return new PreTokenizer(patterns, family.ignoreMerges, family.addBos);
  }
}
