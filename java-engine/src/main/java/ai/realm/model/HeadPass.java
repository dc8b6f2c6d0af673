package ai.realm.model;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import ai.realm.kernels.Activations;
import ai.realm.kernels.Kernels;
import ai.realm.model.Linears.Use;
import ai.realm.model.cache.Sequence;
import ai.realm.model.cache.Stretch;
import ai.realm.model.net.Network;
import ai.realm.model.net.Network.GuessingHead;
import ai.realm.model.net.Norm;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Runs a head that guesses tokens. A sequence keeps two layers more for it, behind those of the
 * trunk: the trunk's state behind the last token, as a recurrent layer's, and the keys and values
 * of the head's block. So what forks, is cut, or is shared with others has what the head needs.
 */
final class HeadPass {
  private final Forward forward;
  private final Kernels kernels;
  private final Linears linears;
  private final Rowwise rowwise;
  private final Norms norms;
  private final GuessingHead head;
  private final Norm trunkNorm;
  private final int width;

  /** The layer of the states; the next one is the block's. */
  private final int states;

  private final Activations both = new Activations(1); // (n_rows, 2, width)
  private float[] behind = {}; // states behind the rows (n_rows, width)
  private float[] x = {}; // what enters and leaves the block (n_rows, width)

  HeadPass(
      Forward forward,
      Kernels kernels,
      Linears linears,
      Rowwise rowwise,
      GuessingHead head,
      Network.Generating trunk) {
    this.forward = forward;
    this.kernels = kernels;
    this.linears = linears;
    this.rowwise = rowwise;
    this.norms = forward.norms();
    this.head = head;
    this.trunkNorm = trunk.output().norm();
    this.width = trunk.width();
    this.states = trunk.blocks().size();
  }

  /** Bytes of the buffers of so many rows; activations have their rounded forms beside them. */
  static long bytes(int width, int rows) {
    return (long) Float.BYTES * rows * width * (2 + 3 * 2);
  }

  /** Has a sequence hold so many positions of which a head will guess nothing. */
  static void skip(Sequence sequence, int states, int length) {
    sequence.hold(states, length);
    sequence.hold(states + 1, length);
  }

  /**
   * Takes in what the trunk has computed, without a guess.
   *
   * @param stream what left its last block, {@code (n_rows, width)}
   * @param all the rows of the batch
   */
  void follow(Batch batch, float[] stream, Step all) {
    behind = Workspace.resized(behind, all.count(), width);
    norms.rows(trunkNorm, stream, 0, behind, 0, all.count(), width);
    enter(batch, all);
    forward.block(states + 1, head.block(), x, all, all.none());
    keep(all);
    all.parts().forEach(part -> part.sequence().hold(states, part.length()));
  }

  /**
   * The logits behind tokens, one a sequence, of which the last may be a guess; the sequences hold
   * no more than before.
   *
   * @param results receives a row for each
   */
  void guess(Batch batch, float[] results) {
    Step all = Step.of(batch);
    behind = Workspace.resized(behind, all.count(), width);
    enter(batch, all);
    try {
      forward.block(states + 1, head.block(), x, all, all);
    } finally {
      all.parts().forEach(part -> part.sequence().hold(states + 1, part.sequence().held(states)));
    }
    norms.rows(head.output().norm(), x, 0, behind, 0, all.count(), width);
    keep(all);
    forward.logits(head.output(), x, 0, all.runs(), results);
  }

  /** {@code x = join(tokenNorm(embedding), stateNorm(state))} of all rows. */
  private void enter(Batch batch, Step all) {
    float[] rows = both.resize(all.count(), 2 * width).values();
    x = Workspace.resized(x, all.count(), width);
    for (int i = 0; i < all.parts().size(); i++) {
      Step.Part part = all.parts().get(i);
      Batch.Slice slice = batch.slices().get(i);
      for (int row = 0; row < part.count(); row++) {
        int at = 2 * (part.row() + row) * width;
        embed(slice.tokens()[slice.from() + row], rows, at);
        if (row > 0) {
          System.arraycopy(behind, (part.row() + row - 1) * width, rows, at + width, width);
        } else {
          MemorySegment before = stretches(part).getFirst().before();
          MemorySegment.copy(before, JAVA_FLOAT, 0, rows, at + width, width);
        }
      }
    }
    rowwise.each(
        all.count(),
        row -> {
          int at = 2 * row * width;
          norms.one(head.tokenNorm(), rows, at, rows, at, width);
          norms.one(head.stateNorm(), rows, at + width, rows, at + width, width);
        });
    linears.apply(all.runs(), both, new Use(head.join(), x));
  }

  private void embed(int token, float[] rows, int at) {
    head.embedding().table().row(token, rows, at);
    if (head.embedding().scale() != 1) {
      kernels.scale(rows, at, head.embedding().scale(), width);
    }
  }

  /** Writes the states behind the rows where the sequences keep them. */
  private void keep(Step all) {
    for (Step.Part part : all.parts()) {
      for (Stretch stretch : stretches(part)) {
        int last = part.row() + stretch.row() + stretch.count() - 1;
        MemorySegment.copy(behind, last * width, stretch.after(), JAVA_FLOAT, 0, width);
      }
    }
  }

  private List<Stretch> stretches(Step.Part part) {
    return part.sequence().stretches(states, part.position(), part.count());
  }
}
