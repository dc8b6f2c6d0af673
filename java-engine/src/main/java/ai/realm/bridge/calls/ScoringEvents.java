package ai.realm.bridge.calls;

import ai.realm.bridge.Job;
import ai.realm.engine.ScoringListener;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.sampling.Ranking.TopTokens;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;

/**
 * Tells JavaScript of a scoring.
 *
 * @param job gets its result
 * @param ids the sequence
 */
record ScoringEvents(Job job, JsonArray ids) implements ScoringListener {

  @Override
  public void finished(List<TopTokens> positions) {
    JsonArray top = new JsonArray(positions.size());
    for (TopTokens position : positions) {
      JsonArray pairs = new JsonArray(position.ids().length);
      for (int i = 0; i < position.ids().length; i++) {
        JsonArray pair = new JsonArray(2);
        pair.add(position.ids()[i]);
        pair.add(position.logProbabilities()[i]);
        pairs.add(pair);
      }
      top.add(pairs);
    }
    JsonObject result = new JsonObject();
    result.add("ids", ids);
    result.add("top", top);
    job.result(result);
  }

  @Override
  public void aborted() {
    job.error(new EngineException(ErrorCode.ABORTED, "the scoring was cancelled"), null);
  }

  @Override
  public void failed(Throwable failure) {
    job.error(failure, null);
  }
}
