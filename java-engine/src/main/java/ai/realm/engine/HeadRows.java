package ai.realm.engine;

import ai.realm.kernels.Rows;
import ai.realm.model.Batch;
import ai.realm.model.cache.Sequence;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A text as the model's own head sees it, which has computed what the model has: it goes on behind
 * the sequence itself, in pages that the next step of the text takes anyway.
 */
final class HeadRows implements DraftRows {
  private final int capacity;
  private final Supplier<Optional<Sequence>> sequences;

  /** Those of which this is the last one, as {@link #follow} saw them. */
  private int length;

  /**
   * Of a text of at most {@code capacity} tokens.
   *
   * @param sequences what the model has of it, once it has begun
   */
  HeadRows(int capacity, Supplier<Optional<Sequence>> sequences) {
    this.capacity = capacity;
    this.sequences = sequences;
  }

  @Override
  public int capacity() {
    return capacity;
  }

  @Override
  public int follow(int[] tokens, int now, int prompt) {
    length = now;
    boolean has =
        sequences
            .get()
            .filter(sequence -> sequence.length() == now - 1 && sequence.known() == now - 1)
            .isPresent();
    return has ? 1 : 0;
  }

  @Override
  public boolean addPrompt(Batch step, int[] tokens, int count) {
    throw new IllegalStateException("the model itself computes prompts for its head");
  }

  @Override
  public boolean addText(Batch step, int[] tokens, int count) {
    return add(step, tokens, length - 1, /* ahead= */ 0);
  }

  @Override
  public boolean addGuess(Batch step, int[] guesses, int index) {
    return add(step, guesses, index, index + 1);
  }

  private boolean add(Batch step, int[] tokens, int from, int ahead) {
    Sequence sequence = sequences.get().orElseThrow();
    if (!sequence.tryReserve(sequence.length(), ahead + 1, Rows.EACH)) {
      return false;
    }
    step.ahead(sequence, tokens, from, ahead);
    return true;
  }

  /** It has no pages of its own. */
  @Override
  public void close() {}
}
