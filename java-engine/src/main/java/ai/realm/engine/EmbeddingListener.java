package ai.realm.engine;

import java.util.List;

/**
 * Hears of one embedding, on the thread that all work on the model shares: it must neither wait nor
 * throw. Exactly one of the calls ends it.
 */
public interface EmbeddingListener {

  /**
   * The vectors are there.
   *
   * @param embeddings one for each text, in their order; rows of them, one for each token, where
   *     nothing was pooled
   * @param tokens that all texts had together
   */
  void finished(List<float[]> embeddings, int tokens);

  /** It was cancelled. */
  void aborted();

  /** It failed. */
  void failed(Throwable failure);
}
