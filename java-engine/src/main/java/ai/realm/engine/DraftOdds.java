package ai.realm.engine;

/** How often the guesses of a draft model hold, by how sure it was of them. */
final class DraftOdds {
  /** How sure it is, between one kind of guess and the next. */
  private static final double[] BOUNDS = {0.3, 0.5, 0.7, 0.85, 0.95};

  /** What is thought of these kinds at first. */
  private static final double[] CHANCES = {0.25, 0.4, 0.55, 0.7, 0.85, 0.95};

  /** The same of a guess of which nothing is known yet. */
  private static final double ANY = 0.65;

  private final Odds byKind;
  private final Odds any;

  private DraftOdds(Odds byKind, Odds any) {
    this.byKind = byKind;
    this.any = any;
  }

  /** Before there was a guess. */
  static DraftOdds first() {
    return new DraftOdds(new Odds(CHANCES), new Odds(ANY));
  }

  /** What begins with what is thought here. */
  synchronized DraftOdds copy() {
    double[] chances = new double[CHANCES.length];
    for (int kind = 0; kind < chances.length; kind++) {
      chances[kind] = byKind.of(kind);
    }
    return new DraftOdds(new Odds(chances), new Odds(any.of(0)));
  }

  /** The chance of a guess that is still to be made. */
  double any() {
    return any.of(0);
  }

  /** The chance of one of which the draft was so sure, 0 to 1. */
  double of(double confidence) {
    return byKind.of(kind(confidence));
  }

  /** Notes whether one held. */
  synchronized void note(double confidence, boolean holds) {
    byKind.note(kind(confidence), holds);
    any.note(0, holds);
  }

  private static int kind(double confidence) {
    int kind = 0;
    while (kind < BOUNDS.length && confidence >= BOUNDS[kind]) {
      kind++;
    }
    return kind;
  }
}
