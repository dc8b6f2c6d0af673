package ai.realm.bridge.calls;

import ai.realm.bridge.Job;
import ai.realm.engine.EmbeddingListener;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Tells JavaScript of an embedding: all values are memory of its result, and JSON has how many each
 * text's vector takes.
 *
 * @param environment whose memory it is
 * @param job gets its result
 */
record EmbeddingEvents(long environment, Job job, ResultBuffers results)
    implements EmbeddingListener {
  private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED;

  @Override
  public void finished(List<float[]> embeddings, int tokens) {
    JsonArray lengths = new JsonArray(embeddings.size());
    long values = 0;
    for (float[] embedding : embeddings) {
      lengths.add(embedding.length);
      values += embedding.length;
    }
    JsonObject usage = new JsonObject();
    usage.addProperty("promptTokens", tokens);
    JsonObject result = new JsonObject();
    result.add("lengths", lengths);
    result.add("usage", usage);
    long all = values;
    results.give(
        environment,
        job,
        result,
        owner -> {
          MemorySegment memory = owner.allocate(F32, all);
          long at = 0;
          for (float[] embedding : embeddings) {
            MemorySegment.copy(embedding, 0, memory, F32, at, embedding.length);
            at += (long) Float.BYTES * embedding.length;
          }
          return memory;
        });
  }

  @Override
  public void aborted() {
    job.error(new EngineException(ErrorCode.ABORTED, "the embedding was cancelled"), null);
  }

  @Override
  public void failed(Throwable failure) {
    job.error(failure, null);
  }
}
