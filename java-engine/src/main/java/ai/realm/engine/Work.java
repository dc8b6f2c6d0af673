package ai.realm.engine;

import ai.realm.model.Cancellation;

/**
 * Work on a model, done in steps on the scheduler's thread. It holds a lease on its model and maybe
 * more; all is given back when it ends, however it ends.
 */
abstract sealed class Work permits SequenceWork, Embedding {
  private final ModelLease lease;
  private volatile boolean cancelled;
  private boolean ended;

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

  /** Does the next step, and ends with the last one, with a failure, or if it was cancelled. */
  final void step(Cancellation cancellation) {
    Runnable report;
    try {
      if (cancelled) {
        report = this::reportAborted;
      } else {
        if (!advance(cancellation)) {
          return;
        }
        report = this::reportResult;
      }
    } catch (Throwable failure) {
      report = () -> reportFailure(failure);
    }
    end(report);
  }

  /** Whether its next step takes in many tokens at once, as a prompt's does. */
  abstract boolean isPrefill();

  /**
   * Does one step, or nothing if {@code cancellation} is requested; returns whether it was the
   * last.
   */
  abstract boolean advance(Cancellation cancellation);

  /** Gives back what it holds beside the lease. */
  abstract void release();

  /** Tells whoever waits that it is done. */
  abstract void reportResult();

  /** Tells whoever waits that it was cancelled. */
  abstract void reportAborted();

  /** Tells whoever waits that it failed. */
  abstract void reportFailure(Throwable failure);

  private void end(Runnable report) {
    ended = true;
    try (lease) {
      release();
      report.run();
    } catch (Throwable failure) {
      // Else whoever waits would wait for ever.
      reportFailure(failure);
    }
  }
}
