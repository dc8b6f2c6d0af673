package ai.realm.bridge.calls;

import ai.realm.bridge.Job;
import ai.realm.engine.RankingListener;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;

/**
 * Tells JavaScript of a ranking.
 *
 * @param job gets its result
 */
record RankingEvents(Job job) implements RankingListener {

  @Override
  public void finished(double[] scores, int tokens) {
    JsonArray list = new JsonArray(scores.length);
    for (double score : scores) {
      list.add(score);
    }
    JsonObject usage = new JsonObject();
    usage.addProperty("promptTokens", tokens);
    JsonObject result = new JsonObject();
    result.add("scores", list);
    result.add("usage", usage);
    job.result(result);
  }

  @Override
  public void aborted() {
    job.error(new EngineException(ErrorCode.ABORTED, "the ranking was cancelled"), null);
  }

  @Override
  public void failed(Throwable failure) {
    job.error(failure, null);
  }
}
