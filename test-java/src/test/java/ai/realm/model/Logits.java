package ai.realm.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;

/** The logits after every token of a sequence. */
final class Logits {
  private Logits() {}

  /** Of a sequence of its own, {@code batch} tokens a step. */
  static float[][] of(LanguageModel model, int[] ids, int batch) {
    try (KvCache cache = model.newCache(ids.length)) {
      return continued(model, cache, ids, batch);
    }
  }

  /**
   * Of the tokens from {@code cache.length()} on, {@code batch} a step; the rows before are null.
   */
  static float[][] continued(LanguageModel model, KvCache cache, int[] ids, int batch) {
    float[][] rows = new float[ids.length][];
    for (int from = cache.length(); from < ids.length; from += batch) {
      int count = Math.min(batch, ids.length - from);
      float[] logits = new float[count * model.vocabularySize()];
      assertTrue(model.forward(ids, from, count, cache, logits, Cancellation.NONE));
      assertEquals(from + count, cache.length());
      for (int t = 0; t < count; t++) {
        int at = t * model.vocabularySize();
        rows[from + t] = Arrays.copyOfRange(logits, at, at + model.vocabularySize());
      }
    }
    return rows;
  }

  /** Of the last token of each step, for steps of these counts. */
  static float[][] inSteps(LanguageModel model, KvCache cache, int[] ids, int... steps) {
    float[][] rows = new float[steps.length][];
    for (int s = 0; s < steps.length; s++) {
      rows[s] = step(model, cache, ids, steps[s]);
    }
    return rows;
  }

  /** Of the last of the next {@code count} tokens. */
  static float[] step(LanguageModel model, KvCache cache, int[] ids, int count) {
    float[] logits = new float[model.vocabularySize()];
    assertTrue(model.forward(ids, cache.length(), count, cache, logits, Cancellation.NONE));
    return logits;
  }

  /** From the least to the largest of all. */
  static double range(float[][] rows) {
    double least = Double.POSITIVE_INFINITY;
    double largest = Double.NEGATIVE_INFINITY;
    for (float[] row : rows) {
      for (float value : row) {
        least = Math.min(least, value);
        largest = Math.max(largest, value);
      }
    }
    return largest - least;
  }
}
