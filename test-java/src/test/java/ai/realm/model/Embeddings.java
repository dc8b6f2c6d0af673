package ai.realm.model;

import ai.realm.model.cache.Sequence;
import ai.realm.model.net.Pooling;
import java.util.ArrayList;
import java.util.List;

/** Vectors of token ids, pooled by the tests themselves. */
final class Embeddings {
  private Embeddings() {}

  /** The states of several texts, a row a token, all in one step. */
  static float[][][] states(TextEncoder model, int[]... texts) {
    Batch batch = new Batch();
    List<Sequence> sequences = new ArrayList<>();
    for (int[] ids : texts) {
      sequences.add(model.newSequence(ids.length));
      batch.embedded(sequences.getLast(), ids, 0, ids.length);
    }
    float[] rows = new float[batch.states() * model.width()];
    if (!model.forward(batch, rows, () -> false)) {
      throw new AssertionError("cancelled by nobody");
    }
    sequences.forEach(Sequence::close);
    float[][][] states = new float[texts.length][][];
    int at = 0;
    for (int i = 0; i < texts.length; i++) {
      states[i] = new float[texts[i].length][model.width()];
      for (float[] row : states[i]) {
        System.arraycopy(rows, at, row, 0, row.length);
        at += row.length;
      }
    }
    return states;
  }

  /** A text's vector, of any length, from its states. */
  static float[] vector(TextEncoder model, float[][] states) {
    return model.project(pooled(model, states));
  }

  /** Its state, pooled as its model's file says. */
  static float[] pooled(TextEncoder model, float[][] states) {
    if (model.pooling() == Pooling.LAST) {
      return states[states.length - 1];
    }
    if (model.pooling() == Pooling.CLS) {
      return states[0];
    }
    float[] mean = new float[model.width()];
    for (int i = 0; i < mean.length; i++) {
      double sum = 0;
      for (float[] state : states) {
        sum += state[i];
      }
      mean[i] = (float) (sum / states.length);
    }
    return mean;
  }
}
