package ai.realm.tokenizer;

import ai.realm.gguf.GgufMetadata;
import java.util.Arrays;
import java.util.List;

/**
 * Byte-pair encoding for text, and for DNA between {@code <dna>} and {@code </dna>} one token each
 * six bases: a last one of fewer is filled with A, lower case is upper case, and six of which one
 * is no base are the token {@code <oov>}. The vocabulary marks the tokens of DNA with U+E000 at
 * their end, as a word may have the same letters.
 */
final class HybridDnaTokenizer extends VocabularyTokenizer {
  private static final int BASES = 6;
  private static final int MARK = 0xE000;
  private static final byte[] MARK_UTF8 = Utf8.encode(new int[] {MARK});
  private static final int[] BEGIN = "<dna>".codePoints().toArray();
  private static final int[] END = "</dna>".codePoints().toArray();

  private final BytePairTokenizer words;
  private final int begin;
  private final int end;
  private final int unknownBases;

  /**
   * The tokenizer that {@code metadata} describes; without the three tokens of DNA, it is that of
   * its words.
   *
   * @throws ai.realm.error.EngineException {@code MODEL_INVALID} as for byte-pair encoding
   */
  static VocabularyTokenizer read(GgufMetadata metadata) {
    BytePairTokenizer words =
        BytePairTokenizer.read(metadata, metadata.string("tokenizer.ggml.pre", ""));
    int begin = words.vocabulary.find("<dna>");
    int end = words.vocabulary.find("</dna>");
    int unknownBases = words.vocabulary.find("<oov>");
    return begin < 0 || end < 0 || unknownBases < 0
        ? words
        : new HybridDnaTokenizer(metadata, words, begin, end, unknownBases);
  }

  private HybridDnaTokenizer(
      GgufMetadata metadata, BytePairTokenizer words, int begin, int end, int unknownBases) {
    super(metadata, words.vocabulary, words.special);
    this.words = words;
    this.begin = begin;
    this.end = end;
    this.unknownBases = unknownBases;
  }

  @Override
  void encodePlain(int[] text, boolean afterSpecial, IntList ids) {
    for (int at = 0; at < text.length; ) {
      int from = find(BEGIN, text, at);
      if (from > at) {
        words.encodePlain(Arrays.copyOfRange(text, at, from), afterSpecial, ids);
      }
      if (from == text.length) {
        return;
      }
      ids.add(begin);
      int bases = from + BEGIN.length;
      int to = find(END, text, bases);
      encodeBases(text, bases, to, ids);
      if (to == text.length) {
        return;
      }
      ids.add(end);
      at = to + END.length;
    }
  }

  /** Where {@code wanted} stands next, from {@code at} on; the text's length if nowhere. */
  private static int find(int[] wanted, int[] text, int at) {
    for (int i = at; i + wanted.length <= text.length; i++) {
      if (Arrays.equals(wanted, 0, wanted.length, text, i, i + wanted.length)) {
        return i;
      }
    }
    return text.length;
  }

  private void encodeBases(int[] text, int from, int to, IntList ids) {
    byte[] utf8 = Utf8.encode(text, from, to);
    byte[] token = new byte[BASES + MARK_UTF8.length];
    System.arraycopy(MARK_UTF8, 0, token, BASES, MARK_UTF8.length);
    for (int at = 0; at < utf8.length; at += BASES) {
      for (int i = 0; i < BASES; i++) {
        byte base = at + i < utf8.length ? utf8[at + i] : (byte) 'A';
        token[i] = base >= 'a' && base <= 'z' ? (byte) (base - 'a' + 'A') : base;
      }
      int id = vocabulary.find(token, 0, token.length);
      ids.add(id >= 0 ? id : unknownBases);
    }
  }

  /** Those of {@code id} without the mark of DNA, whose tokens follow {@code <oov>}. */
  @Override
  byte[] normalBytes(int id) {
    byte[] text = vocabulary.utf8(id);
    int length = text.length - MARK_UTF8.length;
    boolean isMarked =
        id > unknownBases
            && length > 0
            && Arrays.equals(text, length, text.length, MARK_UTF8, 0, MARK_UTF8.length);
    return isMarked ? Arrays.copyOf(text, length) : words.normalBytes(id);
  }

  @Override
  public List<String> warnings() {
    return words.warnings();
  }
}
