package ai.realm.engine;

import ai.realm.sampling.Ranking.TopTokens;
import java.util.List;

/**
 * Hears of one scoring, on the thread that all work on the model shares: it must neither wait nor
 * throw. Exactly one of the calls ends it.
 */
public interface ScoringListener {

  /** The most probable next tokens after each position. */
  void finished(List<TopTokens> positions);

  /** It was cancelled. */
  void aborted();

  /** It failed. */
  void failed(Throwable failure);
}
