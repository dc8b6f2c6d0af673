package ai.realm.engine;

import ai.realm.model.Cancellation;
import ai.realm.model.LanguageModel;
import ai.realm.model.cache.Sequence;

/** Work on one sequence of tokens, which it holds from its first step on. */
abstract sealed class SequenceWork extends Work permits Generation, Scoring {
  private final LanguageModel languageModel;
  private Sequence sequence;

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
  final boolean advance(Cancellation cancellation) {
    if (sequence == null) {
      sequence = languageModel.newSequence(capacity());
    }
    return advance(sequence, cancellation);
  }

  @Override
  final void release() {
    if (sequence != null) {
      sequence.close();
    }
  }

  /** Positions that the sequence may need. */
  abstract int capacity();

  /** Does one step, as {@link #advance(Cancellation)}. */
  abstract boolean advance(Sequence sequence, Cancellation cancellation);
}
