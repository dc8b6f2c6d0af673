package ai.realm.engine;

/**
 * Decides which guesses a step takes: one more row makes it longer, and brings a token if the guess
 * holds. A guess is worth it where its chance, for the time of its row, is more than what the step
 * gives for its time without it.
 */
final class Stake {
  /** What a guess has to be better by: chances and times are estimates. */
  private static final double MARGIN = 1.1;

  private double tokens;
  private double time;
  private final double row;
  private final double mostTime;

  /**
   * Of a step without guesses yet; all times are in any one unit.
   *
   * @param tokens that it gives
   * @param time that it takes
   * @param row what each row adds to that
   * @param mostTime that it may take
   */
  Stake(double tokens, double time, double row, double mostTime) {
    this.tokens = tokens;
    this.time = time;
    this.row = row;
    this.mostTime = mostTime;
  }

  /** Of a step that takes no guesses. */
  static Stake none() {
    return new Stake(0, 0, 0, 0);
  }

  /**
   * Whether the step takes a guess; if so, it is in it.
   *
   * @param chance that it holds, and all before it in its text
   * @param making time that it took to make
   */
  boolean takes(double chance, double making) {
    double cost = row + making;
    if (time + cost > mostTime || chance * time <= MARGIN * tokens * cost) {
      return false;
    }
    tokens += chance;
    time += cost;
    return true;
  }
}
