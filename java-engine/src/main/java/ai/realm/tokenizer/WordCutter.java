package ai.realm.tokenizer;

/** Cuts the words of one text into the longest tokens, from left to right. */
final class WordCutter {
  private final Vocabulary vocabulary;
  private final int unknown;
  private final IntList ids;
  // hashes[n] is the hash of n bytes from where the next token begins.
  private final int[] hashes;
  private long work;

  /**
   * A cutter that appends to {@code ids}.
   *
   * @param unknown the token of a word that cannot be cut, or -1
   */
  WordCutter(Vocabulary vocabulary, int unknown, IntList ids) {
    this.vocabulary = vocabulary;
    this.unknown = unknown;
    this.ids = ids;
    this.hashes = new int[vocabulary.longest() + 1];
  }

  /** How many bytes and lengths of tokens were looked at so far. */
  long work() {
    return work;
  }

  /** Appends the tokens of a word, which are code points. */
  void cut(int[] word) {
    int[] marked = new int[word.length + 1];
    marked[0] = WordPieceTokenizer.WORD_MARK;
    System.arraycopy(word, 0, marked, 1, word.length);
    byte[] text = Utf8.encode(marked);
    int before = ids.size();
    int at = 0;
    while (at < text.length) {
      int length = longest(text, at);
      if (length == 0) {
        ids.truncate(before);
        if (unknown >= 0) {
          ids.add(unknown);
        }
        return;
      }
      at += length;
    }
  }

  /** Appends the longest token that stands at {@code at}, and gives its length; 0 if none does. */
  private int longest(byte[] text, int at) {
    int most = Math.min(vocabulary.longest(), text.length - at);
    work += most;
    for (int n = 0; n < most; n++) {
      hashes[n + 1] = Vocabulary.hash(hashes[n], text, at + n, at + n + 1);
    }
    for (int length = most; length > 0; length--) {
      work++;
      int id = vocabulary.find(text, at, at + length, hashes[length]);
      if (id >= 0) {
        ids.add(id);
        return length;
      }
    }
    return 0;
  }
}
