package ai.realm.tokenizer;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.gguf.GgufMetadata;
import ai.realm.gguf.GgufStrings;
import ai.realm.tokenizer.PreTokenizer.Bos;
import ai.realm.tokenizer.PreTokenizer.Spelling;
import java.util.List;
import java.util.Optional;

/**
 * Byte-pair encoding: a pre-tokenizer cuts text into words, a word begins as one symbol a byte or a
 * character, and merges join symbols, the one of least rank first (Sennrich et al., "Neural Machine
 * Translation of Rare Words with Subword Units").
 */
abstract sealed class BytePairTokenizer extends VocabularyTokenizer
    permits ByteLevelTokenizer, CharacterLevelTokenizer {
  final PreTokenizer preTokenizer;
  final SymbolTable symbols;
  final MergeTable merges;
  private final List<String> warnings;

  /** What a tokenizer of this kind is made of. */
  record Parts(
      GgufMetadata metadata,
      Vocabulary vocabulary,
      SpecialIds special,
      PreTokenizer preTokenizer,
      List<String> warnings) {}

  /**
   * The tokenizer that {@code metadata} describes.
   *
   * @param pre the pre-tokenizer's name; the default one stands in for one that is not known, with
   *     a warning
   * @throws EngineException {@code MODEL_INVALID} for missing or malformed tokens or merges
   */
  static BytePairTokenizer read(GgufMetadata metadata, String pre) {
    Optional<PreTokenizer> known = PreTokenizers.named(pre);
    PreTokenizer preTokenizer =
        known.isPresent() ? known.get() : PreTokenizers.named("default").orElseThrow();
    Vocabulary vocabulary = Vocabulary.read(metadata);
    Bos bos = preTokenizer.rules().bos();
    SpecialIds defaults = new SpecialIds(-1, -1, -1, -1, bos != Bos.ASKED, false);
    SpecialIds special = SpecialIds.read(metadata, vocabulary, defaults);
    Parts parts =
        new Parts(
            metadata,
            vocabulary,
            bos == Bos.ALWAYS ? special.withBos() : special,
            preTokenizer,
            known.isPresent() ? List.of() : List.of(unknown(pre)));
    return preTokenizer.rules().spelling() == Spelling.BYTES
        ? new ByteLevelTokenizer(parts)
        : new CharacterLevelTokenizer(parts);
  }

  BytePairTokenizer(Parts parts) {
    super(parts.metadata, parts.vocabulary, parts.special);
    this.preTokenizer = parts.preTokenizer;
    this.warnings = parts.warnings;
    this.symbols = new SymbolTable(vocabulary);
    this.merges = readMerges(parts.metadata);
  }

  private static String unknown(String pre) {
    return (pre.isEmpty()
            ? "the file has no tokenizer.ggml.pre"
            : "tokenizer.ggml.pre is '%s', which is not a known pre-tokenizer".formatted(pre))
        + ": the default one cuts texts into words, and the model may see other tokens than those"
        + " that it was trained with; take a newer file of the model";
  }

  @Override
  public final List<String> warnings() {
    return warnings;
  }

  private MergeTable readMerges(GgufMetadata metadata) {
    GgufStrings lines = metadata.strings("tokenizer.ggml.merges");
    if (lines == null) {
      throw new EngineException(
          ErrorCode.MODEL_INVALID,
          "tokenizer.ggml.merges is missing, which a BPE tokenizer needs; convert the model again");
    }
    byte[] bytes = lines.bytes();
    MergeTable table = new MergeTable(lines.size());
    int product = -1;
    for (int rank = 0; rank < lines.size(); rank++) {
      int start = lines.start(rank);
      int end = lines.end(rank);
      int space = start + 1;
      while (space < end && bytes[space] != ' ') {
        space++;
      }
      if (space >= end) {
        throw new EngineException(
            ErrorCode.MODEL_INVALID,
            "tokenizer.ggml.merges["
                + rank
                + "] is '"
                + lines.get(rank)
                + "', expected two symbols with a space between; convert the model again");
      }
      int left = symbols.of(bytes, start, space);
      int right = symbols.of(bytes, space + 1, end);
      // Mostly the tokens stand in the order of the merges that make them.
      product =
          vocabulary.isJoined(product + 1, bytes, start, space, end)
              ? product + 1
              : symbols.ofJoined(bytes, start, space, end);
      table.add(left, right, rank, product);
    }
    return table;
  }

  @Override
  final void encodePlain(int[] text, boolean afterSpecial, IntList ids) {
    int[] prepared = prepared(text);
    BytePairMerger merger = new BytePairMerger(merges);
    int start = 0;
    for (int end : preTokenizer.split(prepared)) {
      encodeWord(prepared, start, end, merger, ids);
      start = end;
    }
  }

  /** The text as it is cut into words. */
  abstract int[] prepared(int[] text);

  /** Appends the ids of a word, which is not empty. */
  abstract void encodeWord(int[] text, int start, int end, BytePairMerger merger, IntList ids);
}
