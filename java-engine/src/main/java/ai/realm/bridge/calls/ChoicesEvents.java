package ai.realm.bridge.calls;

import ai.realm.bridge.Job;
import ai.realm.engine.ChoicesListener;
import ai.realm.engine.GenerationResult;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.json.GenerationResultJson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;

/**
 * Tells JavaScript of the end of several texts.
 *
 * @param job gets {@code choices}, the result of each
 */
record ChoicesEvents(Job job) implements ChoicesListener {

  @Override
  public void finished(List<GenerationResult> results) {
    job.result(json(results));
  }

  @Override
  public void aborted(List<GenerationResult> results) {
    job.error(
        new EngineException(
            ErrorCode.ABORTED, "the texts were cancelled; the result is what they gave so far"),
        json(results));
  }

  @Override
  public void failed(Throwable failure) {
    job.error(failure, null);
  }

  private static JsonObject json(List<GenerationResult> results) {
    JsonArray choices = new JsonArray();
    results.forEach(result -> choices.add(GenerationResultJson.of(result)));
    JsonObject json = new JsonObject();
    json.add("choices", choices);
    return json;
  }
}
