package ai.realm.model;

import ai.realm.kernels.Rows;
import ai.realm.model.cache.Sequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The rows of one step, each a token: those of a sequence side by side and in order, at the
 * positions that follow what it holds, or those where guesses stand. How a row is computed depends
 * on its part alone, so that what else is in the step changes no bit of it.
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
   * @param wanted of how many, the last of them, the results are asked for
   * @param wantedRows how these go on where the others end
   * @param embedded whether their results are states, or else logits
   */
  public record Slice(
      Sequence sequence,
      int[] tokens,
      int from,
      int position,
      int count,
      Rows rows,
      int wanted,
      Rows wantedRows,
      boolean embedded) {}

  private final List<Slice> slices = new ArrayList<>();
  private int embeddedSlices;
  private int rows;
  private int logits;
  private int states;

  /** Tokens of a text as it comes: the logits after each are wanted. */
  public Batch text(Sequence sequence, int[] tokens, int from, int count) {
    return text(sequence, tokens, from, count, count);
  }

  /** The same, of which the logits after the last {@code wanted} are. */
  public Batch text(Sequence sequence, int[] tokens, int from, int count, int wanted) {
    return add(sequence, tokens, from, count, Rows.EACH, wanted, Rows.EACH);
  }

  /** A part of a prompt; after its last one, the logits of the token that the text begins with. */
  public Batch prompt(Sequence sequence, int[] tokens, int from, int count, boolean last) {
    return add(sequence, tokens, from, count, Rows.TOGETHER, last ? 1 : 0, Rows.EACH);
  }

  /** A part of a given text, of which the logits after every token are wanted. */
  public Batch given(Sequence sequence, int[] tokens, int from, int count) {
    return add(sequence, tokens, from, count, Rows.TOGETHER, count, Rows.TOGETHER);
  }

  /** A part of a text that is embedded: its states are wanted instead of logits. */
  public Batch embedded(Sequence sequence, int[] tokens, int from, int count) {
    int position = sequence.length();
    Rows together = Rows.TOGETHER;
    return add(
        new Slice(
            sequence,
            tokens,
            from,
            position,
            count,
            together,
            count,
            together,
            /* embedded= */ true));
  }

  /**
   * Tokens that the sequence knows, but that it does not hold: the next of those that go through
   * products in the same way.
   *
   * @param most of them at most
   * @param wanted the logits after how many of them, the last ones
   */
  public Batch again(Sequence sequence, int most, int wanted) {
    int from = sequence.length();
    int[] tokens = new int[sequence.alike(from, Math.min(sequence.known(), from + most))];
    Arrays.setAll(tokens, i -> sequence.token(from + i));
    return add(sequence, tokens, 0, tokens.length, sequence.rows(from), wanted, Rows.EACH);
  }

  /**
   * A token that is guessed on from, of which the logits after it are wanted.
   *
   * @param ahead how many positions behind what the sequence holds it is
   */
  public Batch ahead(Sequence sequence, int[] tokens, int from, int ahead) {
    int position = sequence.length() + ahead;
    Rows each = Rows.EACH;
    return add(
        new Slice(sequence, tokens, from, position, 1, each, 1, each, /* embedded= */ false));
  }

  Batch add(
      Sequence sequence,
      int[] tokens,
      int from,
      int count,
      Rows kind,
      int wanted,
      Rows wantedRows) {
    int position = sequence.length();
    return add(
        new Slice(
            sequence,
            tokens,
            from,
            position,
            count,
            kind,
            wanted,
            wantedRows,
            /* embedded= */ false));
  }

  private Batch add(Slice slice) {
    if (slice.count() < 1
        || slices.stream().anyMatch(other -> other.sequence().equals(slice.sequence()))) {
      throw new IllegalArgumentException(
          "a step takes at least one token of a sequence, and each sequence once");
    }
    if (slice.embedded()) {
      slices.add(slice);
      embeddedSlices++;
      states += slice.wanted();
    } else {
      slices.add(slices.size() - embeddedSlices, slice);
      logits += slice.wanted();
    }
    rows += slice.count();
    return this;
  }

  /** All rows, by sequences: in the order in which they came, those that are embedded last. */
  public List<Slice> slices() {
    return slices;
  }

  /** How many rows there are. */
  public int rows() {
    return rows;
  }

  /** How many rows of logits are asked for. */
  public int logits() {
    return logits;
  }

  /** How many states are asked for. */
  public int states() {
    return states;
  }
}
