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
  private final LogitBias bias;
  private final Penalties penalties;
  private final double temperature;
  private final int topK;
  private final TopP topP;
  private final MinP minP;
  private final SplittableRandom random;
  private final RecentTokens recent = new RecentTokens();
  private final Candidates candidates = new Candidates();
  private final Draw draw = new Draw();

  /**
   * A sampler at the start of a sequence. The ids in the options' bias must be in the vocabulary.
   */
  public Sampler(SamplingOptions options) {
    bias = new LogitBias(options.logitBias());
    penalties =
        new Penalties(
            options.repeatPenalty(), options.presencePenalty(), options.frequencyPenalty());
    temperature = options.temperature();
    topK = options.topK();
    topP = new TopP(options.topP());
    minP = new MinP(options.minP());
    random = new SplittableRandom(options.seed());
  }

  /** Notes a token of the sequence, of the prompt or drawn: the penalties see the last 64. */
  public void accept(int id) {
    recent.add(id);
  }

  /**
   * Draws the next token; {@link #accept} it to continue.
   *
   * @param logits one for each token of the vocabulary; bias and penalties change them
   * @return an id in {@code [0, logits.length)}
   * @throws ai.realm.error.EngineException {@code INTERNAL} if a logit is not a number or positive
   *     infinity; {@code INVALID_ARGUMENT} if the bias bans every token
   */
  public int sample(float[] logits) {
    bias.apply(logits);
    penalties.apply(logits, recent);
    if (temperature == 0) {
      return mostProbable(logits);
    }
    candidates.takeLargest(logits, 0, logits.length, topK == 0 ? logits.length : topK);
    topP.apply(candidates);
    minP.apply(candidates);
    return draw.from(candidates, temperature, random);
  }

  /** The id of the largest logit; of equals, the lowest. */
  private static int mostProbable(float[] logits) {
    int best = -1;
    float largest = Float.NEGATIVE_INFINITY;
    for (int id = 0; id < logits.length; id++) {
      float logit = logits[id];
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
