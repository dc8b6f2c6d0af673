package ai.realm.tokenizer;

import ai.realm.error.EngineException;
import ai.realm.gguf.GgufMetadata;

/**
 * SentencePiece's byte-pair model: text begins as one symbol a character; neighbours that together
 * are a token join, the token of the highest score first; what is no token at the end becomes byte
 * tokens.
 */
final class SentencePiecePairTokenizer extends SentencePieceTokenizer {
  // The token of each byte.
  private final int[] byteTokens = new int[256];

  /**
   * The tokenizer that {@code metadata} describes.
   *
   * @throws EngineException {@code MODEL_INVALID} for missing tokens or too few scores
   */
  static SentencePiecePairTokenizer read(GgufMetadata metadata) {
    Vocabulary vocabulary = Vocabulary.read(metadata);
    SpecialIds defaults = new SpecialIds(1, 2, 0, -1, true, false);
    return new SentencePiecePairTokenizer(
        metadata, vocabulary, SpecialIds.read(metadata, vocabulary, defaults));
  }

  private SentencePiecePairTokenizer(
      GgufMetadata metadata, Vocabulary vocabulary, SpecialIds special) {
    super(metadata, vocabulary, special, true);
    for (int b = 0; b < 256; b++) {
      int id = vocabulary.byteToken(b);
      byteTokens[b] = id >= 0 ? id : vocabulary.find(new byte[] {(byte) b}, 0, 1);
    }
  }

  @Override
  void encodePlain(int[] text, boolean afterSpecial, IntList ids) {
    boolean prefix = addSpacePrefix && afterSpecial;
    int[] marked = new int[text.length + (prefix ? 1 : 0)];
    int size = 0;
    if (prefix) {
      marked[size++] = SPACE_MARK;
    }
    for (int codePoint : text) {
      marked[size++] = codePoint == ' ' ? SPACE_MARK : codePoint;
    }
    byte[] utf8 = Utf8.encode(marked);
    SentencePieceMerger merger = new SentencePieceMerger(vocabulary, scores, utf8, size);
    merger.merge();
    for (int i = 0; i >= 0; i = merger.next(i)) {
      int id = vocabulary.find(utf8, merger.start(i), merger.end(i));
      if (id >= 0) {
        ids.add(id);
        continue;
      }
      for (int at = merger.start(i); at < merger.end(i); at++) {
        int byteToken = byteTokens[utf8[at] & 0xFF];
        ids.add(byteToken >= 0 ? byteToken : special.unknown());
      }
    }
  }
}
