package ai.realm.model.cache;

import ai.realm.kernels.AttentionShape;

/** What a sequence keeps of one layer. */
public sealed interface LayerMemory {
  /** Keys and values of each position, of which queries see as many as {@code shape} says. */
  record KeysAndValues(AttentionShape shape) implements LayerMemory {}

  /**
   * A state of fixed size, which each token changes.
   *
   * @param values of f32, at least 1
   */
  record State(int values) implements LayerMemory {
    long bytes() {
      return (long) values * Float.BYTES;
    }
  }

  /** Nothing: tokens do not see each other there, or they see what an earlier layer keeps. */
  record Nothing() implements LayerMemory {}
}
