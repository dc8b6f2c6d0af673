package ai.realm.sampling;

import java.util.SplittableRandom;

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
  private final SplittableRandom random;
  private final RecentTokens recent = new RecentTokens();
  private final Candidates candidates = new Candidates();
  private double[] weights = new double[0];

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
    random = new SplittableRandom(options.seed());
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
    double point = random.nextDouble() * total;
    for (int i = 0; i < last; i++) {
      point -= weights[i];
      if (point < 0) {
        return candidates.id(i);
      }
    }
    // Rounding may leave a rest: it belongs to the last one that can be drawn.
    return candidates.id(last);
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
