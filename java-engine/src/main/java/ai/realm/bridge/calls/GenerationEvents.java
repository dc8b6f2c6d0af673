package ai.realm.bridge.calls;

import ai.realm.bridge.Job;
import ai.realm.engine.GenerationListener;
import ai.realm.engine.GenerationResult;
import ai.realm.engine.TokenLogprob;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.json.GenerationResultJson;
import java.util.List;

/**
 * Tells JavaScript of a generation.
 *
 * @param job gets its text and its end
 * @param stream whether it gets the text as it comes, and not only with the end: each piece takes a
 *     core from the kernels for a moment
 */
record GenerationEvents(Job job, boolean stream) implements GenerationListener {

  @Override
  public boolean text(String piece) {
    return !stream || job.text(piece);
  }

  @Override
  public boolean text(String piece, List<TokenLogprob> tokens) {
    return !stream || job.part(GenerationResultJson.piece(piece, tokens));
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
