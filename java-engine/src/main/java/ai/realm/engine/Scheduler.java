package ai.realm.engine;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.model.Batch;
import ai.realm.model.LanguageModel;
import ai.realm.model.TextEncoder;
import ai.realm.model.cache.PagePool;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Runs all work on one model on one thread, in steps that serve all of it: each takes the next
 * token of every text, and as many rows of the prompts that wait as {@link Pace} allows, through
 * the model together. As many as there are {@link Places} run; whose turn is next, to get a place
 * or rows of a prompt, {@link Turns} says. Where the cache is full, the youngest gives its pages
 * back for the older ones, and is computed again later. What ends leaves the step; so does a text
 * whose reader is behind, until it has caught up ({@link Resting}).
 */
final class Scheduler {
  /** Rows of prompts that a step takes at most. */
  static final int PROMPT_ROWS = 128;

  /** The same where texts stay whole, but for a text that has more by itself. */
  private static final int WHOLE_TEXTS_ROWS = 512;

  private volatile boolean someCancelled;

  /** Used by the thread alone, as is all of its work, and the rest of these fields. */
  private final List<Work> running = new ArrayList<>();

  private final Turns turns = new Turns();
  private final TextEncoder model;
  private final Optional<DraftModel> draft;
  private final Line line;
  private final Resting resting;
  private final LongSupplier clock;
  private final Pace pace;
  private final RowCost rowCost = new RowCost();
  private final Tally tally;
  private final Preemption preemption;
  private float[] results = {};

  private final Thread thread;

  /**
   * Starts the thread; it keeps no process alive.
   *
   * @param draft what guesses how texts go on
   * @param clock of nanoseconds
   */
  Scheduler(
      String name,
      TextEncoder model,
      Optional<DraftModel> draft,
      Places places,
      LongSupplier clock) {
    this.model = model;
    this.draft = draft;
    this.line = new Line(places, clock);
    this.resting = new Resting(line);
    this.clock = clock;
    this.pace = new Pace(clock);
    this.tally = new Tally(clock);
    this.preemption = new Preemption(tally);
    thread = Thread.ofPlatform().daemon().name("realm-" + name).start(this::run);
  }

  /** Where work waits for its place. */
  Line line() {
    return line;
  }

  /** Notes that some work was cancelled: it ends without waiting for the step of others. */
  void workCancelled() {
    someCancelled = true;
    line.wake();
  }

  /** Texts, and other work, that run at the same time. */
  int parallel() {
    return line.parallel();
  }

  /** What it does now, and did until now. */
  ModelStats stats() {
    PagePool.Figures cache =
        model instanceof LanguageModel languageModel
            ? languageModel.pages().figures()
            : new PagePool.Figures(0, 0, 0, 0, 0);
    Optional<LanguageModel> smaller = draft.flatMap(DraftModel::smaller);
    if (smaller.isPresent()) {
      cache = cache.with(smaller.get().pages().figures());
    }
    Line.Length length = line.length();
    return tally.stats(length, cache);
  }

  /** Waits until no work is left and the thread has ended. Not to be called on the thread. */
  void close() {
    line.close();
  }

  /** Whether the caller is the thread that does the work. */
  boolean isCurrentThread() {
    return Thread.currentThread() == thread;
  }

  private void run() {
    while (line.admit(running, resting, turns)) {
      step();
      if (running.removeIf(Work::ended)) {
        preemption.workEnded();
      }
      resting.forget();
    }
  }

  private void step() {
    endCancelled(List.of());
    endLate();
    resting.part(running);
    receive();
    preemption.makeRoom(running, resting);
    List<Work> riding = new ArrayList<>();
    Batch step = new Batch();
    List<Work> prompts = new ArrayList<>();
    int decoding = textsThatRide();
    Stake stake = rowCost.stake(Math.max(1, decoding));
    if (draft.isPresent()) {
      askDraft(draft.get(), stake, decoding);
    }
    for (Work work : running) { // The oldest first: theirs are the pages.
      if (!rides(work)) {
        continue;
      }
      if (work.isPrefill()) {
        prompts.add(work);
      } else {
        join(work, step, 1, stake, riding);
      }
    }
    int texts = riding.size();
    if (!prompts.isEmpty() && pace.takesPrompts(texts)) {
      joinPrompts(prompts, step, riding);
    }
    if (riding.isEmpty()) {
      preemption.stuck(running, resting).ifPresent(this::demandPages);
      return;
    }
    boolean textsAlone = riding.size() == texts;
    long begun = clock.getAsLong();
    pace.begin();
    run(step, riding);
    pace.end(texts, !textsAlone, prompts.size());
    if (textsAlone) {
      rowCost.note(step.rows(), clock.getAsLong() - begun);
    }
  }

  private boolean rides(Work work) {
    return !work.ended() && !preemption.holdsBack(work) && !work.waits();
  }

  /** Has those go on for which others computed something in the step before. */
  private void receive() {
    for (Work work : running) {
      if (rides(work)) {
        guard(work::receive);
      }
    }
  }

  private int textsThatRide() {
    int texts = 0;
    for (Work work : running) {
      texts += rides(work) && !work.isPrefill() ? 1 : 0;
    }
    return texts;
  }

  /** Has a draft make guesses for the texts of a step. */
  private void askDraft(DraftModel by, Stake stake, int decoding) {
    List<Work> asking = new ArrayList<>();
    List<DraftText> texts = new ArrayList<>();
    for (Work work : running) {
      if (rides(work) && !work.isPrefill()) {
        try {
          work.askDraft()
              .ifPresent(text -> {
                asking.add(work);
                texts.add(text);
              });
        } catch (Throwable failure) {
          guard(() -> work.fail(failure));
        }
      }
    }
    try {
      by.guess(texts, stake, rowCost, decoding, () -> stopRequested(asking));
    } catch (Throwable failure) {
      asking.forEach(work -> guard(() -> work.fail(failure)));
    }
  }

  /** Those whose turn it is get the rows that there are. */
  private void joinPrompts(List<Work> prompts, Batch step, List<Work> riding) {
    int room = model.takesWholeTexts() ? WHOLE_TEXTS_ROWS : PROMPT_ROWS;
    long now = clock.getAsLong();
    prompts.sort(turns.at(now));
    for (Work work : prompts) {
      if (room <= 0) {
        break;
      }
      int rows = join(work, step, room, Stake.none(), riding);
      if (rows > 0) {
        work.served(now, line.nextNumber());
        room -= rows;
      }
    }
  }

  /** Adds a work's rows to a step; if it cannot, that is its failure alone. */
  private int join(Work work, Batch step, int room, Stake stake, List<Work> riding) {
    try {
      int rows = work.fill(step, room, stake);
      if (rows > 0) {
        riding.add(work);
        turns.served(work, rows);
      } else if (rows == Work.NO_PAGES) {
        preemption.lacks(work);
      }
      return rows;
    } catch (Throwable failure) {
      guard(() -> work.fail(failure));
      return 0;
    }
  }

  /** Work that has nobody to wait for has its pages now, or never. */
  private void demandPages(Work work) {
    try {
      work.demandPages();
    } catch (Throwable none) {
      guard(() -> work.fail(none));
    }
  }

  /** Takes a step through the model. */
  private void run(Batch step, List<Work> riding) {
    try {
      int logits = Math.multiplyExact(step.logits(), model.vocabularySize());
      int needed = Math.addExact(logits, Math.multiplyExact(step.states(), model.width()));
      if (results.length < needed) {
        results = new float[needed];
      }
      if (!model.forward(step, results, () -> stopRequested(riding))) {
        endCancelled(List.of());
        return;
      }
    } catch (Throwable failure) {
      if (riding.size() == 1) {
        guard(() -> riding.getFirst().fail(failure));
        return;
      }
      // Nothing has changed, so each may go by itself, and only what fails alone has failed.
      for (Work work : riding) {
        List<Work> alone = new ArrayList<>();
        Batch own = new Batch();
        join(work, own, PROMPT_ROWS, Stake.none(), alone);
        if (!alone.isEmpty()) {
          run(own, alone);
        }
      }
      return;
    }
    model.each(riding.size(), i -> riding.get(i).tryDigest(step, results));
    tally.count(step, riding);
    for (Work work : riding) {
      guard(work::take);
    }
  }

  /** Asked within a step, which may be long: meanwhile some may be cancelled. */
  private boolean stopRequested(List<Work> riding) {
    if (someCancelled) {
      someCancelled = false;
      endCancelled(riding);
    }
    return riding.stream().allMatch(Work::cancelled);
  }

  /** Ends what was cancelled, but for those in a step. */
  private void endCancelled(List<Work> riding) {
    line.take(Work::cancelled).forEach(work -> guard(work::abort));
    resting.eachBehind(work -> {
      if (work.cancelled()) {
        guard(work::abort);
      }
    });
    for (Work work : running) {
      if (work.cancelled() && !work.ended() && !riding.contains(work)) {
        guard(work::abort);
      }
    }
  }

  /** Ends what did not end by its deadline. */
  private void endLate() {
    long now = clock.getAsLong();
    List<Work> late = new ArrayList<>(line.take(work -> work.late(now) > 0));
    resting.eachBehind(work -> {
      if (work.late(now) > 0) {
        late.add(work);
      }
    });
    for (Work work : running) {
      if (!work.ended() && work.late(now) > 0) {
        late.add(work);
      }
    }
    for (Work work : late) {
      guard(() ->
          work.fail(
              new EngineException(
                  ErrorCode.DEADLINE_EXCEEDED,
                  "the work did not end within its deadline of %d ms: give it more, ask for less, or try again when less runs"
                      .formatted(work.claim().deadlineMs().getAsLong()))));
    }
  }

  private static void guard(Runnable end) {
    try {
      end.run();
    } catch (Throwable defect) {
      // A listener that throws even when told of a failure must not end the work of others.
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, defect);
    }
  }
}
