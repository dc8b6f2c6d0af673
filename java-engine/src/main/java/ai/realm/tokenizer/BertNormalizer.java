package ai.realm.tokenizer;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;

/**
 * BERT's cleaning of text: control characters go, letters become lower case and lose their accents
 * if the model wants that, white space separates words, and each punctuation mark and each Chinese
 * character is a word of its own.
 */
final class BertNormalizer {
  private final boolean lowercase;
  private final boolean stripAccents;

  BertNormalizer(boolean lowercase, boolean stripAccents) {
    this.lowercase = lowercase;
    this.stripAccents = stripAccents;
  }

  /** The words of {@code text}, all of them code points. */
  List<int[]> words(int[] text) {
    List<int[]> words = new ArrayList<>();
    IntList word = new IntList(16);
    for (int original : text) {
      int codePoint = stripAccents ? base(original) : original;
      int unicodeClass = UnicodeClass.of(codePoint);
      if (unicodeClass == UnicodeClass.SPACE) {
        finish(word, words);
        continue;
      }
      if (codePoint == 0
          || codePoint == 0xFFFD
          || unicodeClass == UnicodeClass.CONTROL
          || (stripAccents && unicodeClass == UnicodeClass.MARK)) {
        continue;
      }
      boolean alone =
          unicodeClass == UnicodeClass.PUNCTUATION
              || (unicodeClass == UnicodeClass.SYMBOL && codePoint < 0x7F)
              || isChinese(codePoint);
      if (alone) {
        finish(word, words);
      }
      boolean lower = lowercase && unicodeClass != UnicodeClass.UNASSIGNED;
      word.add(lower ? Character.toLowerCase(codePoint) : codePoint);
      if (alone) {
        finish(word, words);
      }
    }
    finish(word, words);
    return words;
  }

  private static void finish(IntList word, List<int[]> words) {
    if (word.size() > 0) {
      words.add(word.toArray());
      word.truncate(0);
    }
  }

  /**
   * The first character of the canonical decomposition; the marks that follow would be stripped
   * anyway.
   */
  private static int base(int codePoint) {
    if (codePoint < 0xC0 || UnicodeClass.of(codePoint) == UnicodeClass.UNASSIGNED) {
      return codePoint;
    }
    return Normalizer.normalize(Character.toString(codePoint), Normalizer.Form.NFD).codePointAt(0);
  }

  // BERT's ranges, with the one that Hugging Face's tokenizers begin at U+2B920 instead of U+2B820.
  private static boolean isChinese(int c) {
    return (c >= 0x4E00 && c <= 0x9FFF)
        || (c >= 0x3400 && c <= 0x4DBF)
        || (c >= 0x20000 && c <= 0x2A6DF)
        || (c >= 0x2A700 && c <= 0x2B73F)
        || (c >= 0x2B740 && c <= 0x2B81F)
        || (c >= 0x2B920 && c <= 0x2CEAF)
        || (c >= 0xF900 && c <= 0xFAFF)
        || (c >= 0x2F800 && c <= 0x2FA1F);
  }
}
