package ai.realm.sampling;

import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.Function;

/**
 * Draws the tokens of one sequence, one after the other.
 *
 * <p>The rules apply in llama.cpp's order: bias, penalties, DRY, top-nσ, top-k, typical-p, top-p,
 * min-p, XTC, temperature; Mirostat takes the place of all but bias and temperature. What leaves
 * tokens out sees probabilities at temperature 1. Its arrays are reused from token to token. For
 * one thread at a time.
 */
public final class Sampler {
  private final Filters filters;
  private final Penalties penalties;
  private final Optional<DryPenalty> dry;
  private final Optional<Xtc> xtc;
  private final Optional<DynamicTemperature> dynamic;
  private final boolean mirostat;
  private final Pick pick;
  private final double temperature;
  private final int topK;

  /** Whether the most probable token is taken, whatever else the options say. */
  private final boolean greedy;

  private final RandomNumbers numbers;

  /** Gives the number for each draw. */
  private final DoubleSupplier random;

  private final RecentTokens recent;
  private final Candidates candidates;

  /** Draws of one that draws ahead. */
  private int drawn;

  /** How probable what was drawn last was; of what is always taken, 1. */
  private double chance = 1;

  /**
   * A sampler at the start of a sequence. The ids in the options' bias must be in the vocabulary.
   *
   * @param vocabulary how many tokens there are
   * @param breakers finds how texts come as tokens, where the options have such
   */
  public Sampler(
      SamplingOptions options, int vocabulary, Function<List<String>, DryBreakers> breakers) {
    this(options, vocabulary, breakers, new RandomNumbers(options.seed()));
  }

  /** One that draws these numbers. */
  Sampler(
      SamplingOptions options,
      int vocabulary,
      Function<List<String>, DryBreakers> breakers,
      RandomNumbers numbers) {
    this.numbers = numbers;
    this.random = numbers::next;
    this.recent = new RecentTokens();
    this.candidates = new Candidates();
    OptionalSamplers others = options.others();
    filters = new Filters(options);
    penalties =
        new Penalties(
            options.repeatPenalty(), options.presencePenalty(), options.frequencyPenalty());
    dry =
        others
            .dry()
            .filter(Dry::isOn)
            .map(rule -> new DryPenalty(rule, breakers.apply(rule.breakers())));
    xtc = others.xtc();
    dynamic = others.dynamicTemperature();
    mirostat = others.mirostat().isPresent();
    pick = pick(others, vocabulary);
    temperature = options.temperature();
    topK = options.topK();
    greedy =
        temperature == 0
            && (mirostat
                || options.typicalP() == 1
                    && xtc.isEmpty()
                    && dynamic.isEmpty()
                    && others.adaptiveP().isEmpty());
  }

  /** One that draws ahead of another, with whose arrays it works. */
  private Sampler(Sampler other) {
    filters = other.filters;
    penalties = other.penalties;
    dry = other.dry.map(DryPenalty::copy);
    xtc = other.xtc;
    dynamic = other.dynamic;
    mirostat = other.mirostat;
    pick = other.pick.copy();
    temperature = other.temperature;
    topK = other.topK;
    greedy = other.greedy;
    numbers = other.numbers;
    random = () -> numbers.ahead(drawn++);
    recent = new RecentTokens(other.recent);
    candidates = other.candidates;
  }

  /**
   * A sampler that draws what this one would draw next if these were its logits, by the same random
   * numbers: as guesses are to be drawn, which this one then judges by other logits. This one stays
   * as it is; the other is of use until it draws again.
   */
  public Sampler ahead() {
    return new Sampler(this);
  }

  private static Pick pick(OptionalSamplers others, int vocabulary) {
    if (others.mirostat().isPresent()) {
      return new MirostatPick(others.mirostat().get(), vocabulary);
    }
    return others.adaptiveP().isPresent()
        ? new AdaptivePick(others.adaptiveP().get())
        : new Pick.Proportional();
  }

  /** Notes a token of the sequence, of the prompt or drawn: the penalties see the last 64. */
  public void accept(int id) {
    recent.add(id);
    dry.ifPresent(penalty -> penalty.add(id));
    pick.accept(id);
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
    change(logits, from);
    if (greedy) {
      return mostProbable(logits, from, count);
    }
    leave(logits, from, count);
    double[] weights = weigh();
    int index = draw(weights);
    drawn(index);
    return candidates.id(index);
  }

  /** Changes the logits that single tokens have. */
  void change(float[] logits, int from) {
    filters.bias(logits, from);
    if (!mirostat) {
      penalties.apply(logits, from, recent);
      dry.ifPresent(penalty -> penalty.apply(logits, from));
    }
  }

  /** Leaves the candidates from which one is drawn. */
  void leave(float[] logits, int from, int count) {
    candidates.takeLargest(logits, from, count, mirostat || topK == 0 ? count : topK);
    if (!mirostat) {
      filters.topNSigma(candidates, logits, from, count);
      filters.typicalP(candidates);
      filters.topP(candidates);
      filters.minP(candidates);
      if (xtc.isPresent() && xtc.get().concerns(candidates)) {
        xtc.get().apply(candidates, random.getAsDouble());
      }
    }
  }

  /** How much each candidate counts. */
  double[] weigh() {
    double now = dynamic.isPresent() ? dynamic.get().of(candidates, temperature) : temperature;
    return pick.weigh(candidates, now);
  }

  /** Those that are left. */
  Candidates candidates() {
    return candidates;
  }

  /** Notes that the candidate at this index was drawn. */
  void drawn(int index) {
    pick.drawn(candidates, index);
  }

  /**
   * How probable it seems that what was just drawn is drawn of similar logits too, from 0 to 1: how
   * probable it was; where the most probable is taken, as against the second one.
   *
   * @param logits as {@link #sample} left them
   */
  public double confidence(float[] logits, int from, int count, int drawnId) {
    if (!greedy) {
      return chance;
    }
    float second = Float.NEGATIVE_INFINITY;
    for (int id = 0; id < count; id++) {
      second = id == drawnId ? second : Math.max(second, logits[from + id]);
    }
    return 1 / (1 + Math.exp(second - logits[from + drawnId]));
  }

  /** The index of a candidate, drawn in proportion to its weight. */
  private int draw(double[] weights) {
    int size = candidates.size();
    double total = 0;
    int last = 0;
    for (int i = 0; i < size; i++) {
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
    return taken;
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
