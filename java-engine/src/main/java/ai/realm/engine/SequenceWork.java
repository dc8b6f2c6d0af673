package ai.realm.engine;

import ai.realm.kernels.Rows;
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

  /** Rows that it had no pages for. */
  private int refused;

  /**
   * On a model that makes text.
   *
   * @throws ai.realm.error.EngineException {@code UNSUPPORTED_OPERATION} if it is an encoder
   */
  SequenceWork(ModelLease lease, Claim claim) {
    super(lease, claim);
    this.languageModel = lease.model().languageModel();
  }

  /** Its weights and forward pass. */
  final LanguageModel languageModel() {
    return languageModel;
  }

  @Override
  final int fill(Batch step, int room, Stake stake) {
    if (sequence == null) {
      sequence = openSequence();
    }
    row = step.logits();
    int rows = rows(sequence, room, stake);
    if (!sequence.tryReserve(sequence.length(), rows, kind(sequence))) {
      refused = rows;
      return NO_PAGES;
    }
    fill(step, sequence, rows);
    return rows;
  }

  @Override
  final boolean holdsPages() {
    return sequence != null && sequence.bytes() > 0;
  }

  @Override
  void givePagesBack() {
    sequence.rollBack(0);
  }

  @Override
  final void demandPages() {
    sequence.reserve(sequence.length(), refused, kind(sequence));
  }

  /** Whether it has its sequence. */
  final boolean hasBegun() {
    return sequence != null;
  }

  /** Begins with a sequence, and with results that stand behind it. */
  final void beginWith(Sequence computed) {
    sequence = computed;
    row = 0;
  }

  /** Another sequence of the same tokens. */
  final Sequence fork() {
    return sequence.fork();
  }

  /** Its sequence; none before its first step. */
  final Optional<Sequence> sequence() {
    return Optional.ofNullable(sequence);
  }

  /** Tokens that its sequence holds. */
  final int held() {
    return sequence == null ? 0 : sequence.length();
  }

  /** Forgets the last rows of the step that it took part in. */
  final void dropRows(int count) {
    sequence.truncate(sequence.length() - count);
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

  /**
   * How many rows it has for a step that has room for {@code room} of a prompt, and takes some
   * guesses of a text: from 1 on. What others have of them it may take over instead.
   */
  abstract int rows(Sequence sequence, int room, Stake stake);

  /** How these go through products. */
  abstract Rows kind(Sequence sequence);

  /** Adds that many, those behind what the sequence holds. */
  abstract void fill(Batch step, Sequence sequence, int rows);

  /** Makes what it can of the logits that it asked for, which begin at {@code at}. */
  abstract void digest(float[] logits, int at);
}
