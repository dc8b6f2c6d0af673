package ai.realm.engine;

/** How often guesses hold, by what speaks for them; the latest count most. */
final class Odds {
  /** Guesses that what is thought of them at first weighs as much as. */
  private static final double FIRST_WEIGHT = 4;

  /** What each guess counts less than the one after it: some forty are remembered. */
  private static final double MEMORY = 0.975;

  private final double[] seen;
  private final double[] held;

  /**
   * What is thought of each kind of guess before there was any.
   *
   * @param chances 0 to 1, by kind
   */
  Odds(double... chances) {
    seen = new double[chances.length];
    held = new double[chances.length];
    for (int kind = 0; kind < chances.length; kind++) {
      seen[kind] = FIRST_WEIGHT;
      held[kind] = FIRST_WEIGHT * chances[kind];
    }
  }

  /** The chance that a guess of this kind holds, 0 to 1. */
  double of(int kind) {
    return held[kind] / seen[kind];
  }

  /** Notes whether one did. */
  void note(int kind, boolean holds) {
    seen[kind] = MEMORY * seen[kind] + 1;
    held[kind] = MEMORY * held[kind] + (holds ? 1 : 0);
  }
}
