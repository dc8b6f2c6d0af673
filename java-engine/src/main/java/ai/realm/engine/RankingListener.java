package ai.realm.engine;

/**
 * Hears of one ranking, on the thread that all work on the model shares: it must neither wait nor
 * throw. Exactly one of the calls ends it.
 */
public interface RankingListener {

  /**
   * All documents were judged.
   *
   * @param scores one for each document, in their order: the probability that it answers the query
   * @param tokens that went through the model
   */
  void finished(double[] scores, int tokens);

  /** It was cancelled. */
  void aborted();

  /** It failed. */
  void failed(Throwable failure);
}
