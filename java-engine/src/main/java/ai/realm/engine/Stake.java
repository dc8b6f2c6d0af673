package ai.realm.engine;

import java.util.function.IntToDoubleFunction;

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
  private double mostTime;

  /** Texts in the step. */
  private final int texts;

  /**
   * Of a step without guesses yet; all times are in any one unit.
   *
   * @param texts in it, each of which gives a token
   * @param time that it takes
   * @param row what each row adds to that
   * @param mostTime that it may take
   */
  Stake(int texts, double time, double row, double mostTime) {
    this.texts = texts;
    this.tokens = texts;
    this.time = time;
    this.row = row;
    this.mostTime = mostTime;
  }

  /** Of a step that takes no guesses. */
  static Stake none() {
    return new Stake(0, 0, 0, 0);
  }

  /** Takes a guess whatever it costs, to find out what that is. */
  void tries(double chance) {
    tokens += chance;
    time += row;
  }

  /**
   * Whether the step takes a guess that is there; if so, it is in it.
   *
   * @param chance that it holds, and all before it in its text
   */
  boolean takes(double chance) {
    if (time + row > mostTime || !betters(chance, row)) {
      return false;
    }
    tokens += chance;
    time += row;
    return true;
  }

  /**
   * For how many texts it is worth it to make one more guess each, which takes time before the
   * step. Where all texts of the step have a part in that, none waits for others.
   *
   * @param chances of the guesses, the greatest first
   * @param making what it takes to make so many, the first ones
   */
  int worth(double[] chances, IntToDoubleFunction making) {
    int best = 0;
    double bestRate = 0;
    double more = 0;
    for (int count = 1; count <= chances.length; count++) {
      more += chances[count - 1];
      double cost = making.applyAsDouble(count) + count * row;
      double rate = (tokens + more) / (time + cost);
      boolean soon = count == texts || time + cost <= mostTime;
      if (soon && rate > bestRate && betters(more, cost)) {
        best = count;
        bestRate = rate;
      }
    }
    return best;
  }

  /** Notes that guesses of so many texts were made; each is still to be {@link #takes taken}. */
  void made(int count, double making) {
    time += making;
    if (count == texts && texts > 1) {
      mostTime = Math.max(mostTime, (1 + RowCost.OTHERS_WAIT) * (time + count * row));
    }
  }

  /** Whether a guess is worth it for a text that has a step for itself. */
  boolean pays(double chance, double making) {
    return chance > MARGIN * (row + making);
  }

  /**
   * What guesses save of a token's time for a text that has steps for itself, in steps of one row.
   *
   * @param chance of each, if those before it hold
   * @param making what each takes to make
   * @param most of them in a step
   */
  double saving(double chance, double making, int most) {
    double given = 1;
    double rate = 1;
    double all = 1;
    for (int count = 1; count <= most; count++) {
      all *= chance;
      given += all;
      rate = Math.max(rate, given / (1 + count * (row + making)));
    }
    return 1 - 1 / rate;
  }

  private boolean betters(double more, double cost) {
    return more * time > MARGIN * tokens * cost;
  }
}
