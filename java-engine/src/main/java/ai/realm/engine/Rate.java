package ai.realm.engine;

/** How many a second, lately: what was ten seconds ago counts little more than a third. */
final class Rate {
  private static final double SECONDS = 10;

  private double sum;
  private long last;

  /** Notes some at a time in ns. */
  void add(int count, long now) {
    sum = decayed(now) + count;
    last = now;
  }

  /** At a time in ns. */
  double perSecond(long now) {
    return decayed(now) / SECONDS;
  }

  private double decayed(long now) {
    return sum * Math.exp((last - now) / (SECONDS * 1e9));
  }
}
