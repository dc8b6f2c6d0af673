package ai.realm.engine;

import ai.realm.kernels.WorkerPool;
import ai.realm.model.Batch;
import ai.realm.model.Cancellation;
import ai.realm.model.Guessing;
import ai.realm.model.LanguageModel;
import ai.realm.model.LayerwiseModel;
import ai.realm.model.cache.PagePool;
import ai.realm.model.cache.Sequence;
import ai.realm.model.cache.Sharing;
import ai.realm.model.net.Pooling;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A model that notes the logits of every text, by the first token of its prompt and the position,
 * and then makes it more probable that the text repeats a few tokens, as texts do that can be
 * guessed.
 */
final class RecordingModel implements LanguageModel {
  private final LanguageModel model;
  private final int period;

  /** A hash of the bits of each row: of several at the same position, the last. */
  private final Map<Integer, SortedMap<Integer, Integer>> rows = new HashMap<>();

  private Runnable beforeStep = () -> {};
  private int steps;
  private int mostSlices;
  private int guesses;

  RecordingModel(LanguageModel model) {
    this(model, 5);
  }

  /** One that leaves every so many-th position alone, where a guess that it repeats is wrong. */
  RecordingModel(LanguageModel model, int period) {
    this.model = model;
    this.period = period;
  }

  /** Runs at the start of every step, on its thread. */
  synchronized void beforeStep(Runnable task) {
    beforeStep = task;
  }

  /** Steps that there were. */
  synchronized int steps() {
    return steps;
  }

  /** Rows of a head that there were. */
  synchronized int guesses() {
    return guesses;
  }

  /** The most sequences that were in a step. */
  synchronized int mostSlices() {
    return mostSlices;
  }

  /**
   * Hashes of the rows of the text with this prompt, which are forgotten here. Behind those of the
   * text there may be some of guesses that did not hold.
   */
  synchronized List<Integer> take(int[] prompt) {
    return List.copyOf(rows.remove(prompt[0]).values());
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
          int position = slice.position() + slice.count() - slice.wanted() + row;
          rows.computeIfAbsent(slice.tokens()[0], first -> new TreeMap<>()).put(position, hash);
          repeat(
              results,
              at,
              slice.tokens()[slice.from() + slice.count() - slice.wanted() + row],
              position);
          at += vocabulary;
        }
      }
    }
    return true;
  }

  /** What a head guesses repeats tokens likewise, so that most of its guesses hold. */
  @Override
  public Optional<Guessing> guessing() {
    return model
        .guessing()
        .map(head ->
            (batch, results, cancellation) -> {
              if (!head.guess(batch, results, cancellation)) {
                return false;
              }
              synchronized (this) {
                for (int i = 0; i < batch.slices().size(); i++) {
                  Batch.Slice slice = batch.slices().get(i);
                  int token = slice.tokens()[slice.from()];
                  repeat(results, i * vocabularySize(), token, slice.position());
                  guesses++;
                }
              }
              return true;
            });
  }

  private void repeat(float[] results, int at, int token, int position) {
    if (position % period != 0) {
      float most = Float.NEGATIVE_INFINITY;
      for (int i = 0; i < vocabularySize(); i++) {
        most = Math.max(most, results[at + i]);
      }
      results[at + (token * token + 1) % 8] = most + 3;
    }
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
