package ai.realm.tokenizer;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.gguf.GgufMetadata;
import java.nio.charset.StandardCharsets;

/**
 * SentencePiece's byte-pair model: text begins as one symbol a character, with U+2581 for spaces;
 * neighbours that together are a token join, the token of the highest score first; what is no token
 * at the end becomes byte tokens (Kudo and Richardson, "SentencePiece").
 */
final class SentencePieceTokenizer extends VocabularyTokenizer {
  private static final int SPACE_MARK = 0x2581;

  private final float[] scores;
  private final boolean addSpacePrefix;
  // The token of each byte.
  private final int[] byteTokens = new int[256];

  /**
   * The tokenizer that {@code metadata} describes.
   *
   * @throws EngineException {@code MODEL_INVALID} for missing tokens or too few scores
   */
  static SentencePieceTokenizer read(GgufMetadata metadata) {
    Vocabulary vocabulary = Vocabulary.read(metadata);
    SpecialIds defaults = new SpecialIds(1, 2, 0, -1, true, false);
    return new SentencePieceTokenizer(
        metadata, vocabulary, SpecialIds.read(metadata, vocabulary, defaults));
  }

  private SentencePieceTokenizer(GgufMetadata metadata, Vocabulary vocabulary, SpecialIds special) {
    super(metadata, vocabulary, special);
    this.addSpacePrefix = metadata.bool("tokenizer.ggml.add_space_prefix", true);
    float[] given = metadata.floats("tokenizer.ggml.scores");
    if (given != null && given.length < vocabulary.size()) {
      throw new EngineException(
          ErrorCode.MODEL_INVALID,
          "tokenizer.ggml.scores has "
              + given.length
              + " entries, expected one for each of the "
              + vocabulary.size()
              + " tokens");
    }
    this.scores = given == null ? new float[vocabulary.size()] : given;
    byte[] hex = "<0x00>".getBytes(StandardCharsets.US_ASCII);
    for (int b = 0; b < 256; b++) {
      hex[3] = (byte) Character.toUpperCase(Character.forDigit(b >> 4, 16));
      hex[4] = (byte) Character.toUpperCase(Character.forDigit(b & 15, 16));
      int id = vocabulary.find(hex, 0, hex.length);
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

  @Override
  byte[] normalBytes(int id) {
    return vocabulary.text(id).replace((char) SPACE_MARK, ' ').getBytes(StandardCharsets.UTF_8);
  }

  /** The text of {@code ids}, without the space that encoding puts before a text. */
  @Override
  public String decode(int[] ids) {
    String text = super.decode(ids);
    boolean prefixed = addSpacePrefix && ids.length > 0 && startsWithSpace(bytes(ids[0]));
    return prefixed ? text.substring(1) : text;
  }

  private static boolean startsWithSpace(byte[] bytes) {
    return bytes.length > 0 && bytes[0] == ' ';
  }
}
