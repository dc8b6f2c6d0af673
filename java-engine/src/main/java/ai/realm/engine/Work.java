package ai.realm.engine;

import ai.realm.model.Batch;

/**
 * Work on a model, done in steps on the scheduler's thread: it puts rows into a step, and takes
 * what the model makes of them. It holds a lease on its model and maybe more; all is given back
 * when it ends, however it ends.
 */
abstract sealed class Work permits SequenceWork, Embedding {
  private final ModelLease lease;
  private volatile boolean cancelled;
  private boolean ended;

  /** What {@link #digest} threw in this step. */
  private Throwable failure;

  Work(ModelLease lease) {
    this.lease = lease;
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

  /** Whether its next rows are a prompt's, of which a step takes many, and a part will do. */
  abstract boolean isPrefill();

  /**
   * Adds its next rows to a step. Nothing has changed by that, so it may be asked again; if it
   * throws, it has added none.
   *
   * @param room rows that a prompt may have, at least 1
   * @return how many rows it added; 0 if the step has no room for it
   */
  abstract int fill(Batch step, int room);

  /** Makes what it can of its rows' results, on any thread, beside other work. */
  abstract void digest(Batch step, float[] results);

  /**
   * Goes on by the step that was filled and digested, and tells; returns whether it was the last.
   */
  abstract boolean advance();

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
      release();
      report.run();
    } catch (Throwable thrown) {
      // Else whoever waits would wait for ever.
      reportFailure(thrown);
    }
  }
}
