package ai.realm.engine;

import ai.realm.kernels.Rows;
import ai.realm.model.Batch;
import ai.realm.model.cache.PagePool;
import java.util.List;
import java.util.function.LongSupplier;

/** Counts what a model does. Safe for all threads. */
final class Tally {
  private final LongSupplier clock;
  private final Rate promptRate = new Rate();
  private final Rate textRate = new Rate();
  private long promptTokens;
  private long textTokens;
  private long drafted;
  private long accepted;
  private long preemptions;

  /** With a clock of nanoseconds. */
  Tally(LongSupplier clock) {
    this.clock = clock;
  }

  /** Notes a step that went through the model, and was digested. */
  synchronized void count(Batch step, List<Work> riding) {
    int textRows = 0;
    for (Batch.Slice slice : step.slices()) {
      textRows += slice.rows() == Rows.EACH ? slice.count() : 0;
    }
    int promptRows = step.rows() - textRows;
    int guesses = riding.stream().mapToInt(Work::drafted).sum();
    int held = riding.stream().mapToInt(Work::accepted).sum();
    int made = textRows - guesses + held;
    long now = clock.getAsLong();
    drafted += guesses;
    accepted += held;
    textTokens += made;
    promptTokens += promptRows;
    textRate.add(made, now);
    promptRate.add(promptRows, now);
  }

  /** Notes that work gave its pages back. */
  synchronized void countPreemption() {
    preemptions++;
  }

  /** All of it, with what it does not count. */
  synchronized ModelStats stats(Line.Length line, PagePool.Figures cache) {
    long now = clock.getAsLong();
    return new ModelStats(
        line.running(),
        line.waiting(),
        line.paused(),
        promptTokens,
        textTokens,
        promptRate.perSecond(now),
        textRate.perSecond(now),
        drafted,
        accepted,
        preemptions,
        cache);
  }
}
