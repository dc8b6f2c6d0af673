package ai.realm.sampling;

import java.util.Map;

/** Adds the caller's bias to single logits; negative infinity bans a token. */
final class LogitBias {
  private final int[] ids;
  private final float[] biases;

  LogitBias(Map<Integer, Float> biasById) {
    ids = biasById.keySet().stream().mapToInt(Integer::intValue).sorted().toArray();
    biases = new float[ids.length];
    for (int i = 0; i < ids.length; i++) {
      biases[i] = biasById.get(ids[i]);
    }
  }

  /** Changes the logits of the biased ids. */
  void apply(float[] logits) {
    for (int i = 0; i < ids.length; i++) {
      // Two large finite numbers must not add up to infinity, which no probability can be made of.
      logits[ids[i]] = Math.min(logits[ids[i]] + biases[i], Float.MAX_VALUE);
    }
  }
}
