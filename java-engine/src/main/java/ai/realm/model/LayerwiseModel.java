package ai.realm.model;

/**
 * A model whose forward pass can also be taken apart: {@link #embed}, then {@link #forwardLayer}
 * for each layer in turn, then {@link #logits} compute what {@link #forward} does. A hidden state
 * is the residual stream of one token, {@link #width()} values.
 */
public interface LayerwiseModel extends LanguageModel {

  /** Layers. */
  int layers();

  /** Values of a hidden state. */
  int width();

  /** Bytes that a cache of {@code capacity} tokens takes once it is full. */
  long cacheBytes(int capacity);

  /**
   * What enters layer 0.
   *
   * @param tokens holds the ids, each within the vocabulary
   * @param from index of the first
   * @param count how many
   * @param hidden receives a hidden state for each, from index 0
   */
  void embed(int[] tokens, int from, int count, float[] hidden);

  /**
   * Takes hidden states through one layer.
   *
   * @param layer from 0
   * @param hidden {@code count} hidden states from index 0, which those after the layer replace
   * @param count how many, at least 1
   * @param position of the first in the sequence, at most the number of positions that {@code
   *     cache} holds for this layer; what it holds from there on is replaced
   * @param cache the sequence so far
   * @throws ai.realm.error.EngineException {@code INVALID_ARGUMENT} for a layer that the model does
   *     not have or a position that leaves a gap, {@code CONTEXT_OVERFLOW} if the cache has no
   *     room; then nothing has changed
   */
  void forwardLayer(int layer, float[] hidden, int count, int position, KvCache cache);

  /**
   * The logits after hidden states that have left the last layer.
   *
   * @param hidden holds the states
   * @param at index of the first one's first value
   * @param logits receives a row for each of {@code logits.length / vocabularySize()} states
   */
  void logits(float[] hidden, int at, float[] logits);
}
