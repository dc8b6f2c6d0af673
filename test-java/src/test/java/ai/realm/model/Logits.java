package ai.realm.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.kernels.Rows;
import ai.realm.model.cache.Sequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** The logits after every token of a sequence. */
final class Logits {
  private Logits() {}

  /**
   * A step of one sequence: a single token is a text's, several a prompt's.
   *
   * @param logits receives those after the last tokens, as many rows as it has room for
   */
  static boolean forward(
      LanguageModel model,
      int[] ids,
      int from,
      int count,
      Sequence sequence,
      float[] logits,
      Cancellation cancellation) {
    int wanted = logits.length / model.vocabularySize();
    Batch step = new Batch().add(sequence, ids, from, count, rows(count), wanted, rows(wanted));
    return model.forward(step, logits, cancellation);
  }

  private static Rows rows(int count) {
    return count == 1 ? Rows.EACH : Rows.TOGETHER;
  }

  /** Of a sequence of its own, {@code batch} tokens a step. */
  static float[][] of(LanguageModel model, int[] ids, int batch) {
    try (Sequence sequence = model.newSequence(ids.length)) {
      return continued(model, sequence, ids, batch);
    }
  }

  /**
   * Of the tokens from {@code sequence.length()} on, {@code batch} a step; the rows before are
   * null.
   */
  static float[][] continued(LanguageModel model, Sequence sequence, int[] ids, int batch) {
    float[][] rows = new float[ids.length][];
    for (int from = sequence.length(); from < ids.length; from += batch) {
      int count = Math.min(batch, ids.length - from);
      float[] logits = new float[count * model.vocabularySize()];
      assertTrue(forward(model, ids, from, count, sequence, logits, Cancellation.NONE));
      assertEquals(from + count, sequence.length());
      for (int t = 0; t < count; t++) {
        int at = t * model.vocabularySize();
        rows[from + t] = Arrays.copyOfRange(logits, at, at + model.vocabularySize());
      }
    }
    return rows;
  }

  /**
   * Of several sequences in the same steps; those that are null stay so.
   *
   * @param pieces how many tokens of each sequence a step has, in turn
   */
  static float[][][] inOneBatch(LanguageModel model, int[][] sequences, int... pieces) {
    List<Sequence> open = new ArrayList<>();
    float[][][] rows = new float[sequences.length][][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = sequences[i] == null ? null : new float[sequences[i].length][];
      open.add(sequences[i] == null ? null : model.newSequence(sequences[i].length));
    }
    while (true) {
      Batch step = new Batch();
      List<Integer> taken = new ArrayList<>();
      for (int i = 0; i < rows.length; i++) {
        int from = rows[i] == null ? 0 : open.get(i).length();
        int count =
            rows[i] == null ? 0 : Math.min(pieces[i % pieces.length], rows[i].length - from);
        if (count > 0) {
          step.add(open.get(i), sequences[i], from, count, rows(count), count, rows(count));
          taken.add(i);
        }
      }
      if (taken.isEmpty()) {
        break;
      }
      float[] logits = new float[step.logits() * model.vocabularySize()];
      assertTrue(model.forward(step, logits, Cancellation.NONE));
      int at = 0;
      for (Batch.Slice slice : step.slices()) {
        int i = taken.get(step.slices().indexOf(slice));
        for (int t = 0; t < slice.count(); t++, at += model.vocabularySize()) {
          rows[i][slice.from() + t] = Arrays.copyOfRange(logits, at, at + model.vocabularySize());
        }
      }
    }
    open.stream().filter(Objects::nonNull).forEach(Sequence::close);
    return rows;
  }

  /** Of the last token of each step, for steps of these counts. */
  static float[][] inSteps(LanguageModel model, Sequence sequence, int[] ids, int... steps) {
    float[][] rows = new float[steps.length][];
    for (int s = 0; s < steps.length; s++) {
      rows[s] = step(model, sequence, ids, steps[s]);
    }
    return rows;
  }

  /** Of the last of the next {@code count} tokens. */
  static float[] step(LanguageModel model, Sequence sequence, int[] ids, int count) {
    float[] logits = new float[model.vocabularySize()];
    int from = sequence.length();
    assertTrue(forward(model, ids, from, count, sequence, logits, Cancellation.NONE));
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
