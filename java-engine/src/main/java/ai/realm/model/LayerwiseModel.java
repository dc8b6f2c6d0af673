package ai.realm.model;

import ai.realm.model.cache.Sequence;

/**
 * A model's forward pass, taken apart: {@link #embed}, then {@link #forwardLayer} for each layer in
 * turn, then {@link #logits} compute what {@link LanguageModel#forward} does. A hidden state is the
 * residual stream of one token, {@link #width()} values.
 */
public interface LayerwiseModel extends LanguageModel {

  /** Layers. */
  int layers();

  /** Values of a hidden state. */
  @Override
  int width();

  /** Bytes that a sequence of {@code length} tokens takes that keeps all of them in all layers. */
  long cacheBytes(int length);

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
   *     sequence} holds for this layer; what it holds from there on is replaced
   * @param sequence the tokens so far
   * @throws ai.realm.error.EngineException {@code INVALID_ARGUMENT} for a layer that the model does
   *     not have, a position that leaves a gap, or one before which a window's keys and values or a
   *     recurrent layer's state are gone, {@code CONTEXT_OVERFLOW} if the sequence has no room;
   *     then nothing has changed
   */
  void forwardLayer(int layer, float[] hidden, int count, int position, Sequence sequence);

  /**
   * The logits after hidden states that have left the last layer.
   *
   * @param hidden holds the states
   * @param at index of the first one's first value
   * @param logits receives a row for each of {@code logits.length / vocabularySize()} states
   */
  void logits(float[] hidden, int at, float[] logits);
}
