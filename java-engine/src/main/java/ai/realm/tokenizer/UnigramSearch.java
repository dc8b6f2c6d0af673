package ai.realm.tokenizer;

import java.util.Arrays;

/** Viterbi's algorithm over one text: at each position, the best way that leads there. */
final class UnigramSearch {
  private final UnigramTokenizer tokenizer;
  private final Vocabulary vocabulary;
  private final byte[] text;
  // By position: the best sum of scores up to it, the last token, and where that begins.
  private final double[] sums;
  private final int[] tokens;
  private final int[] starts;
  private long work;

  /** Of normalized text. */
  UnigramSearch(UnigramTokenizer tokenizer, byte[] text) {
    this.tokenizer = tokenizer;
    this.vocabulary = tokenizer.vocabulary;
    this.text = text;
    this.sums = new double[text.length + 1];
    this.tokens = new int[text.length + 1];
    this.starts = new int[text.length + 1];
  }

  /** How many bytes were looked at, each as often as it was. */
  long work() {
    return work;
  }

  /** Finds the best way through the text. */
  void run() {
    Arrays.fill(sums, 1, sums.length, Double.NEGATIVE_INFINITY);
    for (int at = 0, next; at < text.length; at = next) {
      next = Utf8.after(text, at);
      boolean covered = false;
      int hash = 0;
      for (int end = at + 1; end <= text.length; end++) {
        work++;
        hash = Vocabulary.hash(hash, text, end - 1, end);
        if (!tokenizer.prefixes.mayBegin(hash)) {
          break;
        }
        int id = tokenizer.prefixes.find(text, at, end, hash);
        if (id >= 0 && UnigramTokenizer.matches(vocabulary.type(id))) {
          covered |= end == next;
          relax(at, end, id, tokenizer.score(id));
        }
      }
      if (!covered) {
        relax(at, next, tokenizer.special.unknown(), tokenizer.unknownScore);
      }
    }
  }

  /** Takes a token from {@code at} to {@code end} if that is better than what led there before. */
  private void relax(int at, int end, int id, double score) {
    double sum = sums[at] + score;
    if (sum > sums[end]) {
      sums[end] = sum;
      tokens[end] = id;
      starts[end] = at;
    }
  }

  /** Appends the tokens of the best way, which is read from its end. */
  void append(IntList ids) {
    IntList backwards = new IntList(text.length / 3);
    boolean wasUnknown = false;
    for (int end = text.length; end > 0; end = starts[end]) {
      boolean isUnknown = tokens[end] == tokenizer.special.unknown();
      if (tokens[end] >= 0 && !(isUnknown && wasUnknown)) {
        backwards.add(tokens[end]);
      }
      wasUnknown = isUnknown;
    }
    for (int i = backwards.size() - 1; i >= 0; i--) {
      ids.add(backwards.get(i));
    }
  }
}
