package ai.realm.model;

import ai.realm.kernels.Rows;
import ai.realm.model.cache.Sequence;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows of one step, each a token: those of a sequence side by side and in order, at the
 * positions that follow what it holds. How a row is computed depends on its part alone, so that
 * what else is in the step changes no bit of it.
 */
public final class Batch {
  /**
   * The rows of one sequence.
   *
   * @param sequence which grows by them, and is in a step only once
   * @param tokens holds the ids
   * @param from index of the first
   * @param position of the first in the sequence
   * @param count how many
   * @param rows how they go through the layers
   * @param wanted how many logits are asked for, of the last of them
   * @param wantedRows how these go on where the others end
   */
  public record Slice(
      Sequence sequence,
      int[] tokens,
      int from,
      int position,
      int count,
      Rows rows,
      int wanted,
      Rows wantedRows) {}

  private final List<Slice> slices = new ArrayList<>();

  /** Tokens of a text as it comes: the logits after each are wanted. */
  public Batch text(Sequence sequence, int[] tokens, int from, int count) {
    return add(sequence, tokens, from, count, Rows.EACH, count, Rows.EACH);
  }

  /** A part of a prompt; after its last one, the logits of the token that the text begins with. */
  public Batch prompt(Sequence sequence, int[] tokens, int from, int count, boolean last) {
    return add(sequence, tokens, from, count, Rows.TOGETHER, last ? 1 : 0, Rows.EACH);
  }

  /** A part of a given text, of which the logits after every token are wanted. */
  public Batch given(Sequence sequence, int[] tokens, int from, int count) {
    return add(sequence, tokens, from, count, Rows.TOGETHER, count, Rows.TOGETHER);
  }

  Batch add(
      Sequence sequence,
      int[] tokens,
      int from,
      int count,
      Rows rows,
      int wanted,
      Rows wantedRows) {
    if (count < 1 || slices.stream().anyMatch(slice -> slice.sequence().equals(sequence))) {
      throw new IllegalArgumentException(
          "a step takes at least one token of a sequence, and each sequence once");
    }
    int position = sequence.length();
    slices.add(new Slice(sequence, tokens, from, position, count, rows, wanted, wantedRows));
    return this;
  }

  /** All rows, by sequences. */
  public List<Slice> slices() {
    return slices;
  }

  /** How many rows of logits are asked for. */
  public int wanted() {
    return slices.stream().mapToInt(Slice::wanted).sum();
  }
}
