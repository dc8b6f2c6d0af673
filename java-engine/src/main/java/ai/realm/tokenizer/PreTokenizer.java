package ai.realm.tokenizer;

/**
 * How a byte-level BPE vocabulary cuts text into the words within which it merges.
 *
 * @param patterns applied one after another, each to every piece that the ones before made
 * @param ignoreMerges whether a word that is a token as a whole is that token, whatever the merges
 *     say
 * @param addBos whether BOS begins a text when the file does not say
 */
record PreTokenizer(SplitPattern[] patterns, boolean ignoreMerges, boolean addBos) {

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
      IntList finer = new IntList(ends.size() * 2);
      int start = 0;
      for (int i = 0; i < ends.size(); i++) {
        pattern.split(text, start, ends.get(i), finer);
        start = ends.get(i);
      }
      ends = finer;
    }
    return ends.toArray();
  }
}
