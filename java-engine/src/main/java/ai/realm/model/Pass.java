package ai.realm.model;

import ai.realm.kernels.Kernels;
import ai.realm.kernels.WorkerPool;
import ai.realm.model.cache.LayerMemory;
import ai.realm.model.net.Block;
import ai.realm.model.net.Classifier;
import ai.realm.model.net.Network;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A batch's way through all blocks: all of it or nothing. Calls from several threads take turns.
 */
final class Pass {

  /** What enters the first block. */
  @FunctionalInterface
  interface Entry {
    /** Fills {@code x}, a row for each token of the batch. */
    void embed(Batch batch, float[] x);
  }

  /** What becomes of what leaves the last one. */
  @FunctionalInterface
  interface Exit {
    /** Takes the rows of {@code wanted} from the start of {@code x}. */
    void take(float[] x, Step wanted);
  }

  private final List<Block> blocks;

  /** The last that keeps anything: behind it nothing asks for rows but the wanted ones. */
  private final int lastKeeping;

  private final Forward forward;

  private final ReentrantLock turn;

  Pass(Network network, Kernels kernels, WorkerPool pool) {
    this.blocks = network.blocks();
    int last = blocks.size() - 1;
    while (last > 0 && blocks.get(last).mixer().memory() instanceof LayerMemory.Nothing) {
      last--;
    }
    this.lastKeeping = last;
    this.forward = new Forward(network, kernels, pool);
    this.turn = pool.turn();
  }

  /** Its parts, for whoever has the {@link #turn}. */
  Forward forward() {
    return forward;
  }

  /** To be held while {@link #forward} is used. */
  ReentrantLock turn() {
    return turn;
  }

  /** Runs a short task that uses {@link #forward}, or its workers. */
  void inTurn(Runnable task) {
    turn.lock();
    try {
      task.run();
    } finally {
      turn.unlock();
    }
  }

  /** What a classifier makes of a pooled state. */
  double score(Classifier classifier, float[] pooled) {
    turn.lock();
    try {
      return classifier.score(forward.logits(classifier, pooled));
    } finally {
      turn.unlock();
    }
  }

  /**
   * The logits of a head's guesses; the pages of their rows were taken. Returns false if cancelled.
   */
  boolean guess(Batch batch, float[] results, Cancellation cancellation) {
    turn.lock();
    try {
      if (cancellation.requested()) {
        return false;
      }
      forward.workspace().resize(batch.rows());
      forward.head().orElseThrow().guess(batch, results);
      return true;
    } finally {
      forward.workspace().release(batch.rows());
      turn.unlock();
    }
  }

  /** The rows that leave the last block: those that are wanted, or all, for a head. */
  private Step leaving(Batch batch, Step wanted) {
    return forward.head().isPresent() ? Step.toTheEnd(batch) : wanted;
  }

  /** Returns false if cancelled: then no sequence has changed, as when it throws. */
  boolean run(Batch batch, Entry entry, Exit exit, Cancellation cancellation) {
    Step all = Step.of(batch);
    Step wanted = Step.wanted(batch);
    Step last = leaving(batch, wanted);
    boolean complete = false;
    turn.lock();
    try {
      for (Batch.Slice slice : batch.slices()) {
        slice.sequence().reserve(slice.position(), slice.count(), slice.rows());
      }
      forward.workspace().resize(all.count());
      float[] x = forward.workspace().x;
      entry.embed(batch, x);
      for (int l = 0; l < blocks.size(); l++) {
        if (cancellation.requested()) {
          return false;
        }
        Step step = l <= lastKeeping ? all : last;
        forward.block(l, blocks.get(l), x, step, l < lastKeeping ? all : last);
      }
      if (forward.head().isPresent()) {
        forward.head().get().follow(batch, x, all);
        wanted.keep(all, x, forward.workspace().streamWidth());
      }
      if (wanted.count() > 0) {
        exit.take(x, wanted);
      }
      for (Batch.Slice slice : batch.slices()) {
        slice.sequence().append(slice.tokens(), slice.from(), slice.count(), slice.rows());
      }
      complete = true;
      return true;
    } finally {
      if (!complete) {
        all.parts().forEach(part -> part.sequence().rollBack(part.position()));
      }
      forward.workspace().release(all.count());
      turn.unlock();
    }
  }
}
