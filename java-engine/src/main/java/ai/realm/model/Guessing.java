package ai.realm.model;

/** A model's own head, which guesses how its sequences go on. */
@FunctionalInterface
public interface Guessing {
  /**
   * The logits behind tokens that the sequences do not hold yet: the next one of each, or a guess
   * that follows others of the same sequence, whose rows were computed by this since it was last
   * changed.
   *
   * @param batch rows as {@link Batch#ahead} adds them, for which, and those before them, pages
   *     were taken as for rows of a text that are kept one by one
   * @param results receives a row of logits for each
   * @param cancellation asked before it begins
   * @return false if cancelled; the sequences hold no more than before in any case
   */
  boolean guess(Batch batch, float[] results, Cancellation cancellation);
}
