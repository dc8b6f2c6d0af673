package ai.realm.model;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.kernels.Kernels;
import ai.realm.kernels.WorkerPool;
import ai.realm.model.cache.CacheShape;
import ai.realm.model.cache.Sequence;
import ai.realm.model.net.Block;
import ai.realm.model.net.Network;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** A decoder: token embeddings, blocks, logits. Calls from several threads take turns. */
final class Decoder implements LayerwiseModel {
  private final Network.Decoder network;
  private final int trainedContext;
  private final CacheShape cache;
  private final Arena storage;
  private final Kernels kernels;
  private final WorkerPool pool;
  private final Forward forward;
  private final int vocabulary;

  /** Fair, so that work in many small calls, as layer by layer, gets its turn beside a long one. */
  private final ReentrantLock turn = new ReentrantLock(true);

  /**
   * Puts a model together; closing it closes the pool and the storage.
   *
   * @param trainedContext tokens of context that it was trained for
   * @param cache what its sequences keep
   * @param storage of its weights
   */
  Decoder(
      Network.Decoder network,
      int trainedContext,
      CacheShape cache,
      Arena storage,
      Kernels kernels,
      WorkerPool pool) {
    this.network = network;
    this.trainedContext = trainedContext;
    this.cache = cache;
    this.storage = storage;
    this.kernels = kernels;
    this.pool = pool;
    this.forward = new Forward(network, kernels, pool);
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
    return new Sequence(cache, capacity);
  }

  @Override
  public long sequenceBytes(int length) {
    return cache.bytesInSteps(length);
  }

  @Override
  public Optional<LayerwiseModel> layerwise() {
    return Optional.of(this);
  }

  @Override
  public boolean forward(Batch batch, float[] logits, Cancellation cancellation) {
    List<Block> blocks = network.blocks();
    Step all = Step.of(batch);
    Step wanted = Step.wanted(batch);
    boolean complete = false;
    turn.lock();
    try {
      all.parts().forEach(part -> part.sequence().reserve(part.position(), part.count()));
      forward.workspace().resize(all.count());
      float[] x = forward.workspace().x;
      embed(batch, x);
      for (int l = 0; l < blocks.size(); l++) {
        if (cancellation.requested()) {
          return false;
        }
        boolean last = l == blocks.size() - 1;
        forward.block(l, blocks.get(l), x, all, last ? wanted : all);
      }
      if (wanted.count() > 0) {
        forward.logits(network.output(), x, 0, wanted.runs(), logits);
      }
      complete = true;
      return true;
    } finally {
      if (!complete) {
        all.parts().forEach(part -> part.sequence().truncate(part.position()));
      }
      forward.workspace().release(all.count());
      turn.unlock();
    }
  }

  private void embed(Batch batch, float[] x) {
    int row = 0;
    for (Batch.Slice slice : batch.slices()) {
      embed(slice.tokens(), slice.from(), slice.count(), x, row);
      row += slice.count();
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
    turn.lock();
    try {
      sequence.reserve(position, count);
      forward.workspace().resize(count);
      Step step = Step.of(sequence, position, count);
      forward.block(layer, network.blocks().get(layer), hidden, step, step);
    } finally {
      forward.workspace().release(count);
      turn.unlock();
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
          ("position is %d; layer %d sees a window, and what is behind it is gone: give %d to %d,"
                  + " or 0 to begin anew")
              .formatted(position, layer, earliest, held));
    }
  }

  @Override
  public void logits(float[] hidden, int at, float[] logits) {
    int rows = logits.length / vocabulary;
    turn.lock();
    try {
      forward.logits(network.output(), hidden, at, Step.runs(rows), logits);
    } finally {
      turn.unlock();
    }
  }

  @Override
  public void close() {
    pool.close();
    storage.close();
  }
}
