package ai.realm.engine;

import java.util.List;
import java.util.Optional;

/** The guesses of a text, and how many of them held. */
final class Speculation {
  /** Rows that a text has in a step at most: as many as read a weight together. */
  static final int MOST_ROWS = 16;

  private final Optional<DraftText> draft;
  private final List<Drafter> free;
  private int drafted;
  private int accepted;

  /**
   * With those who guess.
   *
   * @param draft whose guesses take time to make
   * @param free the others; who comes first is asked first
   */
  Speculation(Optional<DraftText> draft, List<Drafter> free) {
    this.draft = draft;
    this.free = free;
  }

  /** None at all. */
  static Speculation none() {
    return new Speculation(Optional.empty(), List.of());
  }

  /**
   * The draft, if it is to make guesses for the next step: where the others have none that are as
   * probable as its.
   *
   * @param most guesses that there may be
   * @param left tokens that may come
   */
  Optional<DraftText> asking(int[] tokens, int length, int most, int left) {
    return draft.filter(text ->
        free.stream().allMatch(other -> other.chance() < text.chance())
            && text.ask(tokens, length, Math.min(most, MOST_ROWS - 1), left));
  }

  /** Notes that the tokens from {@code from} to {@code length} have joined the text. */
  void grown(int[] tokens, int from, int length) {
    draft.ifPresent(text -> text.grown(tokens, from, length));
    free.forEach(drafter -> drafter.grown(tokens, from, length));
  }

  /** As {@link Drafter#draft}, by the first who has a guess: what the draft made comes first. */
  int draft(int[] tokens, int length, int most, Stake stake) {
    int room = Math.min(most, MOST_ROWS - 1);
    int count = draft.isPresent() ? draft.get().draft(tokens, length, room, stake) : 0;
    for (int i = 0; i < free.size() && count == 0; i++) {
      count = free.get(i).draft(tokens, length, room, stake);
    }
    return count;
  }

  /** Notes that the model has judged some. */
  void judged(int guesses, int held) {
    drafted += guesses;
    accepted += held;
  }

  /** Guesses that the model has judged. */
  int drafted() {
    return drafted;
  }

  /** Those of them that held. */
  int accepted() {
    return accepted;
  }
}
