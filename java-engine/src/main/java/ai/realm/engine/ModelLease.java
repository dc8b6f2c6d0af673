package ai.realm.engine;

import ai.realm.model.cache.Sharing;
import ai.realm.tokenizer.TextPair;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * The right to use a model for one piece of work: while it is open, the model is not freed. Work
 * that was started with it closes it at its end.
 */
public final class ModelLease implements AutoCloseable {
  private final LoadedModel model;
  private final long openedAt = System.nanoTime();
  private final AtomicBoolean closed = new AtomicBoolean();

  ModelLease(LoadedModel model) {
    this.model = model;
  }

  /** The model that it is for. */
  public LoadedModel model() {
    return model;
  }

  /**
   * Hands this lease to work that takes it over. If the work does not start, the lease is closed.
   *
   * @param start starts the work
   */
  public <T> T handOver(Function<ModelLease, T> start) {
    try {
      return start.apply(this);
    } catch (Throwable refused) {
      close();
      throw refused;
    }
  }

  /**
   * Starts a generation, which takes over this lease.
   *
   * @param prompt ids of the vocabulary, at least 1
   * @param options what it shall do
   * @param listener hears of it
   * @throws ai.realm.error.EngineException {@code INVALID_ARGUMENT} for an empty prompt, {@code
   *     CONTEXT_OVERFLOW} if prompt and one token more do not fit the context, {@code
   *     TOKEN_OUT_OF_RANGE} for an id that is not in the vocabulary; the lease is then still open
   */
  public Generation generate(int[] prompt, GenerationRules options, GenerationListener listener) {
    Generation generation = new Generation(this, prompt, options, listener);
    model.scheduler().line().submit(generation);
    return generation;
  }

  /**
   * Starts several generations of the same prompt, which is computed once; they take over this
   * lease.
   *
   * @param each what each shall do, at least 1; they are of one tenant, and shared alike
   * @param listener hears of their end
   * @throws ai.realm.error.EngineException as the other one, but for {@code OVERLOADED}, which the
   *     listener hears of; the lease is then still open
   */
  public Choices generate(int[] prompt, List<GenerationRules> each, ChoicesListener listener) {
    return Choices.start(this, prompt, each, listener);
  }

  /**
   * An empty sequence that calls continue, to be closed. It outlives this lease, but not the model.
   *
   * @param sharing with whom it shares what is computed of it
   * @throws ai.realm.error.EngineException {@code UNSUPPORTED_OPERATION} by an encoder
   */
  public OpenSequence openSequence(Sharing sharing) {
    return OpenSequence.empty(model, sharing);
  }

  /**
   * A sequence that was saved, likewise. What was computed of it is taken from the file, and shared
   * with nobody.
   *
   * @throws ai.realm.error.EngineException {@code SEQUENCE_INVALID} for a file that is no sequence
   *     of this model with this format of keys and values, {@code CONTEXT_OVERFLOW}, {@code
   *     OUT_OF_MEMORY}, {@code FILE_NOT_FOUND}, {@code IO_ERROR} or {@code UNSUPPORTED_OPERATION}
   */
  public OpenSequence restoreSequence(Path path) {
    return OpenSequence.restored(model, path);
  }

  /**
   * Starts a scoring, which takes over this lease.
   *
   * @param ids the sequence, at least 1
   * @param top how many tokens to give for each position, at least 1; all, if there are fewer
   * @param batch tokens a step, at least 1; a step holds the logits of all its tokens
   * @param claim for whom it is
   * @param listener hears of it
   * @throws ai.realm.error.EngineException as {@link #generate}
   */
  public Scoring score(int[] ids, int top, int batch, Claim claim, ScoringListener listener) {
    Scoring scoring = new Scoring(this, ids, top, batch, claim, listener);
    model.scheduler().line().submit(scoring);
    return scoring;
  }

  /**
   * Starts an embedding, which takes over this lease.
   *
   * @param texts each of at least one token, with those that the model's file puts around it
   * @param options how they become vectors
   * @param claim for whom they are
   * @param listener hears of it
   * @throws ai.realm.error.EngineException {@code INVALID_ARGUMENT} for a text without tokens or
   *     dimensions that there are not, {@code CONTEXT_OVERFLOW} for a text that does not fit the
   *     context and is not to be cut; the lease is then still open
   */
  public Embedding embed(
      List<String> texts, EmbeddingOptions options, Claim claim, EmbeddingListener listener) {
    Embedding embedding = new Embedding(this, texts, options, claim, listener);
    model.scheduler().line().submit(embedding);
    return embedding;
  }

  /**
   * Starts a ranking, which takes over this lease.
   *
   * @param pairs the query with each document, at least 1
   * @param claim for whom it is
   * @param listener hears of it
   * @throws ai.realm.error.EngineException {@code UNSUPPORTED_OPERATION} by a model that does not
   *     rank, {@code CONTEXT_OVERFLOW} for a query that leaves no room for a document, {@code
   *     OVERLOADED}; the lease is then still open
   */
  public DocumentRanking rank(List<TextPair> pairs, Claim claim, RankingListener listener) {
    DocumentRanking ranking = new DocumentRanking(this, pairs, claim, listener);
    model.scheduler().line().submit(ranking);
    return ranking;
  }

  /** Gives the right back; a second call does nothing. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      model.leaseClosed();
    }
  }

  /** When it was opened, a {@link System#nanoTime}. */
  long openedAt() {
    return openedAt;
  }
}
