package ai.realm.bridge.calls;

import ai.realm.bridge.Job;
import ai.realm.engine.GenerationListener;
import ai.realm.engine.GenerationResult;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.json.GenerationResultJson;

/**
 * Tells JavaScript of a generation.
 *
 * @param job gets its text and its end
 */
record GenerationEvents(Job job) implements GenerationListener {

  @Override
  public boolean text(String piece) {
    return job.text(piece);
  }

  @Override
  public void finished(GenerationResult result) {
    job.result(GenerationResultJson.of(result));
  }

  @Override
  public void aborted(GenerationResult result) {
    job.error(
        new EngineException(
            ErrorCode.ABORTED, "the generation was cancelled; its result is what it gave so far"),
        GenerationResultJson.of(result));
  }

  @Override
  public void failed(Throwable failure) {
    job.error(failure, null);
  }
}
