package ai.realm.engine;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.function.Predicate;

/** A generation that one thread waits for, which gets the pieces of the text meanwhile. */
public final class AwaitedGeneration {

  /** Pieces that wait for the thread at most, but for those of one step more. */
  private static final int MOST_PIECES = 256;

  private sealed interface Event {}

  private record Piece(String text) implements Event {}

  private record Finished(GenerationResult result) implements Event {}

  private record Aborted(GenerationResult result) implements Event {}

  private record Failed(Throwable failure) implements Event {}

  private static final class Events implements GenerationListener {
    final BlockingQueue<Event> queue = new LinkedBlockingQueue<>();

    @Override
    public boolean text(String piece) {
      return queue.add(new Piece(piece));
    }

    @Override
    public boolean behind() {
      return queue.size() >= MOST_PIECES;
    }

    @Override
    public void finished(GenerationResult result) {
      queue.add(new Finished(result));
    }

    @Override
    public void aborted(GenerationResult result) {
      queue.add(new Aborted(result));
    }

    @Override
    public void failed(Throwable failure) {
      queue.add(new Failed(failure));
    }
  }

  private final Events events = new Events();
  private final Generation generation;
  private volatile boolean cancelled;
  private int generated;

  /**
   * Starts a generation.
   *
   * @throws EngineException as {@link ModelLease#generate}, with the same parameters; the lease is
   *     then still open
   */
  public AwaitedGeneration(ModelLease lease, int[] prompt, GenerationRules options) {
    this(listener -> lease.generate(prompt, options, listener));
  }

  /** The same of what {@code start} starts, which gets its listener. */
  public AwaitedGeneration(Function<GenerationListener, Generation> start) {
    this.generation = start.apply(events);
  }

  /**
   * Asks it to stop, from any thread. {@link #await} then throws, also if the last token was
   * already made: what happens does not depend on which thread was faster.
   */
  public void cancel() {
    cancelled = true;
    generation.cancel();
  }

  /**
   * Waits for the end, which has come when this returns or throws. To be called once. An interrupt
   * of the waiting thread cancels, and is still set afterwards.
   *
   * @param pieces gets each piece of the text on this thread; if it returns false or throws, the
   *     generation is cancelled; no more come after a cancel
   * @throws EngineException {@code ABORTED} if it was cancelled; else what it failed with
   */
  public GenerationResult await(Predicate<String> pieces) {
    boolean wanted = true;
    Throwable thrown = null;
    Event event = next();
    while (event instanceof Piece(String text)) {
      if (wanted && !cancelled) {
        try {
          wanted = pieces.test(text);
        } catch (RuntimeException | Error failure) {
          thrown = failure; // It is thrown once the generation has ended.
          wanted = false;
        }
        if (!wanted) {
          cancel();
        }
      }
      event = next();
    }
    generated = tokens(event);
    if (thrown != null) {
      throw unchecked(thrown);
    }
    if (event instanceof Failed(Throwable failure)) {
      throw unchecked(failure);
    }
    if (!cancelled && event instanceof Finished(GenerationResult result)) {
      return result;
    }
    throw new EngineException(ErrorCode.ABORTED, "the generation was cancelled");
  }

  /**
   * Tokens that it generated until it ended, whether it was cancelled or not; 0 if it failed. To be
   * asked for by the thread that waited.
   */
  public int generated() {
    return generated;
  }

  private static int tokens(Event end) {
    return switch (end) {
      case Finished(GenerationResult result) -> result.tokens().length;
      case Aborted(GenerationResult result) -> result.tokens().length;
      case Event _ -> 0;
    };
  }

  private static RuntimeException unchecked(Throwable failure) {
    return switch (failure) {
      case RuntimeException exception -> exception;
      case Error error -> throw error;
      default -> new IllegalStateException("a generation threw " + failure, failure);
    };
  }

  private Event next() {
    boolean interrupted = false;
    while (true) {
      try {
        Event event = events.queue.take();
        if (events.queue.size() == MOST_PIECES - 1) {
          generation.goOn();
        }
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
        return event;
      } catch (InterruptedException e) {
        interrupted = true;
        cancel();
      }
    }
  }
}
