package ai.realm.tokenizer;

import ai.realm.gguf.GgufMetadata;
import java.nio.charset.StandardCharsets;

/**
 * SentencePiece: text without words, in which U+2581 stands for a space, and tokens with scores
 * (Kudo and Richardson, "SentencePiece").
 */
abstract sealed class SentencePieceTokenizer extends VocabularyTokenizer
    permits SentencePiecePairTokenizer, UnigramTokenizer {
  static final int SPACE_MARK = 0x2581;

  /** Of each token. */
  final float[] scores;

  /** Whether a space is put before a text. */
  final boolean addSpacePrefix;

  SentencePieceTokenizer(
      GgufMetadata metadata, Vocabulary vocabulary, SpecialIds special, boolean addSpacePrefix) {
    super(metadata, vocabulary, special);
    this.addSpacePrefix = metadata.bool("tokenizer.ggml.add_space_prefix", addSpacePrefix);
    this.scores = vocabulary.scores(metadata);
  }

  @Override
  final byte[] normalBytes(int id) {
    return vocabulary.text(id).replace((char) SPACE_MARK, ' ').getBytes(StandardCharsets.UTF_8);
  }

  /** The text of {@code ids}, without the space that encoding puts before a text. */
  @Override
  public final String decode(int[] ids) {
    String text = super.decode(ids);
    boolean prefixed = addSpacePrefix && ids.length > 0 && startsWithSpace(bytes(ids[0]));
    return prefixed ? text.substring(1) : text;
  }

  private static boolean startsWithSpace(byte[] bytes) {
    return bytes.length > 0 && bytes[0] == ' ';
  }
}
