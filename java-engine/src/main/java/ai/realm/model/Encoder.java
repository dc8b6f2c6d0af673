package ai.realm.model;

import ai.realm.kernels.Kernels;
import ai.realm.kernels.WorkerPool;
import ai.realm.model.cache.PagePool;
import ai.realm.model.cache.Sequence;
import ai.realm.model.cache.Sharing;
import ai.realm.model.net.Classifier;
import ai.realm.model.net.Linear;
import ai.realm.model.net.Network;
import ai.realm.model.net.Network.BertEmbedding;
import ai.realm.model.net.Network.Embedding;
import ai.realm.model.net.Pooling;
import java.lang.foreign.Arena;
import java.util.Optional;

/** An encoder: tokens that see each other both ways, and a state for each. */
final class Encoder implements TextEncoder {
  private final Network.Encoder network;
  private final int trainedContext;
  private final Pooling pooling;
  private final Optional<Classifier> classifier;
  private final PagePool pages;
  private final Arena storage;
  private final Kernels kernels;
  private final WorkerPool workers;
  private final Rowwise rowwise;
  private final Pass pass;

  /**
   * Puts a model together; closing it closes the workers, the pages and the storage.
   *
   * @param trainedContext tokens of context that it was trained for
   * @param pooling what its file asks for
   * @param classifier what judges pairs of texts, in a model that ranks
   * @param pages of its sequences
   * @param storage of its weights
   */
  Encoder(
      Network.Encoder network,
      int trainedContext,
      Pooling pooling,
      Optional<Classifier> classifier,
      PagePool pages,
      Arena storage,
      Kernels kernels,
      WorkerPool workers) {
    this.network = network;
    this.trainedContext = trainedContext;
    this.pooling = pooling;
    this.classifier = classifier;
    this.pages = pages;
    this.storage = storage;
    this.kernels = kernels;
    this.workers = workers;
    this.rowwise = new Rowwise(workers);
    this.pass = new Pass(network, kernels, workers);
  }

  @Override
  public int vocabularySize() {
    return network.input().table().rows();
  }

  @Override
  public int trainedContext() {
    return trainedContext;
  }

  @Override
  public Sequence newSequence(int capacity) {
    return new Sequence(pages, capacity, new Sharing.Nobody());
  }

  @Override
  public Pooling pooling() {
    return pooling;
  }

  @Override
  public int width() {
    return network.width();
  }

  @Override
  public int embeddingWidth() {
    return network.projections().isEmpty()
        ? network.width()
        : network.projections().getLast().width();
  }

  @Override
  public boolean takesWholeTexts() {
    return true;
  }

  @Override
  public boolean forward(Batch batch, float[] results, Cancellation cancellation) {
    if (batch.logits() > 0) {
      throw new IllegalArgumentException("an encoder gives no logits");
    }
    return pass.run(
        batch,
        this::embed,
        (x, wanted) ->
            pass.forward().norms().rows(network.norm(), x, 0, results, 0, wanted.count(), width()),
        cancellation);
  }

  @Override
  public void each(int pieces, WorkerPool.Task task) {
    pass.inTurn(() -> workers.run(pieces, task));
  }

  private void embed(Batch batch, float[] x) {
    Step step = Step.of(batch);
    rowwise.each(
        step.count(),
        row -> {
          int part = step.partOf(row);
          Batch.Slice slice = batch.slices().get(part);
          int t = row - step.parts().get(part).row();
          embed(slice.tokens()[slice.from() + t], slice.position() + t, x, row * width());
        });
  }

  private void embed(int token, int position, float[] x, int at) {
    network.input().table().row(token, x, at);
    switch (network.input()) {
      case Embedding input -> kernels.scale(x, at, input.scale(), width());
      case BertEmbedding input -> {
        if (input.positions().isPresent()) {
          float[] there = new float[width()];
          input.positions().get().row(position, there, 0);
          kernels.add(x, at, there, 0, width());
        }
        kernels.add(x, at, input.segment(), 0, width());
        pass.forward().norms().one(input.norm(), x, at, x, at, width());
      }
    }
  }

  @Override
  public float[] project(float[] pooled) {
    float[] state = pooled;
    pass.turn().lock();
    try {
      for (Linear projection : network.projections()) {
        state = pass.forward().linear(projection, state);
      }
    } finally {
      pass.turn().unlock();
    }
    return state;
  }

  @Override
  public boolean ranks() {
    return classifier.isPresent();
  }

  @Override
  public double score(float[] pooled) {
    return pass.score(classifier.orElseThrow(), pooled);
  }

  @Override
  public void close() {
    workers.close();
    pages.close();
    storage.close();
  }
}
