package ai.realm.engine;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.model.TextEncoder;
import ai.realm.model.net.Pooling;
import ai.realm.tokenizer.TextPair;
import java.util.ArrayList;
import java.util.List;

/**
 * How well documents answer a query. Each goes through the model behind the query; one that does
 * not fit the context in parts, of which each begins in the middle of the one before. The best
 * part's score is the document's.
 */
public final class DocumentRanking extends PooledTexts {
  private final RankingListener listener;
  private final double[] scores;

  /** For each part that is still to be judged, its document. */
  private final List<Integer> documentOf = new ArrayList<>();

  private int judged;

  /**
   * Checks all that was asked for.
   *
   * @throws EngineException {@code UNSUPPORTED_OPERATION} by a model that does not rank, {@code
   *     CONTEXT_OVERFLOW} for a query that leaves no room for a document; then the lease still is
   *     the caller's
   */
  DocumentRanking(ModelLease lease, List<TextPair> pairs, Claim claim, RankingListener listener) {
    super(lease, claim, poolingOf(lease.model()));
    this.listener = listener;
    this.scores = new double[pairs.size()];
    for (int i = 0; i < scores.length; i++) {
      for (int[] part : parts(pairs.get(i), i)) {
        add(part);
        documentOf.add(i);
      }
    }
  }

  private static Pooling poolingOf(LoadedModel model) {
    TextEncoder encoder = model.encoder();
    if (!encoder.ranks()) {
      throw new EngineException(
          ErrorCode.UNSUPPORTED_OPERATION,
          ("%s is no reranker: its file has no classifier (cls.output.weight) that judges a query"
               + " and a document; load one whose pooling_type is rank (4), or compare embeddings")
              .formatted(model.file().name()));
    }
    return encoder.pooling();
  }

  /** The ids of a pair, or of its parts where it does not fit the context. */
  private List<int[]> parts(TextPair pair, int document) {
    int most = model().contextLength();
    if (pair.ids().length == 0) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          ("the query and documents[%d] are empty, and the model's file puts no token around them;"
                  + " expected at least one token: give a query")
              .formatted(document));
    }
    if (pair.ids().length <= most) {
      return List.of(pair.ids());
    }
    int room = most - pair.head() - pair.tail();
    if (room < 1) {
      throw new EngineException(
          ErrorCode.CONTEXT_OVERFLOW,
          ("the query and what stands around it have %d tokens, which leaves no room for a"
                  + " document; the context holds %d: shorten the query, or load the model with a"
                  + " larger contextLength (it was trained for %d)")
              .formatted(pair.head() + pair.tail(), most, model().trainedContext()));
    }
    return pair.parts(room);
  }

  @Override
  void pooled(float[] state) {
    int document = documentOf.get(judged++);
    scores[document] = Math.max(scores[document], model().encoder().score(state));
  }

  @Override
  void reportResult() {
    listener.finished(scores, tokens());
  }

  @Override
  void reportAborted() {
    listener.aborted();
  }

  @Override
  void reportFailure(Throwable failure) {
    listener.failed(failure);
  }
}
