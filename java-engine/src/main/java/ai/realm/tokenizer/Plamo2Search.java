package ai.realm.tokenizer;

import java.util.Arrays;

/** The best way through one text, from its end: at each position, the best token to begin with. */
final class Plamo2Search {
  /** More than any text costs, and far from the largest long. */
  private static final long UNREACHED = 1L << 60;

  private final Plamo2Tokenizer tokenizer;
  private final byte[] text;
  // By position: the least cost from it to the end, the token there (-1 for bytes) and its end.
  private final long[] least;
  private final int[] tokens;
  private final int[] ends;
  private long work;

  /** Of valid UTF-8. */
  Plamo2Search(Plamo2Tokenizer tokenizer, byte[] text) {
    this.tokenizer = tokenizer;
    this.text = text;
    this.least = new long[text.length + 1];
    this.tokens = new int[text.length];
    this.ends = new int[text.length];
  }

  /** How many bytes were looked at, each as often as it was. */
  long work() {
    return work;
  }

  /** Finds the best way through the text. */
  void run() {
    Arrays.fill(least, 0, text.length, UNREACHED);
    for (int at = text.length - 1; at >= 0; at--) {
      if ((text[at] & 0xC0) != 0x80) {
        begin(at);
      }
    }
  }

  private void begin(int at) {
    int hash = 0;
    for (int end = at + 1; end <= text.length; end++) {
      work++;
      hash = Vocabulary.hash(hash, text, end - 1, end);
      if (!tokenizer.prefixes.mayBegin(hash)) {
        break;
      }
      int id = tokenizer.prefixes.find(text, at, end, hash);
      long cost = id >= 0 ? tokenizer.cost(id) : Plamo2Tokenizer.NO_COST;
      if (cost < Plamo2Tokenizer.NO_COST && least[end] + cost <= least[at]) {
        take(at, end, id, cost);
      }
    }
    int next = Utf8.after(text, at);
    if (least[next] + Plamo2Tokenizer.BYTES_COST < least[at]) {
      take(at, next, -1, Plamo2Tokenizer.BYTES_COST);
    }
  }

  private void take(int at, int end, int id, long cost) {
    least[at] = least[end] + cost;
    tokens[at] = id;
    ends[at] = end;
  }

  /** Appends the tokens of the best way. */
  void append(IntList ids) {
    for (int at = 0; at < text.length; at = ends[at]) {
      if (tokens[at] >= 0) {
        ids.add(tokens[at]);
        continue;
      }
      for (int i = at; i < ends[at]; i++) {
        ids.add(tokenizer.byteToken(text[i]));
      }
    }
  }
}
