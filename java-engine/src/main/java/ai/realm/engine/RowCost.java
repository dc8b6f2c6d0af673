package ai.realm.engine;

/**
 * What a step of texts takes, as a line: {@code time = fixed + rows * each}. Reading the weights is
 * the same for any number of rows, the arithmetic is each row's own; how they compare depends on
 * the machine, the model and what else runs, so it is measured, and the latest steps count most.
 */
final class RowCost {
  /** What is taken for {@code each / (fixed + each)} at first. */
  private static final double FIRST_SHARE = 0.5;

  /** Bounds of it. */
  private static final double LEAST_SHARE = 0.03;

  private static final double MOST_SHARE = 1;

  /** What each step counts less than the one after it. */
  private static final double MEMORY = 0.98;

  /** Of the rows' variance, as if there had been steps that say {@link #FIRST_SHARE}. */
  private static final double FIRST_WEIGHT = 2;

  /** With others in a step, guesses may make it longer by this part of it. */
  static final double OTHERS_WAIT = 0.25;

  /** Sums over the steps: of 1, rows, rows², times in ns, and rows * times. */
  private double steps;

  private double rows;
  private double rowsSquared;
  private double times;
  private double rowTimes;

  /** Notes a step of texts alone. */
  void note(int count, long nanos) {
    steps = MEMORY * steps + 1;
    rows = MEMORY * rows + count;
    rowsSquared = MEMORY * rowsSquared + (double) count * count;
    times = MEMORY * times + nanos;
    rowTimes = MEMORY * rowTimes + (double) count * nanos;
  }

  /** What a row adds to a step, in steps of one row. */
  double share() {
    if (times == 0) {
      return FIRST_SHARE;
    }
    double meanRows = rows / steps;
    double meanTime = times / steps;
    double variance = rowsSquared - meanRows * rows;
    double covariance = rowTimes - meanRows * times;
    double first = FIRST_SHARE * meanTime / (1 + FIRST_SHARE * (meanRows - 1));
    double each = (covariance + FIRST_WEIGHT * first) / (variance + FIRST_WEIGHT);
    double one = meanTime - each * (meanRows - 1);
    return one <= 0 ? MOST_SHARE : Math.clamp(each / one, LEAST_SHARE, MOST_SHARE);
  }

  /** What a step of one row takes, in ns; 0 before there was one. */
  double oneRow() {
    double meanRows = steps == 0 ? 1 : rows / steps;
    return steps == 0 ? 0 : times / steps / (1 + share() * (meanRows - 1));
  }

  /**
   * Whether a step of {@code texts} texts should have a row more, since none has shown yet what
   * that adds: until then it is thought to be much, and nothing that costs more would be tried.
   */
  boolean wantsTrial(int texts) {
    if (steps == 0) {
      return true;
    }
    double meanRows = rows / steps;
    return rowsSquared - meanRows * rows < FIRST_WEIGHT && meanRows < texts + 0.5;
  }

  /** What a step of so many rows takes, in ns; 0 before there was one. */
  double time(int rows) {
    return oneRow() * (1 + share() * (rows - 1));
  }

  /** For the guesses of a step of {@code texts} texts, at least 1. */
  Stake stake(int texts) {
    double share = share();
    double time = 1 + share * (texts - 1);
    return new Stake(texts, time, share, texts == 1 ? Double.MAX_VALUE : (1 + OTHERS_WAIT) * time);
  }
}
