package ai.realm.tokenizer;

import java.util.List;

/**
 * How a BPE vocabulary cuts text into the words within which it merges, and how it writes them.
 *
 * @param patterns applied one after another, each to every piece that the ones before made
 * @param rules how words are written, and what surrounds a text
 */
record PreTokenizer(List<SplitPattern> patterns, Rules rules) {

  /**
   * What a pre-tokenizer says beside its patterns.
   *
   * @param spelling in which symbols a word begins
   * @param wholeWords which words are the token of their text, whatever the merges say
   * @param bos whether BOS begins a text
   */
  record Rules(Spelling spelling, WholeWords wholeWords, Bos bos) {}

  /** The symbols in which a word begins. */
  enum Spelling {
    /** One a byte, in GPT-2's alphabet. */
    BYTES,
    /** One a character, with U+2581 for a space; what is no token becomes byte tokens. */
    MARKED_SPACES,
    /** One a character, without white space, which separates words and is lost. */
    NO_SPACES
  }

  /** Words that are a token as a whole, if there is one of their text. */
  enum WholeWords {
    NONE,
    LINE_BREAKS,
    ALL
  }

  /** When BOS begins a text. */
  enum Bos {
    /** Where the file says so. */
    ASKED,
    /** Where the file does not say otherwise. */
    DEFAULT,
    /** Whatever the file says. */
    ALWAYS
  }

  /**
   * Cuts {@code text} into words.
   *
   * @param text code points
   * @return where each word ends, ascending; the last is {@code text.length}
   */
  int[] split(int[] text) {
    IntList ends = new IntList(16);
    if (text.length > 0) {
      ends.add(text.length);
    }
    for (SplitPattern pattern : patterns) {
      SplitMatcher matcher = new SplitMatcher(pattern, text);
      IntList finer = new IntList(ends.size() * 2);
      int start = 0;
      for (int i = 0; i < ends.size(); i++) {
        matcher.split(start, ends.get(i), finer);
        start = ends.get(i);
      }
      ends = finer;
    }
    return ends.toArray();
  }
}
