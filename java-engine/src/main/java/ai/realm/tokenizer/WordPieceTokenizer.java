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
  private static final char WORD_MARK = '\u2581';

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
    for (int[] word : normalizer.words(text)) {
      encodeWord(Utf8.encode(word), ids);
    }
  }

  private void encodeWord(byte[] word, IntList ids) {
    byte[] mark = Utf8.encode(new int[] {WORD_MARK});
    byte[] marked = new byte[mark.length + word.length];
    System.arraycopy(mark, 0, marked, 0, mark.length);
    System.arraycopy(word, 0, marked, mark.length, word.length);
    int before = ids.size();
    // hashes[n] is the hash of n bytes from where the next token begins.
    int[] hashes = new int[vocabulary.longest() + 1];
    int at = 0;
    while (at < marked.length) {
      int most = Math.min(vocabulary.longest(), marked.length - at);
      for (int n = 0; n < most; n++) {
        hashes[n + 1] = Vocabulary.hash(hashes[n], marked, at + n, at + n + 1);
      }
      int id = -1;
      int length = most;
      while (length > 0) {
        id = vocabulary.find(marked, at, at + length, hashes[length]);
        if (id >= 0) {
          break;
        }
        length--;
      }
      if (id < 0) {
        ids.truncate(before);
        if (special.unknown() >= 0) {
          ids.add(special.unknown());
        }
        return;
      }
      ids.add(id);
      at += length;
    }
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
