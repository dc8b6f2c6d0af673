package ai.realm.tokenizer;

import ai.realm.gguf.GgufMetadata;
import java.io.ByteArrayOutputStream;

/**
 * What SentencePiece does to a text before it is cut into tokens: the longest texts of a table are
 * replaced, and spaces become U+2581.
 */
final class UnigramNormalizer {
  private static final byte[] SPACE = Utf8.encode(new int[] {SentencePieceTokenizer.SPACE_MARK});

  private final CharacterMap map;
  private final boolean addSpacePrefix;
  private final boolean mergeSpaces;

  private UnigramNormalizer(CharacterMap map, boolean addSpacePrefix, boolean mergeSpaces) {
    this.map = map;
    this.addSpacePrefix = addSpacePrefix;
    this.mergeSpaces = mergeSpaces;
  }

  /**
   * That of the model that {@code metadata} describes.
   *
   * @throws ai.realm.error.EngineException {@code MODEL_INVALID} for a damaged table
   */
  static UnigramNormalizer read(GgufMetadata metadata, boolean addSpacePrefix) {
    return new UnigramNormalizer(
        CharacterMap.read(metadata),
        addSpacePrefix,
        metadata.bool("tokenizer.ggml.remove_extra_whitespaces", false));
  }

  /**
   * The normalized text. Where spaces are merged, those at the end go, those between words are one,
   * and one is before the first word.
   *
   * @param text valid UTF-8
   */
  byte[] normalize(byte[] text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(text.length + text.length / 4 + 4);
    boolean prefixed = false;
    boolean inWord = false;
    for (int at = 0; at < text.length; ) {
      CharacterMap.Match match = map.longest(text, at);
      for (int i = match.start(); i < match.end(); i++) {
        byte b = match.bytes()[i];
        if (b == ' ') {
          inWord = false;
          if (!mergeSpaces) {
            out.writeBytes(SPACE);
          }
          continue;
        }
        if (!inWord) {
          inWord = true;
          if (mergeSpaces || (addSpacePrefix && !prefixed)) {
            out.writeBytes(SPACE);
            prefixed = true;
          }
        }
        out.write(b);
      }
      at += match.length();
    }
    return out.toByteArray();
  }
}
