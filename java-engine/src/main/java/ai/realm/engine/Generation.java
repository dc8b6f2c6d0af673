package ai.realm.engine;

import ai.realm.engine.GenerationResult.FinishReason;
import ai.realm.error.EngineException;
import ai.realm.model.Batch;
import ai.realm.model.Cancellation;
import ai.realm.model.cache.Sequence;
import ai.realm.sampling.Sampler;
import ai.realm.sampling.SamplingOptions;
import java.util.Arrays;

/** One prompt and the text that follows it: prefill in steps, then a token a step. */
public final class Generation extends SequenceWork {
  /**
   * Tokens of a prefill step. It never depends on other work, since a sum taken in other parts may
   * round otherwise, and the same seed must give the same text under any load.
   */
  static final int PREFILL_STEP = 128;

  private final int[] prompt;
  private final GenerationListener listener;
  private final Sampler sampler;
  private final GeneratedText text;
  private final Stopwatch stopwatch;
  private final int limit;

  private int prefilled;
  private int[] tokens = new int[16];
  private int generated;
  private FinishReason finishReason;

  /**
   * Checks all that was asked for.
   *
   * @throws EngineException {@code INVALID_ARGUMENT}, {@code CONTEXT_OVERFLOW}, {@code
   *     TOKEN_OUT_OF_RANGE} or {@code MODEL_INVALID}; then the lease still is the caller's
   */
  Generation(ModelLease lease, int[] prompt, GenerationRules options, GenerationListener listener) {
    super(lease);
    this.prompt = prompt.clone();
    this.listener = listener;
    int room = model().checkSequence("the prompt", prompt, 1);
    SamplingOptions sampling = options.sampling().over(model().samplingDefaults());
    sampling.logitBias().keySet().forEach(id -> model().checkToken("logitBias", id));
    this.limit = Math.min(room, options.maxTokens().orElse(room));
    this.sampler = new Sampler(sampling);
    this.text = new GeneratedText(model().tokenizer(), options.stop());
    this.stopwatch = new Stopwatch(lease.openedAt());
    for (int token : prompt) {
      sampler.accept(token);
    }
  }

  @Override
  int capacity() {
    return prompt.length + limit;
  }

  @Override
  boolean isPrefill() {
    return prefilled < prompt.length;
  }

  @Override
  boolean advance(Sequence sequence, Cancellation cancellation) {
    long start = System.nanoTime();
    float[] logits = model().logits();
    if (isPrefill()) {
      int count = Math.min(PREFILL_STEP, prompt.length - prefilled);
      boolean last = prefilled + count == prompt.length;
      Batch step = new Batch().prompt(sequence, prompt, prefilled, count, last);
      if (!languageModel().forward(step, logits, cancellation)) {
        return false;
      }
      prefilled += count;
      stopwatch.prefilled(count, start);
      return last && sampleNext(logits);
    }
    Batch step = new Batch().text(sequence, tokens, generated - 1, 1);
    if (!languageModel().forward(step, logits, cancellation)) {
      return false;
    }
    boolean ended = sampleNext(logits);
    stopwatch.decoded(start);
    return ended;
  }

  @Override
  void reportResult() {
    listener.finished(result());
  }

  @Override
  void reportAborted() {
    finishReason = FinishReason.ABORT;
    listener.aborted(result());
  }

  @Override
  void reportFailure(Throwable failure) {
    listener.failed(failure);
  }

  /** Draws the next token; returns whether the text has ended. */
  private boolean sampleNext(float[] logits) {
    int token = sampler.sample(logits);
    stopwatch.sampled();
    if (model().tokenizer().endOfGeneration().contains(token)) {
      emit(text.finish());
      finishReason = FinishReason.STOP;
      return true;
    }
    sampler.accept(token);
    if (generated == tokens.length) {
      tokens = Arrays.copyOf(tokens, Math.min(limit, 2 * generated));
    }
    tokens[generated++] = token;
    emit(text.add(token));
    if (text.stopped()) {
      finishReason = FinishReason.STOP;
      return true;
    }
    if (generated == limit) {
      emit(text.cut());
      finishReason = FinishReason.LENGTH;
      return true;
    }
    return false;
  }

  private void emit(String piece) {
    if (!piece.isEmpty() && !listener.text(piece)) {
      cancel();
    }
  }

  private GenerationResult result() {
    return new GenerationResult(
        text.toString(),
        Arrays.copyOf(tokens, generated),
        prompt.length,
        finishReason,
        stopwatch.timings());
  }
}
