package ai.realm.tokenizer;

/**
 * Which texts tokens begin with, by their hashes: a search for the tokens at a position of a text
 * ends where none begins with what was read. A hash may say yes for another text that has it too.
 */
final class TokenPrefixes {
  private static final int BITS_A_BYTE = 8;

  private final Vocabulary vocabulary;
  private final int mask;
  private final long[] begins;
  private final long[] whole;

  TokenPrefixes(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
    long bytes = 0;
    for (int id = 0; id < vocabulary.size(); id++) {
      bytes += vocabulary.length(id);
    }
    long bits = Long.highestOneBit(Math.clamp(bytes * BITS_A_BYTE, 64, 1 << 30));
    mask = (int) bits - 1;
    begins = new long[(int) (bits / 64)];
    whole = new long[(int) (bits / 64)];
  }

  /** Adds the text of a token. */
  void add(int id) {
    byte[] text = vocabulary.utf8(id);
    int hash = 0;
    for (int i = 0; i < text.length; i++) {
      hash = Vocabulary.hash(hash, text, i, i + 1);
      set(begins, hash);
    }
    if (text.length > 0) {
      set(whole, hash);
    }
  }

  /** Whether a token may begin with the text of this hash. */
  boolean mayBegin(int hash) {
    return isSet(begins, hash);
  }

  /** The token whose text {@code text[at, end)} is, which has this hash; -1 if none is. */
  int find(byte[] text, int at, int end, int hash) {
    return isSet(whole, hash) ? vocabulary.find(text, at, end, hash) : -1;
  }

  private void set(long[] bits, int hash) {
    int bit = bit(hash);
    bits[bit >> 6] |= 1L << bit;
  }

  private boolean isSet(long[] bits, int hash) {
    int bit = bit(hash);
    return (bits[bit >> 6] >>> bit & 1) != 0;
  }

  private int bit(int hash) {
    return (hash ^ hash >>> 15) & mask;
  }
}
