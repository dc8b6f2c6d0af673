package ai.realm.engine;

import ai.realm.model.Batch;
import ai.realm.model.LanguageModel;
import ai.realm.model.cache.Sequence;
import ai.realm.model.cache.Sharing;
import java.util.Optional;

/** Work on one sequence of tokens, which it holds from its first step on. */
abstract sealed class SequenceWork extends Work permits Generation, Scoring {
  private final LanguageModel languageModel;
  private Sequence sequence;

  /** The first of its rows among the logits of the step that it filled. */
  private int row;

  /**
   * On a model that makes text.
   *
   * @throws ai.realm.error.EngineException {@code UNSUPPORTED_OPERATION} if it is an encoder
   */
  SequenceWork(ModelLease lease) {
    super(lease);
    this.languageModel = lease.model().languageModel();
  }

  /** Its weights and forward pass. */
  final LanguageModel languageModel() {
    return languageModel;
  }

  @Override
  final int fill(Batch step, int room) {
    if (sequence == null) {
      sequence = openSequence();
    }
    row = step.logits();
    return fill(step, sequence, room);
  }

  @Override
  final void digest(Batch step, float[] results) {
    digest(results, row * languageModel.vocabularySize());
  }

  @Override
  final void release() {
    release(Optional.ofNullable(sequence));
  }

  /** The sequence that it works on. */
  Sequence openSequence() {
    return languageModel.newSequence(capacity(), sharing());
  }

  /** Has no more use for the sequence, if it has had one. */
  void release(Optional<Sequence> used) {
    used.ifPresent(Sequence::close);
  }

  /** Positions that the sequence may need. */
  abstract int capacity();

  /** With whom the sequence shares its pages. */
  abstract Sharing sharing();

  /** Adds its next rows, as {@link #fill(Batch, int)}: those behind what the sequence holds. */
  abstract int fill(Batch step, Sequence sequence, int room);

  /** Makes what it can of the logits that it asked for, which begin at {@code at}. */
  abstract void digest(float[] logits, int at);
}
