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

  /** Tokens that its sequence has held. */
  private int reached;

  private FinishReason finishReason;

  /** Of the step that was filled: when that was, its rows, and whether a token follows them. */
  private long start;

  private int rows;
  private boolean isText;
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
    super(lease, options.claim());
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
    sequence.wake();
    // At least one token is computed, for its logits.
    sequence.keepOf(promptLength - 1);
    reach(sequence.length(), true);
    return sequence;
  }

  @Override
  void release(Optional<Sequence> used) {
    if (continued.isEmpty()) {
      super.release(used);
      return;
    }
    // A text that the model ended at once is one, too.
    if (used.isPresent() && length == promptLength && finishReason == null) {
      used.get().cut(base);
    } else if (used.isPresent()) {
      for (int i = used.get().known(); i < length; i++) {
        used.get().add(tokens[i], Rows.EACH);
      }
    }
    continued.get().ended();
  }

  /** Also a text that gave its pages back and comes again. */
  @Override
  boolean isPrefill() {
    return held() < promptLength || length - held() > 1;
  }

  @Override
  int rows(Sequence sequence, int room) {
    takeOver(sequence);
    int from = sequence.length();
    if (from < sequence.known()) {
      return sequence.alike(from, Math.min(sequence.known(), from + room));
    }
    return Math.min(room, (from < promptLength ? promptLength : length) - from);
  }

  @Override
  Rows kind(Sequence sequence) {
    int from = sequence.length();
    if (from < sequence.known()) {
      return sequence.rows(from);
    }
    return from < promptLength ? Rows.TOGETHER : Rows.EACH;
  }

  @Override
  void fill(Batch step, Sequence sequence, int count) {
    start = System.nanoTime();
    rows = count;
    int from = sequence.length();
    draws = from + rows == length;
    isText = false;
    if (from < sequence.known()) {
      step.again(sequence, rows, draws ? 1 : 0);
    } else if (from < promptLength) {
      step.prompt(sequence, tokens, from, rows, draws);
    } else {
      step.text(sequence, tokens, from, rows);
      isText = true;
    }
  }

  @Override
  void digest(float[] logits, int at) {
    if (draws) {
      drawn = sampler.sample(logits, at, languageModel().vocabularySize());
    }
  }

  @Override
  boolean advance() {
    reach(held(), false);
    if (!isText) {
      stopwatch.prefilled(rows, start);
      return draws && append(drawn);
    }
    boolean ended = append(drawn);
    stopwatch.decoded(start);
    return ended;
  }

  /** What others have of its tokens, or it gave back, needs no computing, but for the last one. */
  private void takeOver(Sequence sequence) {
    if (sequence.length() < sequence.known()) {
      sequence.resumeKnown(Math.min(sequence.known(), length - 1));
      reach(sequence.length(), true);
    }
    int from = sequence.length();
    if (from >= sequence.known() && from < promptLength) {
      int end = Math.min(promptLength, length - 1);
      sequence.resume(tokens, from, end - from, Rows.TOGETHER);
      reach(sequence.length(), true);
    }
  }

  /** Notes how far it has come, by others' work or by its own; it may come there again. */
  private void reach(int position, boolean byOthers) {
    if (byOthers) {
      cached += Math.max(0, position - reached);
    }
    reached = Math.max(reached, position);
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
