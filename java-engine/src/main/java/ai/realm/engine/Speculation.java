package ai.realm.engine;

import java.util.List;

/** The guesses of a text, and how many of them held. */
final class Speculation implements AutoCloseable {
  /** Rows that a text has in a step at most: as many as read a weight together. */
  static final int MOST_ROWS = 16;

  private final List<Drafter> drafters;
  private int drafted;
  private int accepted;

  /** With those who guess; who comes first is asked first. */
  Speculation(List<Drafter> drafters) {
    this.drafters = drafters;
  }

  /** Notes that the tokens from {@code from} to {@code length} have joined the text. */
  void grown(int[] tokens, int from, int length) {
    drafters.forEach(drafter -> drafter.grown(tokens, from, length));
  }

  /** As {@link Drafter#draft}, by the first who has a guess. */
  int draft(int[] tokens, int length, int most, Stake stake) {
    int count = 0;
    for (int i = 0; i < drafters.size() && count == 0; i++) {
      count = drafters.get(i).draft(tokens, length, Math.min(most, MOST_ROWS - 1), stake);
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

  @Override
  public void close() {
    drafters.forEach(Drafter::close);
  }
}
