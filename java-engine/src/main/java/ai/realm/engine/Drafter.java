package ai.realm.engine;

/**
 * Guesses how a text goes on, for the model to judge several tokens in one step (Leviathan et al.
 * 2022, arXiv:2211.17192). A text's tokens are drawn from the model's logits all the same, in the
 * same order with the same random numbers, so no guess ever changes it.
 */
sealed interface Drafter permits PromptLookup, Guide, DraftText {

  /** Notes that the tokens from {@code from} to {@code length} have joined the text. */
  void grown(int[] tokens, int from, int length);

  /** How probable its next guess is, 0 to 1; 0 where it has none. */
  double chance();

  /**
   * Guesses the next tokens, as many as the step takes; nothing else has changed by that.
   *
   * @param tokens those of the prompt and the text until {@code length}; the guesses go behind them
   * @param most how many there may be
   * @return how many there are
   */
  int draft(int[] tokens, int length, int most, Stake stake);
}
