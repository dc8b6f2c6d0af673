package ai.realm.engine;

import java.util.function.LongSupplier;

/**
 * Shares the time between the texts that decode and the prompts that wait: a step with rows of
 * prompts takes many times as long as one of texts alone. Prompts get half of the time, or as much
 * as there are of them among all, if that is more; after a step with some of their rows, texts go
 * on alone until they had the rest. So a long prompt takes at most half of the texts' speed, and
 * many prompts are not held up by a few texts.
 */
final class Pace {
  /** A step of prompts that took this many steps of texts, or more, is taken for one of these. */
  private static final double MOST_OWED_STEPS = 64;

  private final LongSupplier clock;
  private long begun;

  /** The last step of texts alone, in ns. */
  private double textStep;

  /** Time that texts shall have before the next rows of a prompt, in ns. */
  private double owed;

  /** With a clock of nanoseconds. */
  Pace(LongSupplier clock) {
    this.clock = clock;
  }

  /** Whether the next step may have rows of prompts beside those of {@code texts} texts. */
  boolean takesPrompts(int texts) {
    return texts == 0 || owed <= 0;
  }

  /** Notes the begin of a step. */
  void begin() {
    begun = clock.getAsLong();
  }

  /**
   * Notes its end.
   *
   * @param texts that were in it
   * @param promptRows whether rows of prompts were in it
   * @param prompts that waited, or were in it
   */
  void end(int texts, boolean promptRows, int prompts) {
    double time = clock.getAsLong() - begun;
    if (texts == 0) {
      owed = 0;
    } else if (promptRows) {
      double share = Math.max(0.5, (double) prompts / (prompts + texts));
      double ofPrompts = Math.max(0, time - textStep);
      owed = Math.min(ofPrompts * (1 - share) / share - textStep, MOST_OWED_STEPS * textStep);
    } else {
      textStep = time;
      owed -= time;
    }
  }
}
