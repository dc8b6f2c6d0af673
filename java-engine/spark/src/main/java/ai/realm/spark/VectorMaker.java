package ai.realm.spark;

import ai.realm.engine.Claim;
import ai.realm.engine.Embedding;
import ai.realm.engine.EmbeddingListener;
import ai.realm.engine.EmbeddingOptions;
import ai.realm.engine.LoadedModel;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Makes vectors of the texts of rows. */
record VectorMaker(LoadedModel model, EmbeddingOptions options) implements RowMaker<float[]> {

  static VectorMaker of(RealmOptions options) {
    LoadedModel model = ExecutorModels.get(options);
    EmbeddingOptions embedding = options.embedding();
    return PendingRow.outcome(() -> {
      embedding.checkDimensions(model.encoder().embeddingWidth());
      return new VectorMaker(model, embedding);
    });
  }

  @Override
  public PendingRow<float[]> start(String text) {
    Outcome outcome = new Outcome(new CompletableFuture<>());
    Embedding embedding =
        model.lease().handOver(lease -> lease.embed(List.of(text), options, Claim.APP, outcome));
    return new PendingRow<>(outcome.vector(), embedding::cancel);
  }

  private record Outcome(CompletableFuture<float[]> vector) implements EmbeddingListener {
    @Override
    public void finished(List<float[]> embeddings, int tokens) {
      vector.complete(embeddings.getFirst());
    }

    @Override
    public void aborted() {
      vector.completeExceptionally(
          new EngineException(ErrorCode.ABORTED, "the task of this row was stopped"));
    }

    @Override
    public void failed(Throwable failure) {
      vector.completeExceptionally(failure);
    }
  }
}
