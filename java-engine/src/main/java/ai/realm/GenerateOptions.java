package ai.realm;

import ai.realm.engine.Claim;
import ai.realm.engine.Format;
import ai.realm.engine.GenerationRules;
import ai.realm.model.cache.Sharing;
import ai.realm.sampling.AdaptiveP;
import ai.realm.sampling.Dry;
import ai.realm.sampling.DynamicTemperature;
import ai.realm.sampling.Mirostat;
import ai.realm.sampling.OptionalSamplers;
import ai.realm.sampling.SamplingChoice;
import ai.realm.sampling.Xtc;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How a text is generated. Each method sets an option and returns these options; {@link
 * Model#generate} refuses what is out of range with {@code INVALID_ARGUMENT}. What a model's file
 * recommends ({@code general.sampling.temp}, {@code top_k}, {@code top_p}, {@code min_p}, {@code
 * penalty_repeat}) comes before the defaults given here.
 */
public final class GenerateOptions {
  private OptionalInt maxTokens = OptionalInt.empty();
  private OptionalDouble temperature = OptionalDouble.empty();
  private OptionalInt topK = OptionalInt.empty();
  private OptionalDouble topP = OptionalDouble.empty();
  private OptionalDouble minP = OptionalDouble.empty();
  private OptionalDouble typicalP = OptionalDouble.empty();
  private OptionalDouble topNSigma = OptionalDouble.empty();
  private Optional<Dry> dry = Optional.empty();
  private Optional<Xtc> xtc = Optional.empty();
  private Optional<DynamicTemperature> dynamicTemperature = Optional.empty();
  private Optional<Mirostat> mirostat = Optional.empty();
  private Optional<AdaptiveP> adaptiveP = Optional.empty();
  private OptionalDouble repeatPenalty = OptionalDouble.empty();
  private OptionalDouble presencePenalty = OptionalDouble.empty();
  private OptionalDouble frequencyPenalty = OptionalDouble.empty();
  private Map<Integer, Float> logitBias = Map.of();
  private OptionalLong seed = OptionalLong.empty();
  private List<String> stop = List.of();
  private Optional<Format> format = Optional.empty();
  private OptionalInt logprobs = OptionalInt.empty();
  private String tenant = "";
  private int priority;
  private OptionalLong deadlineMs = OptionalLong.empty();
  private Sharing.Among cache = Sharing.Among.TENANT;
  private boolean speculation = true;
  private boolean special = true;
  private boolean addBos = true;

  /** The most tokens to make, 1 or more; by default until the text or the context ends. */
  public GenerateOptions maxTokens(int tokens) {
    maxTokens = OptionalInt.of(tokens);
    return this;
  }

  /** Divides the logits; 0 always takes the most probable token; 0 to 100, by default 0.8. */
  public GenerateOptions temperature(double value) {
    temperature = OptionalDouble.of(value);
    return this;
  }

  /** Draws from the k most probable tokens; 0 draws from all; by default 40. */
  public GenerateOptions topK(int k) {
    topK = OptionalInt.of(k);
    return this;
  }

  /**
   * Draws from the fewest tokens whose probabilities reach p together; 1 draws from all, 0 takes
   * the most probable one; 0 to 1, by default 0.95.
   */
  public GenerateOptions topP(double p) {
    topP = OptionalDouble.of(p);
    return this;
  }

  /**
   * Leaves out tokens less probable than p times the most probable one; 0 to 1, by default 0.05.
   */
  public GenerateOptions minP(double p) {
    minP = OptionalDouble.of(p);
    return this;
  }

  /**
   * Draws from the tokens whose surprise is nearest to what is to be expected, the fewest whose
   * probabilities are more than p together; 0 to 1, by default 1, which draws from all.
   */
  public GenerateOptions typicalP(double p) {
    typicalP = OptionalDouble.of(p);
    return this;
  }

  /**
   * Leaves out tokens whose logit is more than n standard deviations of all logits below the
   * largest; 0 to 100, by default 0, which leaves out none.
   */
  public GenerateOptions topNSigma(double n) {
    topNSigma = OptionalDouble.of(n);
    return this;
  }

  /** Now and then leaves out the most probable tokens; by default never. */
  public GenerateOptions xtc(Xtc rule) {
    xtc = Optional.of(rule);
    return this;
  }

  /** Makes tokens less probable that would go on with a repetition; by default none. */
  public GenerateOptions dry(Dry rule) {
    dry = Optional.of(rule);
    return this;
  }

  /** Raises the temperature where the model is undecided; by default it stays. */
  public GenerateOptions dynamicTemperature(DynamicTemperature rule) {
    dynamicTemperature = Optional.of(rule);
    return this;
  }

  /**
   * Keeps the surprise of tokens near a target, in place of all other samplers but {@code
   * logitBias} and {@code temperature}; by default it does not.
   */
  public GenerateOptions mirostat(Mirostat rule) {
    mirostat = Optional.of(rule);
    return this;
  }

  /** Draws tokens whose probability is near a target; by default by their probabilities. */
  public GenerateOptions adaptiveP(AdaptiveP rule) {
    adaptiveP = Optional.of(rule);
    return this;
  }

  /**
   * Divides a positive logit of a token that came lately, multiplies a negative one; above 0 up to
   * 10, by default 1, which is none.
   */
  public GenerateOptions repeatPenalty(double value) {
    repeatPenalty = OptionalDouble.of(value);
    return this;
  }

  /** Subtracted from the logit of a token that came lately; -10 to 10, by default 0. */
  public GenerateOptions presencePenalty(double value) {
    presencePenalty = OptionalDouble.of(value);
    return this;
  }

  /** Subtracted each time that a token came lately; -10 to 10, by default 0. */
  public GenerateOptions frequencyPenalty(double value) {
    frequencyPenalty = OptionalDouble.of(value);
    return this;
  }

  /** Added to the logits of these ids; negative infinity bans one; by default none. */
  public GenerateOptions logitBias(Map<Integer, Float> biases) {
    logitBias = Map.copyOf(biases);
    return this;
  }

  /**
   * Of the random numbers: the same seed gives the same text; by default, and for -1, another each
   * time.
   */
  public GenerateOptions seed(long value) {
    seed = OptionalLong.of(value);
    return this;
  }

  /**
   * What the text must be like; what cannot be enforced is refused, with {@code
   * SCHEMA_UNSUPPORTED}, {@code SCHEMA_UNSATISFIABLE} or {@code GRAMMAR_INVALID}; by default
   * anything.
   */
  public GenerateOptions format(Format like) {
    format = Optional.of(like);
    return this;
  }

  /**
   * Of how many of the most probable tokens the result tells the log-probabilities at each place,
   * beside that of the token that came, 0 to 20; by default it tells none.
   */
  public GenerateOptions logprobs(int top) {
    logprobs = OptionalInt.of(top);
    return this;
  }

  /** Texts that end the generation and are no part of its text, none empty; by default none. */
  public GenerateOptions stop(String... texts) {
    stop = List.of(texts);
    return this;
  }

  /**
   * Whether tokens are guessed, from what the prompt and the text say, and judged several in a step
   * where that is faster; the text is the same; by default true.
   */
  public GenerateOptions speculation(boolean guesses) {
    speculation = guesses;
    return this;
  }

  /** Whether texts of special tokens in the prompt become these tokens; by default true. */
  public GenerateOptions special(boolean parsed) {
    special = parsed;
    return this;
  }

  /** Whether BOS goes before the prompt where the model's file asks for it; by default true. */
  public GenerateOptions addBos(boolean added) {
    addBos = added;
    return this;
  }

  /**
   * For whom it is: what was computed of a prompt serves later prompts of the same tenant that
   * begin alike, and no others, and tenants whose texts wait get alike much of the model's time; by
   * default an empty name.
   */
  public GenerateOptions tenant(String name) {
    tenant = Objects.requireNonNull(name);
    return this;
  }

  /**
   * Which of a tenant's texts goes first where they wait, -10 to 10; by default 0. One that waits
   * rises by one a second, so that none starves.
   */
  public GenerateOptions priority(int value) {
    priority = value;
    return this;
  }

  /**
   * Milliseconds, 1 or more, after which nobody wants it any more: it then fails with {@code
   * DEADLINE_EXCEEDED}; by default none.
   */
  public GenerateOptions deadline(long milliseconds) {
    deadlineMs = OptionalLong.of(milliseconds);
    return this;
  }

  /** With whom the computed prompt is shared; by default with its tenant. */
  public GenerateOptions cache(Sharing.Among among) {
    cache = Objects.requireNonNull(among);
    return this;
  }

  boolean special() {
    return special;
  }

  boolean addBos() {
    return addBos;
  }

  GenerationRules asked() {
    SamplingChoice sampling =
        new SamplingChoice(
            temperature,
            topK,
            topP,
            minP,
            typicalP,
            topNSigma,
            repeatPenalty,
            presencePenalty,
            frequencyPenalty,
            logitBias,
            new OptionalSamplers(dry, xtc, dynamicTemperature, mirostat, adaptiveP),
            seed);
    Claim claim = new Claim(tenant, priority, deadlineMs);
    return new GenerationRules(
        maxTokens, sampling, stop, cache.of(tenant), speculation, format, logprobs, claim);
  }
}
