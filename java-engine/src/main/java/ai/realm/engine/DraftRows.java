package ai.realm.engine;

import ai.realm.model.Batch;

/** What a draft has computed of one text, and the rows of its next steps for it. */
sealed interface DraftRows permits DraftSequence, HeadRows {
  /** Tokens that it may hold. */
  int capacity();

  /**
   * Makes what it has that of these tokens, but for the last one, behind which logits are wanted.
   *
   * @param length how many there are, from 1 to the capacity
   * @param prompt how many of them are a prompt's
   * @return how many are to be computed; 0 where it cannot guess behind them now
   */
  int follow(int[] tokens, int length, int prompt);

  /**
   * Adds the next tokens of the text to a step, as a prompt's.
   *
   * @return false where the cache has no pages for them
   */
  boolean addPrompt(Batch step, int[] tokens, int count);

  /** Adds the last tokens of the text, behind the last of which logits are wanted; likewise. */
  boolean addText(Batch step, int[] tokens, int count);

  /** Adds a guess, likewise. */
  boolean addGuess(Batch step, int[] guesses, int index);

  /** Gives all pages back that others could have; it may be used again. */
  void close();
}
