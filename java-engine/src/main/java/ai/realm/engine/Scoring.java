package ai.realm.engine;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.kernels.Rows;
import ai.realm.model.Batch;
import ai.realm.model.cache.Sequence;
import ai.realm.model.cache.Sharing;
import ai.realm.sampling.Ranking;
import ai.realm.sampling.Ranking.TopTokens;
import java.util.ArrayList;
import java.util.List;

/** What the model expects to follow each position of a given sequence. */
public final class Scoring extends SequenceWork {
  /** Tokens of a step where the caller has no wish: as many as a step takes. */
  public static final int DEFAULT_BATCH = Scheduler.PROMPT_ROWS;

  private final int[] ids;
  private final int batch;
  private final ScoringListener listener;
  private final Ranking ranking;
  private final List<TopTokens> positions = new ArrayList<>();

  /** Rows of the step that was filled whose logits are wanted, and what became of them. */
  private int rows;

  private final List<TopTokens> ranked = new ArrayList<>();

  /**
   * Checks all that was asked for.
   *
   * @throws EngineException {@code INVALID_ARGUMENT}, {@code CONTEXT_OVERFLOW} or {@code
   *     TOKEN_OUT_OF_RANGE}; then the lease still is the caller's
   */
  Scoring(ModelLease lease, int[] ids, int top, int batch, Claim claim, ScoringListener listener) {
    super(lease, claim);
    this.ids = ids.clone();
    this.listener = listener;
    model().checkSequence("the list of ids", ids, 0);
    int vocabulary = languageModel().vocabularySize();
    check("top", top);
    check("batch", batch);
    this.ranking = new Ranking(Math.min(top, vocabulary));
    this.batch = Math.min(batch, ids.length);
    if ((long) this.batch * vocabulary > Integer.MAX_VALUE / 4) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          "batch is "
              + batch
              + "; with this model's "
              + vocabulary
              + " tokens a step may have at most "
              + Integer.MAX_VALUE / 4 / vocabulary);
    }
  }

  @Override
  int capacity() {
    return ids.length;
  }

  /** Logits are wanted of all positions, so that nothing can be taken over. */
  @Override
  Sharing sharing() {
    return new Sharing.Nobody();
  }

  @Override
  boolean isPrefill() {
    return true;
  }

  @Override
  int rows(Sequence sequence, int room, Stake stake) {
    int from = sequence.length();
    int end = from < positions.size() ? positions.size() : ids.length;
    return Math.min(Math.min(batch, room), end - from);
  }

  @Override
  Rows kind(Sequence sequence) {
    return Rows.TOGETHER;
  }

  @Override
  void fill(Batch step, Sequence sequence, int count) {
    int from = sequence.length();
    rows = from < positions.size() ? 0 : count;
    if (rows == 0) { // It gave its pages back, and comes again.
      step.prompt(sequence, ids, from, count, /* last= */ false);
    } else {
      step.given(sequence, ids, from, count);
    }
  }

  @Override
  void digest(float[] logits, int at) {
    ranked.clear();
    int vocabulary = languageModel().vocabularySize();
    for (int row = 0; row < rows && !cancelled(); row++) {
      ranked.add(ranking.rank(logits, at + row * vocabulary, vocabulary));
    }
  }

  @Override
  boolean advance() {
    positions.addAll(ranked);
    return positions.size() == ids.length;
  }

  @Override
  void reportResult() {
    listener.finished(positions);
  }

  @Override
  void reportAborted() {
    listener.aborted();
  }

  @Override
  void reportFailure(Throwable failure) {
    listener.failed(failure);
  }

  private static void check(String name, int value) {
    if (value < 1) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT, name + " is " + value + "; it must be 1 or more");
    }
  }
}
