package ai.realm.engine;

import ai.realm.kernels.WorkerPool;
import ai.realm.model.Batch;
import ai.realm.model.Cancellation;
import ai.realm.model.LanguageModel;
import ai.realm.model.LayerwiseModel;
import ai.realm.model.cache.PagePool;
import ai.realm.model.cache.Sequence;
import ai.realm.model.cache.Sharing;
import ai.realm.model.net.Pooling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A model that notes the logits of every text, by the first token of its prompt. */
final class RecordingModel implements LanguageModel {
  private final LanguageModel model;

  /** A hash of the bits of each row. */
  private final Map<Integer, List<Integer>> rows = new HashMap<>();

  private Runnable beforeStep = () -> {};
  private int steps;
  private int mostSlices;

  RecordingModel(LanguageModel model) {
    this.model = model;
  }

  /** Runs at the start of every step, on its thread. */
  synchronized void beforeStep(Runnable task) {
    beforeStep = task;
  }

  /** Steps that there were. */
  synchronized int steps() {
    return steps;
  }

  /** The most sequences that were in a step. */
  synchronized int mostSlices() {
    return mostSlices;
  }

  /** Hashes of the rows of the text with this prompt, which are forgotten here. */
  synchronized List<Integer> take(int[] prompt) {
    return rows.remove(prompt[0]);
  }

  @Override
  public boolean forward(Batch batch, float[] results, Cancellation cancellation) {
    Runnable before;
    synchronized (this) {
      steps++;
      mostSlices = Math.max(mostSlices, batch.slices().size());
      before = beforeStep;
    }
    before.run();
    if (!model.forward(batch, results, cancellation)) {
      return false;
    }
    int vocabulary = vocabularySize();
    int at = 0;
    synchronized (this) {
      for (Batch.Slice slice : batch.slices()) {
        for (int row = 0; row < (slice.embedded() ? 0 : slice.wanted()); row++) {
          int hash = Arrays.hashCode(Arrays.copyOfRange(results, at, at + vocabulary));
          rows.computeIfAbsent(slice.tokens()[0], first -> new ArrayList<>()).add(hash);
          at += vocabulary;
        }
      }
    }
    return true;
  }

  @Override
  public void each(int pieces, WorkerPool.Task task) {
    model.each(pieces, task);
  }

  @Override
  public int vocabularySize() {
    return model.vocabularySize();
  }

  @Override
  public int trainedContext() {
    return model.trainedContext();
  }

  @Override
  public Sequence newSequence(int capacity) {
    return model.newSequence(capacity);
  }

  @Override
  public Sequence newSequence(int capacity, Sharing sharing) {
    return model.newSequence(capacity, sharing);
  }

  @Override
  public PagePool pages() {
    return model.pages();
  }

  @Override
  public long sequenceBytes(int length) {
    return model.sequenceBytes(length);
  }

  @Override
  public Optional<LayerwiseModel> layerwise() {
    return model.layerwise();
  }

  @Override
  public Pooling pooling() {
    return model.pooling();
  }

  @Override
  public int width() {
    return model.width();
  }

  @Override
  public int embeddingWidth() {
    return model.embeddingWidth();
  }

  @Override
  public boolean takesWholeTexts() {
    return model.takesWholeTexts();
  }

  @Override
  public float[] project(float[] pooled) {
    return model.project(pooled);
  }

  @Override
  public boolean ranks() {
    return model.ranks();
  }

  @Override
  public double score(float[] pooled) {
    return model.score(pooled);
  }

  @Override
  public void close() {
    model.close();
  }
}
