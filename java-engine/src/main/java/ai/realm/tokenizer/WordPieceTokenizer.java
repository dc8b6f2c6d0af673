package ai.realm.tokenizer;

import ai.realm.error.EngineException;
import ai.realm.gguf.GgufMetadata;
import java.nio.charset.StandardCharsets;

/**
 * WordPiece: each word, cleaned as in BERT, is cut from left to right into the longest tokens; a
 * word that cannot be cut is the unknown token (Wu et al., "Google's Neural Machine Translation
 * System"). In a GGUF file the tokens that begin a word are marked with U+2581, and the others have
 * no mark.
 */
final class WordPieceTokenizer extends VocabularyTokenizer {
  static final char WORD_MARK = '\u2581';

  private final BertNormalizer normalizer;

  /**
   * The tokenizer that {@code metadata} describes.
   *
   * @throws EngineException {@code MODEL_INVALID} for missing tokens
   */
  static WordPieceTokenizer read(GgufMetadata metadata) {
    Vocabulary vocabulary = Vocabulary.read(metadata);
    // CLS stands where others have BOS, and older files name it by a key of its own.
    int cls = SpecialIds.id(metadata, vocabulary, "tokenizer.ggml.cls_token_id", 101);
    SpecialIds defaults = new SpecialIds(cls, -1, 100, 102, true, false);
    return new WordPieceTokenizer(
        metadata, vocabulary, SpecialIds.read(metadata, vocabulary, defaults));
  }

  private WordPieceTokenizer(GgufMetadata metadata, Vocabulary vocabulary, SpecialIds special) {
    super(metadata, vocabulary, special);
    boolean lowercase = metadata.bool("tokenizer.ggml.normalizer.lowercase", true);
    this.normalizer =
        new BertNormalizer(
            lowercase, metadata.bool("tokenizer.ggml.normalizer.strip_accents", lowercase));
  }

  @Override
  void addBefore(IntList ids) {
    if (special.bos() >= 0) {
      ids.add(special.bos());
    }
  }

  @Override
  void addAfter(IntList ids) {
    if (special.separator() >= 0) {
      ids.add(special.separator());
    }
  }

  @Override
  int end() {
    return special.separator();
  }

  @Override
  void addBetween(IntList ids) {
    addAfter(ids);
  }

  @Override
  void encodePlain(int[] text, boolean afterSpecial, IntList ids) {
    cut(text, ids);
  }

  /** Appends the ids of {@code text}, and gives what cut it. */
  WordCutter cut(int[] text, IntList ids) {
    WordCutter cutter = new WordCutter(vocabulary, special.unknown(), ids);
    for (int[] word : normalizer.words(text)) {
      cutter.cut(word);
    }
    return cutter;
  }

  @Override
  byte[] normalBytes(int id) {
    return vocabulary.text(id).replace(WORD_MARK, ' ').getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The text of {@code ids}: words with single spaces between, none before the first or before
   * {@code ? ! . ,}, and contractions joined.
   */
  @Override
  public String decode(int[] ids) {
    String text =
        super.decode(ids)
            .replaceAll(" ([?!.,])", "$1")
            .replace(" ' ", "'")
            .replaceAll(" ('(?:s|m|re|ve))", "$1");
    return text.startsWith(" ") ? text.substring(1) : text;
  }
}
