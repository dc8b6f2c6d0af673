package ai.realm.engine;

import ai.realm.engine.GenerationResult.Timings;

/** Measures one generation, from its request on. */
final class Stopwatch {
  private final long requested;
  private long firstToken;
  private boolean sampled;
  private int prefilled;
  private long prefillNanos;
  private int decoded;
  private long decodeNanos;

  /** Starts at {@code requested}, a {@link System#nanoTime}. */
  Stopwatch(long requested) {
    this.requested = requested;
  }

  /** Notes a prefill step of {@code tokens} tokens that began at {@code start}. */
  void prefilled(int tokens, long start) {
    prefilled += tokens;
    prefillNanos += System.nanoTime() - start;
  }

  /** Notes a decode step of {@code tokens} tokens that began at {@code start}. */
  void decoded(int tokens, long start) {
    decoded += tokens;
    decodeNanos += System.nanoTime() - start;
  }

  /** Notes that a token was sampled. */
  void sampled() {
    if (!sampled) {
      firstToken = System.nanoTime();
      sampled = true;
    }
  }

  /** All of it, and how many tokens were guessed, and how many of them held. */
  Timings timings(int drafted, int accepted) {
    return new Timings(
        sampled ? (firstToken - requested) / 1e6 : 0,
        perSecond(prefilled, prefillNanos),
        perSecond(decoded, decodeNanos),
        drafted,
        accepted);
  }

  private static double perSecond(int tokens, long nanos) {
    return tokens == 0 ? 0 : tokens * 1e9 / Math.max(nanos, 1);
  }
}
