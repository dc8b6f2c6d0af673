package ai.realm.engine;

import ai.realm.engine.GenerationResult.FinishReason;
import ai.realm.error.EngineException;
import ai.realm.kernels.Rows;
import ai.realm.model.Batch;
import ai.realm.model.cache.Sequence;
import ai.realm.model.cache.Sharing;
import ai.realm.sampling.Sampler;
import ai.realm.sampling.SamplingOptions;
import java.util.Arrays;
import java.util.Optional;

/** One prompt and the text that follows it: the prompt in parts, then a token a step. */
public final class Generation extends SequenceWork {
  /** Tokens of a text for which there is room at first. */
  private static final int FIRST_ROOM = 16;

  private final GenerationListener listener;
  private final Sampler sampler;
  private final GeneratedText text;
  private final Stopwatch stopwatch;

  /** What it continues, and how many tokens that had. */
  private final Optional<OpenSequence> continued;

  private final int base;

  /** These and the prompt. */
  private final int promptLength;

  private final int limit;

  private final Sharing sharing;

  /** Those of the prompt and of the text; the sequence holds all but the last of a text's. */
  private int[] tokens;

  private int length;

  /** Tokens of the prompt that others had computed. */
  private int cached;

  private FinishReason finishReason;

  /** Of the step that was filled: when that was, its rows, and whether a token follows them. */
  private long start;

  private int rows;
  private boolean draws;

  /** The token that follows, where one does. */
  private int drawn;

  /**
   * Checks all that was asked for.
   *
   * @throws EngineException {@code INVALID_ARGUMENT}, {@code CONTEXT_OVERFLOW}, {@code
   *     TOKEN_OUT_OF_RANGE} or {@code MODEL_INVALID}; then the lease still is the caller's
   */
  Generation(ModelLease lease, int[] prompt, GenerationRules options, GenerationListener listener) {
    this(lease, Optional.empty(), prompt, options, listener);
  }

  /**
   * The same of a sequence that goes on.
   *
   * @param prompt the sequence's tokens, and then those of the prompt
   */
  Generation(
      ModelLease lease,
      OpenSequence continued,
      int[] prompt,
      GenerationRules options,
      GenerationListener listener) {
    this(lease, Optional.of(continued), prompt, options, listener);
  }

  private Generation(
      ModelLease lease,
      Optional<OpenSequence> continued,
      int[] prompt,
      GenerationRules options,
      GenerationListener listener) {
    super(lease);
    this.continued = continued;
    this.base = continued.map(open -> open.sequence().known()).orElse(0);
    this.promptLength = prompt.length;
    this.tokens = Arrays.copyOf(prompt, prompt.length + FIRST_ROOM);
    this.length = prompt.length;
    this.listener = listener;
    int room = model().checkSequence("the prompt", prompt, 1);
    SamplingOptions sampling = options.sampling().over(model().samplingDefaults());
    sampling.logitBias().keySet().forEach(id -> model().checkToken("logitBias", id));
    this.sharing = options.sharing();
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
    return promptLength + limit;
  }

  @Override
  Sharing sharing() {
    return sharing;
  }

  @Override
  Sequence openSequence() {
    if (continued.isEmpty()) {
      return super.openSequence();
    }
    Sequence sequence = continued.get().sequence();
    // At least one token is computed, for its logits.
    sequence.keepOf(promptLength - 1);
    cached = sequence.length();
    return sequence;
  }

  @Override
  void release(Optional<Sequence> used) {
    if (continued.isEmpty()) {
      super.release(used);
      return;
    }
    Sequence sequence = continued.get().sequence();
    if (length == promptLength) {
      sequence.cut(base);
    } else {
      for (int i = sequence.known(); i < length; i++) {
        sequence.add(tokens[i], Rows.EACH);
      }
    }
    continued.get().ended();
  }

  @Override
  boolean isPrefill() {
    return length == promptLength;
  }

  @Override
  int fill(Batch step, Sequence sequence, int room) {
    start = System.nanoTime();
    takeOver(sequence);
    int from = sequence.length();
    if (from < base) {
      rows = sequence.alike(from, Math.min(base, from + room));
      draws = from + rows == length;
      step.again(sequence, rows, draws ? 1 : 0);
    } else if (from < promptLength) {
      rows = Math.min(room, promptLength - from);
      draws = from + rows == promptLength;
      step.prompt(sequence, tokens, from, rows, draws);
    } else {
      rows = 1;
      draws = true;
      step.text(sequence, tokens, from, rows);
    }
    return rows;
  }

  @Override
  void digest(float[] logits, int at) {
    if (draws) {
      drawn = sampler.sample(logits, at, languageModel().vocabularySize());
    }
  }

  @Override
  boolean advance() {
    if (!isPrefill()) {
      boolean ended = append(drawn);
      stopwatch.decoded(start);
      return ended;
    }
    stopwatch.prefilled(rows, start);
    return draws && append(drawn);
  }

  /** What others have of the prompt needs no computing, but for its last token. */
  private void takeOver(Sequence sequence) {
    if (sequence.length() < base) {
      cached += sequence.resumeKnown(Math.min(base, promptLength - 1));
    }
    int from = sequence.length();
    if (from >= base && from < promptLength) {
      cached += sequence.resume(tokens, from, promptLength - 1 - from, Rows.TOGETHER);
    }
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

  /** Takes the next token in; returns whether the text has ended. */
  private boolean append(int token) {
    stopwatch.sampled();
    if (model().tokenizer().endOfGeneration().contains(token)) {
      emit(text.finish());
      finishReason = FinishReason.STOP;
      return true;
    }
    sampler.accept(token);
    if (length == tokens.length) {
      int room = Math.min(limit, 2 * (length - promptLength));
      tokens = Arrays.copyOf(tokens, promptLength + room);
    }
    tokens[length++] = token;
    emit(text.add(token));
    if (text.stopped()) {
      finishReason = FinishReason.STOP;
      return true;
    }
    if (length - promptLength == limit) {
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
        Arrays.copyOfRange(tokens, promptLength, length),
        promptLength,
        cached,
        finishReason,
        stopwatch.timings());
  }
}
