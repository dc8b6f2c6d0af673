package ai.realm.sampling;

import java.util.function.DoubleSupplier;

/**
 * Draws the tokens of one sequence, one after the other.
 *
 * <p>The rules apply in llama.cpp's order: bias, penalties, top-k, top-p, min-p, temperature. Top-p
 * and min-p see probabilities at temperature 1. Its arrays are reused from token to token. For one
 * thread at a time.
 */
public final class Sampler {
  private final Filters filters;
  private final Penalties penalties;
  private final double temperature;
  private final int topK;
  private final RandomNumbers numbers;

  /** Gives the number for each draw. */
  private final DoubleSupplier random;

  private final RecentTokens recent;
  private final Candidates candidates;
  private double[] weights;

  /** Draws of one that draws ahead. */
  private int drawn;

  /** How probable what was drawn last was; of temperature 0, 1. */
  private double chance = 1;

  /**
   * A sampler at the start of a sequence. The ids in the options' bias must be in the vocabulary.
   */
  public Sampler(SamplingOptions options) {
    filters = new Filters(options);
    penalties =
        new Penalties(
            options.repeatPenalty(), options.presencePenalty(), options.frequencyPenalty());
    temperature = options.temperature();
    topK = options.topK();
    numbers = new RandomNumbers(options.seed());
    random = numbers::next;
    recent = new RecentTokens();
    candidates = new Candidates();
    weights = new double[0];
  }

  /** One that draws ahead of another, with whose arrays it works. */
  private Sampler(Sampler other) {
    filters = other.filters;
    penalties = other.penalties;
    temperature = other.temperature;
    topK = other.topK;
    numbers = other.numbers;
    random = () -> numbers.ahead(drawn++);
    recent = new RecentTokens(other.recent);
    candidates = other.candidates;
    weights = other.weights;
  }

  /**
   * A sampler that draws what this one would draw next if these were its logits, by the same random
   * numbers: as guesses are to be drawn, which this one then judges by other logits. This one stays
   * as it is; the other is of use until it draws again.
   */
  public Sampler ahead() {
    return new Sampler(this);
  }

  /** Notes a token of the sequence, of the prompt or drawn: the penalties see the last 64. */
  public void accept(int id) {
    recent.add(id);
  }

  /**
   * Draws the next token; {@link #accept} it to continue.
   *
   * @param logits holds a row, one for each token of the vocabulary; bias and penalties change it
   * @param from index of the row's first logit, that of token 0
   * @param count the row's length
   * @return an id in {@code [0, count)}
   * @throws ai.realm.error.EngineException {@code INTERNAL} if a logit is not a number or positive
   *     infinity; {@code INVALID_ARGUMENT} if the bias bans every token
   */
  public int sample(float[] logits, int from, int count) {
    filters.bias(logits, from);
    penalties.apply(logits, from, recent);
    if (temperature == 0) {
      return mostProbable(logits, from, count);
    }
    candidates.takeLargest(logits, from, count, topK == 0 ? count : topK);
    filters.topP(candidates);
    filters.minP(candidates);
    return draw();
  }

  /**
   * How probable it seems that what was just drawn is drawn of similar logits too, from 0 to 1: how
   * probable it was; where the most probable is taken, as against the second one.
   *
   * @param logits as {@link #sample} left them
   */
  public double confidence(float[] logits, int from, int count, int drawnId) {
    if (temperature > 0) {
      return chance;
    }
    float second = Float.NEGATIVE_INFINITY;
    for (int id = 0; id < count; id++) {
      second = id == drawnId ? second : Math.max(second, logits[from + id]);
    }
    return 1 / (1 + Math.exp(second - logits[from + drawnId]));
  }

  /** The id of a candidate, drawn with probability proportional to exp(logit / temperature). */
  private int draw() {
    int size = candidates.size();
    if (weights.length < size) {
      weights = new double[size];
    }
    double largest = candidates.largest();
    double total = 0;
    int last = 0;
    for (int i = 0; i < size; i++) {
      weights[i] = Math.exp((candidates.logit(i) - largest) / temperature);
      total += weights[i];
      last = weights[i] > 0 ? i : last;
    }
    double point = random.getAsDouble() * total;
    int taken = 0;
    // Rounding may leave a rest: it belongs to the last one that can be drawn.
    while (taken < last && (point -= weights[taken]) >= 0) {
      taken++;
    }
    chance = weights[taken] / total;
    return candidates.id(taken);
  }

  /** The id of the largest logit; of equals, the lowest. */
  private static int mostProbable(float[] logits, int from, int count) {
    int best = -1;
    float largest = Float.NEGATIVE_INFINITY;
    for (int id = 0; id < count; id++) {
      float logit = logits[from + id];
      if (logit <= largest) {
        continue;
      }
      // NaN fails every comparison, so it comes here.
      if (!(logit < Float.POSITIVE_INFINITY)) {
        throw Candidates.notFinite(id, logit);
      }
      largest = logit;
      best = id;
    }
    if (best < 0) {
      throw Candidates.allBanned();
    }
    return best;
  }
}
