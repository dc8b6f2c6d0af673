package ai.realm.tokenizer;

/**
 * The patterns of pre-tokenizers, as llama.cpp applies them. They are those of the models' own
 * tokenizers, but that llama.cpp tells upper from lower case in ASCII alone, or not at all.
 */
final class WordPatterns {
  private static final String CONTRACTIONS =
      "'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD]";

  /** Letters with any one character before them. */
  private static final String LETTERS = "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+";

  /** Marks with line breaks behind them. */
  private static final String OTHERS = " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*";

  /** The same, with slashes among the line breaks. */
  private static final String OTHERS_WITH_SLASHES = " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*";

  /** White space but for the one before a word. */
  private static final String SPACES = "\\s+(?!\\S)|\\s+";

  private static final String LINES_AND_SPACES = "\\s*[\\r\\n]+|" + SPACES;

  static final String GPT2 =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|" + SPACES;

  static final String LLAMA3 =
      CONTRACTIONS + "|" + LETTERS + "|\\p{N}{1,3}|" + OTHERS + "|" + LINES_AND_SPACES;

  static final String QWEN2 =
      CONTRACTIONS + "|" + LETTERS + "|\\p{N}|" + OTHERS + "|" + LINES_AND_SPACES;

  /** {@link #QWEN2} without the contractions of English. */
  static final String UFAKZEKA = LETTERS + "|\\p{N}|" + OTHERS + "|" + LINES_AND_SPACES;

  /** Letters and marks make words together. */
  static final String QWEN35 =
      CONTRACTIONS
          + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|"
          + LINES_AND_SPACES;

  /** {@link #LLAMA3} behind {@link #THREES}. */
  static final String MINICPM5 =
      CONTRACTIONS + "|" + LETTERS + "|\\p{N}+|" + OTHERS + "|" + LINES_AND_SPACES;

  static final String SEED_CODER =
      CONTRACTIONS + "|" + LETTERS + "|\\p{N}| ?[^\\s\\p{L}\\p{N}\\r\\n]+|" + LINES_AND_SPACES;

  static final String BAILING =
      "'[sSdDmMtT]|'[lL][lL]|'[vV][eE]|'[rR][eE]|"
          + LETTERS
          + "|\\p{N}|"
          + OTHERS
          + "|\\s*[\\r\\n]|"
          + SPACES;

  /** Words with single spaces between them stay together. */
  static final String EXAONE_MOE =
      CONTRACTIONS
          + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}\\p{M}*(?: ?\\p{L}\\p{M}*)*|\\p{N}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]?|\\s*[\\r\\n]|"
          + SPACES;

  /** White space in powers of two. */
  static final String JAIS2 =
      CONTRACTIONS
          + "|"
          + LETTERS
          + "|\\p{N}{1,3}|"
          + OTHERS
          + "|\\s*[\\r\\n]+|\\s{512}(?!\\S)|\\s{256}(?!\\S)|\\s{128}(?!\\S)|\\s{64}(?!\\S)"
          + "|\\s{32}(?!\\S)|\\s{16}(?!\\S)|\\s{8}(?!\\S)|\\s{4}(?!\\S)|\\s{1,2}(?!\\S)|\\s";

  /** Words of mixed case are cut where a capital follows a small letter. */
  static final String GPT4O = cased("\\p{L}", "(?:" + CONTRACTIONS + ")?", "\\p{N}{1,3}");

  /** {@link #GPT4O} whose words hold marks. */
  static final String GRANITE_EMBEDDING =
      cased("\\p{L}\\p{M}", "(?:" + CONTRACTIONS + ")?", "\\p{N}{1,3}");

  static final String TEKKEN = cased("\\p{L}", "", "\\p{N}");

  static final String TINY_AYA = withMarks("\\p{N}{1,3}");

  static final String YOUTU = withMarks("\\p{N}");

  static final String DEEPSEEK3 = marked("[\\r\\n]*|" + LINES_AND_SPACES);

  static final String SPARK = marked("|[\\r\\n]|" + SPACES);

  static final String BLOOM = " ?[^(\\s|.,!?\u2026\u3002\uFF0C\u3001\u0964\u06D4\u060C)]+";

  static final String LINES = "[^\\n]+|[\\n]+";

  static final String LINE_BREAK = "[\\r\\n]";

  static final String DIGIT = "\\p{N}";

  static final String NUMBER = "\\p{N}+";

  /** Numbers in threes from the left. */
  static final String THREES = "\\p{N}{1,3}";

  /** Numbers in threes from the right; what is before a number is in its first piece. */
  static final String THREES_FROM_RIGHT = "[^\\p{N}]*\\p{N}{1,3}(?=(?:\\p{N}{3})*(?!\\p{N}))";

  /** Cuts ASCII's digits into threes from the right. */
  static final String SUPERBPE_THREES = "(?=(?:\\d{3})+(?!\\d))";

  private static final String HAN =
      "\u4E00-\u9FFF\u3400-\u4DBF\uD840\uDC00-\uD869\uDEDF\uD869\uDF00-\uD86D\uDF3F"
          + "\uD86D\uDF40-\uD86E\uDC1F\uD86E\uDC20-\uD873\uDEAF\uD873\uDEB0-\uD87A\uDFEF"
          + "\uF900-\uFAFF\uD87E\uDC00-\uD87E\uDE1F";

  static final String KIMI_K2 =
      "["
          + HAN
          + "]+|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}&&[^"
          + HAN
          + "]]+(?:"
          + CONTRACTIONS
          + ")?|\\p{N}{1,3}|"
          + OTHERS
          + "|"
          + LINES_AND_SPACES;

  /** Han, Hiragana and Katakana. */
  static final String HAN_AND_KANA = "[\u4E00-\u9FA5\u3040-\u309F\u30A0-\u30FF]+";

  /** Hangul; marks of Chinese; Bopomofo; Han, Hiragana and Katakana. */
  static final String YOUTU_SCRIPTS =
      "[\uAC00-\uD7A3\u3131-\u318E]+"
          + "|[\uFF01\u2026\u201C\u201D\u2018\u2019\u2014\uFF1A\uFF1B\uFF0C\u3001-\u303F\uFE30-\uFE4F]+"
          + "|[\u3105-\u312F]+|[\u4E00-\u9FA5\u3040-\u309F\u30A0-\u30FF]+";

  /** The scripts of East and Southeast Asia, and what lies between them. */
  static final String AFMOE_SCRIPTS =
      "[\u4E00-\u9FFF\u3400-\u4DBF\u8C48-\uFAFF\u3040-\u309F\u30A0-\u30FF\uFF65-\uFF9F\u2F00-\u2FDF"
          + "\u0E40-\u0E7F\u0E80-\u0EFF\u1780-\u17FF\u1000-\u109F\uAA60-\uAA7F\uA9E0-\uA9FF"
          + "\uAC00-\uD7AF\u1100-\u11FF]+";

  static final String DEEPSEEK_SCRIPTS = "[\u4E00-\u9FA5\u0800-\u4E00\uAC00-\uD7FF]+";

  static final String DEEPSEEK_MARKS =
      "\\s?[!-/:-~\uFF01-\uFF0F\uFF1A-\uFF5E\u2018-\u201F\u3000-\u3002]+";

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

  static final String DEEPSEEK_WORDS = "\\s?[" + CASED_LETTERS + "]+";

  private WordPatterns() {}

  /**
   * Words in which small letters follow capitals.
   *
   * @param letters the classes of what is in a word
   * @param suffix what may end a word
   * @param numbers the pattern of numbers
   */
  private static String cased(String letters, String suffix, String numbers) {
    String before = "[^\\r\\n\\p{L}\\p{N}]?";
    String capitals = "[" + letters + "&&[^a-z]]";
    String small = "[" + letters + "&&[^A-Z]]";
    return before
        + capitals
        + "*"
        + small
        + "+"
        + suffix
        + "|"
        + before
        + capitals
        + "+"
        + small
        + "*"
        + suffix
        + "|"
        + numbers
        + "|"
        + OTHERS_WITH_SLASHES
        + "|"
        + LINES_AND_SPACES;
  }

  /** Words of letters and marks, maybe with a contraction. */
  private static String withMarks(String numbers) {
    return "[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+(?:"
        + CONTRACTIONS
        + ")?|"
        + numbers
        + "|"
        + OTHERS_WITH_SLASHES
        + "|"
        + LINES_AND_SPACES;
  }

  /** ASCII words with a mark before them, words of letters and marks, and other marks. */
  private static String marked(String rest) {
    return "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+"
        + "|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+"
        + rest;
  }
}
