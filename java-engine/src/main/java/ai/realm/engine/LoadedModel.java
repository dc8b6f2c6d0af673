package ai.realm.engine;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.kernels.Overcommit;
import ai.realm.kernels.WorkerPool;
import ai.realm.model.LanguageModel;
import ai.realm.model.Models;
import ai.realm.model.TextEncoder;
import ai.realm.model.cache.CacheOptions;
import ai.realm.sampling.SamplingOptions;
import ai.realm.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** A model that is ready to run, with the thread that runs all work on it. Safe for all threads. */
public final class LoadedModel implements AutoCloseable {
  private final RunningModel running;
  private final int contextLength;
  private final Runnable release;

  /** Those whose holders have not closed them. */
  private final Set<OpenSequence> sequences = ConcurrentHashMap.newKeySet();

  private final Leases leases = new Leases();

  /**
   * Puts a model together; closing it closes its parts.
   *
   * @param file its metadata and tokenizer
   * @param encoder its weights and forward pass
   * @param contextLength tokens that prompt and answer may have together, at least 1
   * @throws EngineException {@code INVALID_ARGUMENT} if {@code contextLength} is below 1 or beyond
   *     what the model was trained for, {@code MODEL_INVALID} if the vocabulary is not the model's;
   *     then the parts are still open
   */
  public LoadedModel(ModelFile file, TextEncoder encoder, int contextLength) {
    this(file, encoder, Optional.empty(), contextLength, Places.DEFAULT, System::nanoTime);
  }

  /**
   * The same.
   *
   * @param draft what guesses how its texts go on, which closes with it; where there is none, the
   *     model's own head does, if it has one
   * @param places how much work it takes
   * @param clock of nanoseconds, by which the scheduler shares out the time
   */
  public LoadedModel(
      ModelFile file,
      TextEncoder encoder,
      Optional<DraftModel> draft,
      int contextLength,
      Places places,
      LongSupplier clock) {
    if (contextLength < 1 || contextLength > encoder.trainedContext()) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          "contextLength is "
              + contextLength
              + "; the model was trained for a context of "
              + encoder.trainedContext()
              + ": give 1 to that");
    }
    if (file.tokenizer().vocabularySize() != encoder.vocabularySize()) {
      throw new EngineException(
          ErrorCode.MODEL_INVALID,
          "the vocabulary has "
              + file.tokenizer().vocabularySize()
              + " tokens, the output tensor "
              + encoder.vocabularySize()
              + " rows, expected as many; the file was converted wrongly: fetch another");
    }
    Optional<DraftModel> guesses = draft.or(() -> DraftModel.ofHead(file, encoder, clock));
    Scheduler scheduler = new Scheduler(file.name(), encoder, guesses, places, clock);
    this.running = new RunningModel(file, encoder, scheduler, guesses);
    this.contextLength = contextLength;
    this.release = running::close;
  }

  /**
   * One more right to what runs already.
   *
   * @param release runs when this has closed
   */
  LoadedModel(LoadedModel other, Runnable release) {
    this.running = other.running;
    this.contextLength = other.contextLength;
    this.release = release;
  }

  /**
   * Loads the weights of {@code file}, which closes with the model.
   *
   * @param draft a smaller model that guesses how its texts go on, whose file closes likewise
   * @param contextLength tokens that prompt and answer may have together; empty for what the model
   *     was trained for
   * @param threads that compute, at least 1
   * @param cache how keys and values are kept
   * @param places how much work it takes
   * @param overcommit whether it may need more memory than is free
   * @throws EngineException as the constructor and {@link Models#open}, and {@code DRAFT_MISMATCH}
   *     for a draft with other tokens; then the files are still open
   */
  public static LoadedModel load(
      ModelFile file,
      Optional<DraftFile> draft,
      OptionalInt contextLength,
      int threads,
      CacheOptions cache,
      Places places,
      Overcommit overcommit) {
    DraftFile.Rooms rooms =
        draft
            .map(smaller -> smaller.fit(file, contextLength, cache, overcommit))
            .orElse(new DraftFile.Rooms(cache, cache));
    WorkerPool pool = new WorkerPool(threads);
    List<TextEncoder> opened = new ArrayList<>();
    try {
      TextEncoder encoder =
          Models.open(file.gguf(), contextLength, pool, rooms.model(), overcommit);
      opened.add(encoder);
      Optional<DraftModel> drafts =
          draft.map(smaller -> smaller.load(file, contextLength, pool, rooms.draft(), overcommit));
      drafts.flatMap(DraftModel::smaller).ifPresent(opened::add);
      int context = contextLength.orElse(encoder.trainedContext());
      return new LoadedModel(file, encoder, drafts, context, places, System::nanoTime);
    } catch (Throwable failure) {
      opened.forEach(TextEncoder::close);
      pool.close();
      throw failure;
    }
  }

  /** Its file's metadata and tokenizer. */
  public ModelFile file() {
    return running.file();
  }

  /** Its tokenizer. */
  public Tokenizer tokenizer() {
    return file().tokenizer();
  }

  /** The grammars that its texts had lately. */
  Grammars grammars() {
    return running.grammars();
  }

  /** What breaks repetitions in its texts. */
  Breakers breakers() {
    return running.breakers();
  }

  /** Its weights and forward pass, to be used while a lease is open. */
  public TextEncoder encoder() {
    return running.encoder();
  }

  /**
   * The same of a model that makes text.
   *
   * @throws EngineException {@code UNSUPPORTED_OPERATION} for one that does not
   */
  public LanguageModel languageModel() {
    if (encoder() instanceof LanguageModel languageModel) {
      return languageModel;
    }
    throw new EngineException(
        ErrorCode.UNSUPPORTED_OPERATION,
        ("%s is an encoder (%s): it gives texts vectors, with embed, and no text; load a language"
                + " model for that")
            .formatted(file().name(), file().metadata().string("general.architecture", "")));
  }

  /** What guesses how its texts go on. */
  Optional<DraftModel> draft() {
    return running.draft();
  }

  /** What it does now, and did since it was loaded. */
  public ModelStats stats() {
    return scheduler().stats();
  }

  /** Tokens that prompt and answer may have together. */
  public int contextLength() {
    return contextLength;
  }

  /** Texts, and other work, that run at the same time. */
  public int parallel() {
    return scheduler().parallel();
  }

  /**
   * How its tokens are drawn where a generation leaves that out.
   *
   * @throws EngineException as {@link SamplingOptions#of}
   */
  SamplingOptions samplingDefaults() {
    return SamplingOptions.of(file().metadata());
  }

  /** Tokens of context that it was trained for. */
  public int trainedContext() {
    return encoder().trainedContext();
  }

  /**
   * A right to use it, to be closed.
   *
   * @throws EngineException {@code DISPOSED} once it is being closed
   */
  public ModelLease lease() {
    if (!leases.tryAdd()) {
      throw new EngineException(
          ErrorCode.DISPOSED,
          "the model " + file().name() + " was disposed; load it again to use it");
    }
    return new ModelLease(this);
  }

  /**
   * Refuses new work at once, waits for the running work, then frees everything that no other
   * holder shares. A second call waits for the same. Not to be called by a listener, which is part
   * of the work.
   */
  @Override
  public void close() {
    if (scheduler().isCurrentThread()) {
      throw new IllegalStateException("a listener would wait for its own work to end");
    }
    if (leases.close()) {
      try {
        sequences.forEach(OpenSequence::close);
      } finally {
        release.run();
        leases.noteFreed();
      }
    }
  }

  void add(OpenSequence sequence) {
    sequences.add(sequence);
  }

  void remove(OpenSequence sequence) {
    sequences.remove(sequence);
  }

  /** The SHA-256 of its file, in hex; the first time that a holder asks, all of it is read. */
  String contentHash() {
    return running.contentHash();
  }

  void leaseClosed() {
    leases.remove();
  }

  Scheduler scheduler() {
    return running.scheduler();
  }

  /**
   * Checks that a sequence has tokens, that they are in the vocabulary, and that it leaves room in
   * the context.
   *
   * @param what the sequence is, for the message
   * @param room tokens that must still fit
   * @return tokens that still fit
   */
  int checkSequence(String what, int[] ids, int room) {
    if (ids.length == 0) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT, what + " is empty; give at least one token");
    }
    if (ids.length > contextLength - room) {
      throw new EngineException(
          ErrorCode.CONTEXT_OVERFLOW,
          what
              + " has "
              + ids.length
              + " tokens"
              + (room > 0 ? ", and at least " + room + " more must fit" : "")
              + "; the context holds "
              + contextLength
              + ": shorten it, or load the model with a larger contextLength (it was trained for "
              + trainedContext()
              + ")");
    }
    for (int id : ids) {
      checkToken(what, id);
    }
    return contextLength - ids.length;
  }

  /** Checks that {@code id} is in the vocabulary. */
  void checkToken(String where, int id) {
    if (id < 0 || id >= encoder().vocabularySize()) {
      throw new EngineException(
          ErrorCode.TOKEN_OUT_OF_RANGE,
          "token id "
              + id
              + " in "
              + where
              + " is outside the vocabulary; ids are 0 to "
              + (encoder().vocabularySize() - 1));
    }
  }
}
