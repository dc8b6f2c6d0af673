package ai.realm.model;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.kernels.Kernels;
import ai.realm.kernels.WorkerPool;
import ai.realm.model.cache.CacheShape;
import ai.realm.model.cache.PagePool;
import ai.realm.model.cache.Sequence;
import ai.realm.model.cache.Sharing;
import ai.realm.model.net.Classifier;
import ai.realm.model.net.Network;
import ai.realm.model.net.Norm;
import ai.realm.model.net.Pooling;
import java.lang.foreign.Arena;
import java.util.Optional;

/** A decoder: token embeddings, blocks, logits. Calls from several threads take turns. */
final class Decoder implements LayerwiseModel {
  private final Network.Generating network;
  private final int trainedContext;
  private final Pooling pooling;
  private final Optional<Classifier> classifier;
  private final PagePool pages;
  private final CacheShape cache;
  private final Arena storage;
  private final Kernels kernels;
  private final WorkerPool workers;
  private final Pass pass;
  private final int vocabulary;

  /**
   * Puts a model together; closing it closes the workers, the pages and the storage.
   *
   * @param trainedContext tokens of context that it was trained for
   * @param pooling what becomes of a text's states where it embeds
   * @param classifier what judges pairs of texts, in a model that ranks
   * @param pages of its sequences
   * @param storage of its weights
   */
  Decoder(
      Network.Generating network,
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
    this.cache = pages.shape();
    this.storage = storage;
    this.kernels = kernels;
    this.workers = workers;
    this.pass = new Pass(network, kernels, workers);
    this.vocabulary = network.output().linear().width();
  }

  @Override
  public int vocabularySize() {
    return vocabulary;
  }

  @Override
  public int trainedContext() {
    return trainedContext;
  }

  @Override
  public Sequence newSequence(int capacity) {
    return newSequence(capacity, new Sharing.Nobody());
  }

  @Override
  public Sequence newSequence(int capacity, Sharing sharing) {
    return new Sequence(pages, capacity, sharing);
  }

  @Override
  public PagePool pages() {
    return pages;
  }

  @Override
  public long sequenceBytes(int length) {
    return cache.bytesInSteps(length);
  }

  @Override
  public Optional<LayerwiseModel> layerwise() {
    return network instanceof Network.Decoder ? Optional.of(this) : Optional.empty();
  }

  @Override
  public Optional<Guessing> guessing() {
    return network.head().map(_ -> pass::guess);
  }

  @Override
  public boolean forward(Batch batch, float[] results, Cancellation cancellation) {
    int rows = batch.logits();
    return pass.run(
        batch,
        this::embed,
        (x, wanted) -> {
          if (network instanceof Network.AltUp decoder) {
            pass.forward().altUp().orElseThrow().merge(decoder.merge(), x, wanted);
          }
          if (rows > 0) {
            pass.forward().logits(network.output(), x, 0, wanted.runs(rows), results);
          }
          if (batch.states() > 0) {
            int at = rows * vocabulary;
            Norm norm = network.output().norm();
            pass.forward()
                .norms()
                .rows(norm, x, rows * width(), results, at, batch.states(), width());
          }
        },
        cancellation);
  }

  @Override
  public void each(int pieces, WorkerPool.Task task) {
    pass.inTurn(() -> workers.run(pieces, task));
  }

  @Override
  public Pooling pooling() {
    return pooling;
  }

  @Override
  public int embeddingWidth() {
    return width();
  }

  @Override
  public boolean takesWholeTexts() {
    return false;
  }

  @Override
  public float[] project(float[] pooled) {
    return pooled;
  }

  @Override
  public boolean ranks() {
    return classifier.isPresent();
  }

  @Override
  public double score(float[] pooled) {
    return pass.score(classifier.orElseThrow(), pooled);
  }

  private void embed(Batch batch, float[] x) {
    int row = 0;
    for (Batch.Slice slice : batch.slices()) {
      embed(slice.tokens(), slice.from(), slice.count(), x, row);
      row += slice.count();
    }
    switch (network) {
      case Network.Decoder decoder -> {}
      case Network.InputDecoder decoder ->
          pass.forward().layerInputs().fill(decoder.inputs(), x, batch);
      case Network.AltUp decoder -> {
        pass.forward().layerInputs().fill(decoder.inputs(), x, batch);
        pass.forward().altUp().orElseThrow().spread(decoder.spread(), x, Step.of(batch));
      }
    }
  }

  /** {@code x = scale * table[token]}, from row {@code row} on. */
  private void embed(int[] tokens, int from, int count, float[] x, int row) {
    Network.Embedding embedding = network.embedding();
    for (int t = 0; t < count; t++) {
      int at = (row + t) * width();
      embedding.table().row(tokens[from + t], x, at);
      if (embedding.scale() != 1) {
        kernels.scale(x, at, embedding.scale(), width());
      }
    }
  }

  @Override
  public int layers() {
    return network.blocks().size();
  }

  @Override
  public int width() {
    return network.width();
  }

  @Override
  public long cacheBytes(int length) {
    return cache.bytes(length);
  }

  @Override
  public void embed(int[] tokens, int from, int count, float[] hidden) {
    embed(tokens, from, count, hidden, 0);
  }

  @Override
  public void forwardLayer(int layer, float[] hidden, int count, int position, Sequence sequence) {
    if (layer < 0 || layer >= layers()) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          "layer is %d; the model's layers are 0 to %d".formatted(layer, layers() - 1));
    }
    requirePosition(layer, position, sequence);
    pass.turn().lock();
    try {
      sequence.keepToItself();
      sequence.reserve(position, count);
      pass.forward().workspace().resize(count);
      Step step = Step.of(sequence, position, count);
      pass.forward().block(layer, network.blocks().get(layer), hidden, step, step);
      if (layer == layers() - 1 && network.head().isPresent()) {
        HeadPass.skip(sequence, layers(), position + count); // Nobody asks it for guesses here.
      }
    } finally {
      pass.forward().workspace().release(count);
      pass.turn().unlock();
    }
  }

  private static void requirePosition(int layer, int position, Sequence sequence) {
    int held = sequence.held(layer);
    int earliest = sequence.earliest(layer);
    if (position < 0 || position > held) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          ("position is %d; layer %d holds %d positions: give that, or one of them to replace it"
                  + " and those after it")
              .formatted(position, layer, held));
    }
    if (position > 0 && position < earliest) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          ("position is %d; layer %d sees a window or keeps a state, and what was before is gone:"
                  + " give %d to %d, or 0 to begin anew")
              .formatted(position, layer, earliest, held));
    }
  }

  @Override
  public void logits(float[] hidden, int at, float[] logits) {
    int rows = logits.length / vocabulary;
    pass.inTurn(
        () -> pass.forward().logits(network.output(), hidden, at, Step.runsOf(rows), logits));
  }

  @Override
  public void close() {
    workers.close();
    pages.close();
    storage.close();
  }
}
