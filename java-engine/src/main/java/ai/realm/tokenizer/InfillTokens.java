package ai.realm.tokenizer;

/**
 * The tokens by which a model is told to fill in the middle of a text (Bavarian et al., 2022,
 * arXiv:2207.14255), each -1 where the vocabulary has none.
 *
 * @param prefix stands before what comes before the middle
 * @param suffix stands before what comes after it
 * @param middle stands where the model begins to write
 * @param repository stands before a repository's name
 * @param file stands before a file's name
 */
public record InfillTokens(int prefix, int suffix, int middle, int repository, int file) {
  /** A vocabulary without them. */
  public static final InfillTokens NONE = new InfillTokens(-1, -1, -1, -1, -1);

  /** Whether a middle can be asked for. */
  public boolean areThere() {
    return prefix >= 0 && suffix >= 0 && middle >= 0;
  }
}
