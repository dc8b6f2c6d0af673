package ai.realm.engine;

import ai.realm.kernels.Rows;
import ai.realm.model.Batch;
import ai.realm.model.cache.PagePool;
import java.util.function.LongSupplier;

/** Counts what a model does. Safe for all threads. */
final class Tally {
  private final LongSupplier clock;
  private final Rate promptRate = new Rate();
  private final Rate textRate = new Rate();
  private long promptTokens;
  private long textTokens;
  private long preemptions;

  /** With a clock of nanoseconds. */
  Tally(LongSupplier clock) {
    this.clock = clock;
  }

  /** Notes a step that went through the model. */
  synchronized void count(Batch step) {
    int textRows = 0;
    for (Batch.Slice slice : step.slices()) {
      textRows += slice.rows() == Rows.EACH ? slice.count() : 0;
    }
    int promptRows = step.rows() - textRows;
    long now = clock.getAsLong();
    textTokens += textRows;
    promptTokens += promptRows;
    textRate.add(textRows, now);
    promptRate.add(promptRows, now);
  }

  /** Notes that work gave its pages back. */
  synchronized void countPreemption() {
    preemptions++;
  }

  /** All of it, with what it does not count. */
  synchronized ModelStats stats(int running, int waiting, PagePool.Figures cache) {
    long now = clock.getAsLong();
    return new ModelStats(
        running,
        waiting,
        promptTokens,
        textTokens,
        promptRate.perSecond(now),
        textRate.perSecond(now),
        preemptions,
        cache);
  }
}
