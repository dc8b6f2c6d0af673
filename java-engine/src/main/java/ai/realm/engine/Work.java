package ai.realm.engine;

import ai.realm.model.Batch;
import java.util.Optional;

/**
 * Work on a model, done in steps on the scheduler's thread: it puts rows into a step, and takes
 * what the model makes of them. It holds a lease on its model and maybe more; all is given back
 * when it ends, however it ends.
 */
abstract sealed class Work permits SequenceWork, PooledTexts {
  /** What {@link #fill} returns where the cache has no pages for it. */
  static final int NO_PAGES = -1;

  private final ModelLease lease;
  private final Claim claim;
  private volatile boolean cancelled;
  private boolean ended;

  /** What {@link #digest} threw in this step. */
  private Throwable failure;

  /** When it was submitted, in ns of the scheduler's clock. */
  private long submitted;

  /** Since when it waits for its turn, likewise. */
  private long waitsSince;

  /** Work with a lower one came, or had its turn, before it. */
  private long turn;

  /** Whether it has a place, or had one when it ended. */
  private boolean placed;

  /** Work with a lower one got its place before it. */
  private long age;

  Work(ModelLease lease, Claim claim) {
    this.lease = lease;
    this.claim = claim;
  }

  /** Asks it to stop, from any thread; it then ends as aborted, unless it has ended already. */
  public final void cancel() {
    cancelled = true;
    lease.model().scheduler().workCancelled();
  }

  /** The model that it runs on. */
  final LoadedModel model() {
    return lease.model();
  }

  final boolean cancelled() {
    return cancelled;
  }

  final boolean ended() {
    return ended;
  }

  final Claim claim() {
    return claim;
  }

  final long waitsSince() {
    return waitsSince;
  }

  final long turn() {
    return turn;
  }

  final long age() {
    return age;
  }

  /** Notes that it was submitted, as the {@code number}-th. */
  final void submitted(long now, long number) {
    submitted = now;
    waitsSince = now;
    turn = number;
  }

  /** Notes that it got a place, as the {@code number}-th. */
  final void placed(long number) {
    age = number;
    placed = true;
  }

  /** Whether it has a place. */
  final boolean hasPlace() {
    return placed;
  }

  /** Notes that it has left its place. */
  final void leavePlace() {
    placed = false;
  }

  /** Notes that it waits for a place again. */
  final void returned(long now) {
    waitsSince = now;
  }

  /** Notes that it had a turn; {@code number} is greater than any before. */
  final void served(long now, long number) {
    waitsSince = now;
    turn = number;
  }

  /** Milliseconds after its deadline, at a time of the scheduler's clock; 0 or less before it. */
  final long late(long now) {
    long ran = (now - submitted) / 1_000_000;
    return claim.deadlineMs().isPresent() ? ran - claim.deadlineMs().getAsLong() : 0;
  }

  /** Whether other work computes what it goes on with: then it is in no step. */
  boolean waits() {
    return false;
  }

  /** Whether who takes its results does not keep up: then it leaves the steps. */
  boolean readerIsBehind() {
    return false;
  }

  /** Takes over what other work has computed for it: results to go on by without a step. */
  Optional<float[]> received() {
    return Optional.empty();
  }

  /** Its text, where it wants guesses of a draft model for the next step, which begins now. */
  Optional<DraftText> askDraft() {
    return Optional.empty();
  }

  /** Whether its next rows are a prompt's, of which a step takes many, and a part will do. */
  abstract boolean isPrefill();

  /**
   * Adds its next rows to a step. Nothing has changed by that, so it may be asked again; if it
   * throws, it has added none.
   *
   * @param room rows that a prompt may have, at least 1
   * @param stake takes the guesses that a text may have behind its next token
   * @return how many rows it added; 0 if the step has no room for it; {@link #NO_PAGES} if the
   *     cache has none
   */
  abstract int fill(Batch step, int room, Stake stake);

  /** Makes what it can of its rows' results, on any thread, beside other work. */
  abstract void digest(Batch step, float[] results);

  /** Guesses among the rows that it filled. */
  int drafted() {
    return 0;
  }

  /** Those of them that held, as {@link #digest} found. */
  int accepted() {
    return 0;
  }

  /**
   * Goes on by the step that was filled and digested, and tells; returns whether it was the last.
   */
  abstract boolean advance();

  /** Whether it has pages of the cache. */
  abstract boolean holdsPages();

  /** Gives its pages back; what was in them is computed again. */
  abstract void givePagesBack();

  /**
   * Tries to take the pages of the rows that {@link #fill} had none for.
   *
   * @throws ai.realm.error.EngineException {@code OUT_OF_MEMORY} if there still are none
   */
  abstract void demandPages();

  /** Gives back what it holds beside the lease. */
  abstract void release();

  /** Tells whoever waits that it is done. */
  abstract void reportResult();

  /** Tells whoever waits that it was cancelled. */
  abstract void reportAborted();

  /** Tells whoever waits that it failed. */
  abstract void reportFailure(Throwable failure);

  /** As {@link #digest}; what that throws fails this work, in its {@link #take}. */
  final void tryDigest(Batch step, float[] results) {
    try {
      digest(step, results);
    } catch (Throwable thrown) {
      failure = thrown;
    }
  }

  /** Before a step: goes on by what it has {@link #received}, if that is something. */
  final void receive() {
    Optional<float[]> results;
    try {
      results = received();
    } catch (Throwable thrown) {
      fail(thrown);
      return;
    }
    if (results.isPresent()) {
      tryDigest(new Batch(), results.get());
      take();
    }
  }

  /** Ends with the last step, with a failure, or if it was cancelled. */
  final void take() {
    Runnable report;
    try {
      if (cancelled) {
        report = this::reportAborted;
      } else if (failure != null) {
        Throwable thrown = failure;
        report = () -> reportFailure(thrown);
      } else if (advance()) {
        report = this::reportResult;
      } else {
        return;
      }
    } catch (Throwable thrown) {
      report = () -> reportFailure(thrown);
    }
    end(report);
  }

  /** Ends as aborted. */
  final void abort() {
    end(this::reportAborted);
  }

  /** Ends with a failure. */
  final void fail(Throwable thrown) {
    end(() -> reportFailure(thrown));
  }

  private void end(Runnable report) {
    ended = true;
    try (lease) {
      if (placed) {
        model().scheduler().line().placeFreed();
      }
      release();
      report.run();
    } catch (Throwable thrown) {
      // Else whoever waits would wait for ever.
      reportFailure(thrown);
    }
  }
}
