package ai.realm.engine;

import ai.realm.error.EngineException;
import ai.realm.kernels.Rows;
import ai.realm.model.Batch;
import ai.realm.model.cache.Sequence;
import ai.realm.model.cache.Sharing;
import ai.realm.sampling.Sampler;
import ai.realm.sampling.SamplingOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** One prompt and the text that follows it: the prompt in parts, then a token a step. */
public final class Generation extends SequenceWork {
  /** Tokens of a text for which there is room at first. */
  private static final int FIRST_ROOM = 16;

  private static final float[] NONE = {};

  private final GenerationListener listener;
  private final Sampler sampler;
  private final Draw draw;
  private final Answer answer;
  private final Stopwatch stopwatch;

  /** What it continues, and how many tokens that had. */
  private final Optional<OpenSequence> continued;

  private final int base;

  private final SharedPrompt shared;

  /** These and the prompt. */
  private final int promptLength;

  private final int limit;

  private final Sharing sharing;
  private final Speculation speculation;

  /** What a draft model has computed of it. */
  private final Optional<DraftSequence> drafted;

  /** Those of the prompt and of the text; the sequence holds all but the last of a text's. */
  private int[] tokens;

  private int length;

  /** Tokens of the prompt that others had computed. */
  private int cached;

  /** Tokens that its sequence has held. */
  private int reached;

  /** Of the step that was filled: when that was, its rows, and whether a token follows them. */
  private long start;

  private boolean isStarted;
  private int rows;
  private boolean isText;
  private boolean draws;

  /** Guesses among its rows, the last ones; they stand behind the text's tokens. */
  private int guesses;

  /** The tokens that were drawn: one, and one for each guess before it that held. */
  private final int[] drawn = new int[Speculation.MOST_ROWS];

  private int drawnTokens;

  /** The logits behind the prompt, until others that follow it have them. */
  private float[] behindPrompt = NONE;

  /**
   * Checks all that was asked for.
   *
   * @throws EngineException {@code INVALID_ARGUMENT}, {@code CONTEXT_OVERFLOW}, {@code
   *     TOKEN_OUT_OF_RANGE} or {@code MODEL_INVALID}; then the lease still is the caller's
   */
  Generation(ModelLease lease, int[] prompt, GenerationRules options, GenerationListener listener) {
    this(lease, new SharedPrompt(1), prompt, options, listener);
  }

  /** The same of a prompt that other texts follow too. */
  Generation(
      ModelLease lease,
      SharedPrompt shared,
      int[] prompt,
      GenerationRules options,
      GenerationListener listener) {
    this(lease, Optional.empty(), shared, prompt, options, listener);
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
    this(lease, Optional.of(continued), new SharedPrompt(1), prompt, options, listener);
  }

  private Generation(
      ModelLease lease,
      Optional<OpenSequence> continued,
      SharedPrompt shared,
      int[] prompt,
      GenerationRules options,
      GenerationListener listener) {
    super(lease, options.claim());
    this.continued = continued;
    this.shared = shared;
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
    shared.mayHave(limit);
    this.sampler = new Sampler(sampling, languageModel().vocabularySize(), model().breakers()::of);
    Optional<Format> binding = options.format().filter(Format::binds);
    this.answer = new Answer(listener, model().tokenizer(), options);
    this.stopwatch = new Stopwatch(lease.openedAt());
    for (int token : prompt) {
      sampler.accept(token);
    }
    List<Drafter> drafters = new ArrayList<>();
    if (binding.isPresent()) {
      Format format = binding.get();
      Guide guide =
          new Guide(model().grammars().of(format.source()), format.closeAtLimit(), limit, sampler);
      this.draw = guide;
      drafters.add(guide);
    } else {
      this.draw = new Draw.Free(sampler);
    }
    drafters.add(new PromptLookup(tokens, length));
    Optional<DraftModel> draft = model().draft().filter(_ -> options.speculation());
    this.drafted =
        draft.flatMap(by ->
            continued.isPresent()
                ? continued.get().drafted(by)
                : by.newSequence(capacity(), sharing));
    DraftRows guessedRows =
        drafted.isPresent() ? drafted.get() : new HeadRows(capacity(), this::sequence);
    Optional<DraftText> guessed =
        draft.map(by -> new DraftText(by, guessedRows, sampler, draw, promptLength));
    this.speculation =
        options.speculation() ? new Speculation(guessed, drafters) : Speculation.none();
  }

  @Override
  int capacity() {
    return promptLength + shared.room();
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
    shared.leave(this);
    if (continued.isEmpty()) {
      drafted.ifPresent(DraftSequence::close);
      super.release(used);
      return;
    }
    // A text that the model ended at once is one, too.
    if (used.isPresent() && length == promptLength && !answer.hasEnded()) {
      used.get().cut(base);
    } else if (used.isPresent()) {
      // A step that was not taken may have left guesses.
      used.get().cut(Math.min(used.get().known(), length));
      for (int i = used.get().known(); i < length; i++) {
        used.get().add(tokens[i], Rows.EACH);
      }
    }
    continued.get().ended();
  }

  @Override
  boolean waits() {
    return !hasBegun() && shared.awaits(this);
  }

  /**
   * Tells that the listener may no longer be {@link GenerationListener#behind}, from any thread.
   */
  public void goOn() {
    model().scheduler().line().wake();
  }

  @Override
  boolean readerIsBehind() {
    return answer.readerIsBehind();
  }

  @Override
  Optional<float[]> received() {
    if (hasBegun()) {
      return Optional.empty();
    }
    Optional<SharedPrompt.Computed> prompt = shared.take(this);
    prompt.ifPresent(computed -> beginWith(computed.sequence()));
    if (prompt.isPresent()) {
      reach(promptLength, true);
      start = System.nanoTime();
      rows = 0;
      isText = false;
      draws = true;
    }
    return prompt.map(SharedPrompt.Computed::logits);
  }

  @Override
  void givePagesBack() {
    super.givePagesBack();
    isStarted = false;
    drafted.ifPresent(DraftSequence::close);
  }

  @Override
  Optional<DraftText> askDraft() {
    start = System.nanoTime();
    isStarted = true;
    return speculation.asking(tokens, length, mostGuesses(), promptLength + limit - length);
  }

  /** Behind the last guess that holds comes one token more. */
  private int mostGuesses() {
    return Math.min(promptLength + limit - length - 1, Speculation.MOST_ROWS - 1);
  }

  /** Also a text that gave its pages back and comes again. */
  @Override
  boolean isPrefill() {
    return held() < promptLength || length - held() > 1;
  }

  @Override
  int rows(Sequence sequence, int room, Stake stake) {
    takeOver(sequence);
    guesses = 0;
    int from = sequence.length();
    if (from < sequence.known()) {
      return sequence.alike(from, Math.min(sequence.known(), from + room));
    }
    if (from < promptLength) {
      return Math.min(room, promptLength - from);
    }
    int most = mostGuesses();
    makeRoom(most);
    guesses = speculation.draft(tokens, length, most, stake);
    if (guesses > 0 && !sequence.tryReserve(from, 1 + guesses, Rows.EACH)) {
      guesses = 0; // Others need the pages more.
    }
    return 1 + guesses;
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
    start = isStarted ? start : System.nanoTime();
    isStarted = false;
    rows = count;
    int from = sequence.length();
    draws = from + rows == length + guesses;
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
    drawnTokens = 0;
    int vocabulary = languageModel().vocabularySize();
    if (draws && length == promptLength && shared.isAwaitedOf(this)) {
      behindPrompt = Arrays.copyOfRange(logits, at, at + vocabulary); // The sampler changes them.
    }
    answer.begin();
    boolean goesOn = draws;
    for (int row = 0; goesOn; row++) {
      int token;
      int from = at + row * vocabulary;
      answer.see(logits, from, vocabulary);
      try {
        token = draw.draw(logits, from, vocabulary);
      } catch (EngineException failure) {
        if (row == 0) {
          throw failure;
        }
        return; // A stop string may end the text before; else the next step has this row again.
      }
      answer.drew(token);
      drawn[drawnTokens++] = token;
      if (answer.isEnd(token)) {
        return;
      }
      sampler.accept(token);
      // Behind a guess that does not hold, all rows were in vain.
      goesOn = row < guesses && token == tokens[length + row] && !draw.hasEnded();
    }
  }

  @Override
  int drafted() {
    return guesses;
  }

  @Override
  int accepted() {
    return guesses == 0 ? 0 : Math.max(0, drawnTokens - 1);
  }

  @Override
  boolean advance() {
    int before = length;
    if (behindPrompt.length > 0) {
      shared.give(this, new SharedPrompt.Computed(fork(), behindPrompt));
      behindPrompt = NONE;
    }
    int taken = 0;
    boolean ended = false;
    while (taken < drawnTokens && !ended && !cancelled()) {
      ended = append(drawn[taken++], taken == drawnTokens && draw.hasEnded());
    }
    speculation.grown(tokens, before, length);
    if (!isText) {
      reach(held(), false);
      stopwatch.prefilled(rows, start);
      return ended;
    }
    if (taken < rows) {
      dropRows(rows - taken);
    }
    reach(held(), false);
    speculation.judged(guesses, Math.max(0, taken - 1));
    stopwatch.decoded(taken, start);
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
    answer.abort();
    listener.aborted(result());
  }

  @Override
  void reportFailure(Throwable failure) {
    listener.failed(failure);
  }

  /**
   * Takes the next token in; returns whether the text has ended.
   *
   * @param last whether none can follow
   */
  private boolean append(int token, boolean last) {
    stopwatch.sampled();
    if (answer.isEnd(token)) {
      answer.end();
    } else {
      makeRoom(1);
      tokens[length++] = token;
      answer.add(token, last, length - promptLength == limit);
    }
    if (!answer.isWanted()) {
      cancel();
    }
    return answer.hasEnded();
  }

  /** For as many tokens more. */
  private void makeRoom(int count) {
    if (length + count > tokens.length) {
      int room = Math.max(length - promptLength + count, 2 * (length - promptLength));
      tokens = Arrays.copyOf(tokens, promptLength + Math.min(limit, room));
    }
  }

  private GenerationResult result() {
    return answer.result(
        Arrays.copyOfRange(tokens, promptLength, length),
        promptLength,
        cached,
        stopwatch.timings(speculation.drafted(), speculation.accepted()));
  }
}
