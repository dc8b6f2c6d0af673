package ai.realm.engine;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.model.LanguageModel;
import ai.realm.model.cache.Sequence;
import ai.realm.model.cache.SequenceFile;
import ai.realm.model.cache.Sharing;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A sequence of tokens that its holder continues call by call: what it holds is not computed again,
 * also not the texts that it made. Between two calls it gives its memory to those who need it, and
 * computes again what was lost. One call at a time works on it; safe for all threads.
 */
public final class OpenSequence implements AutoCloseable {
  private final LoadedModel model;
  private final Sequence sequence;
  private final String note;
  private final Sharing sharing;

  /** What a draft model has computed of it. */
  private Optional<DraftSequence> drafted = Optional.empty();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private Generation running;
  private boolean closed;

  private OpenSequence(LoadedModel model, Sequence sequence, Sharing sharing, String note) {
    this.model = model;
    this.sequence = sequence;
    this.sharing = sharing;
    this.note = note;
    sequence.rest();
    model.add(this);
  }

  /** An empty one, under an open lease. */
  static OpenSequence empty(LoadedModel model, Sharing sharing) {
    LanguageModel languageModel = model.languageModel();
    Sequence sequence = languageModel.newSequence(model.contextLength(), sharing);
    return new OpenSequence(model, sequence, sharing, "");
  }

  /** One that {@link #save} wrote, under an open lease. */
  static OpenSequence restored(LoadedModel model, Path path) {
    LanguageModel languageModel = model.languageModel();
    Sequence read = languageModel.newSequence(model.contextLength());
    try {
      String note =
          SequenceFile.read(read, model.contentHash(), languageModel.vocabularySize(), path);
      return new OpenSequence(model, read, new Sharing.Nobody(), note);
    } catch (Throwable failure) {
      read.close();
      throw failure;
    }
  }

  /** The model that it is of. */
  public LoadedModel model() {
    return model;
  }

  /** What was said of it when it was saved; empty where it comes from no file. */
  public String note() {
    return note;
  }

  /**
   * Continues it with a prompt and the text that follows, maybe none. If the generation is
   * cancelled or fails, it is longer by what was made until then, and as before if that is no
   * token.
   *
   * @param lease which the generation takes over
   * @param prompt ids of the vocabulary; may be empty, unless the sequence is
   * @throws EngineException as {@link ModelLease#generate}, {@code INVALID_ARGUMENT} while another
   *     call works on it, {@code DISPOSED}; the lease is then still open
   */
  public Generation generate(
      ModelLease lease, int[] prompt, GenerationRules options, GenerationListener listener) {
    Generation generation;
    lock.lock();
    try {
      requireIdle();
      int base = sequence.known();
      int[] tokens = Arrays.copyOf(tokens(), base + prompt.length);
      System.arraycopy(prompt, 0, tokens, base, prompt.length);
      generation = new Generation(lease, this, tokens, options, listener);
      running = generation;
    } finally {
      lock.unlock();
    }
    try {
      model.scheduler().line().submit(generation);
    } catch (Throwable refused) {
      ended();
      throw refused;
    }
    return generation;
  }

  /** The sequence, while a generation works on it. */
  Sequence sequence() {
    return sequence;
  }

  /** What a draft model has computed of it, for the generation that begins. */
  Optional<DraftSequence> drafted(DraftModel draft) {
    if (drafted.isEmpty()) {
      drafted = draft.newSequence(model.contextLength(), sharing);
    }
    return drafted;
  }

  /** Tells that the generation has ended. */
  void ended() {
    lock.lock();
    try {
      running = null;
      drafted.ifPresent(DraftSequence::rest);
      sequence.rest();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Its tokens.
   *
   * @throws EngineException {@code INVALID_ARGUMENT} while a call works on it, {@code DISPOSED}
   */
  public int[] tokens() {
    lock.lock();
    try {
      requireIdle();
      int[] tokens = new int[sequence.known()];
      Arrays.setAll(tokens, sequence::token);
      return tokens;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Another sequence of the same tokens, to be closed as well, without a copy of what they have in
   * common.
   *
   * @throws EngineException as {@link #tokens}
   */
  public OpenSequence fork() {
    lock.lock();
    try (ModelLease _ = model.lease()) {
      requireIdle();
      sequence.wake();
      try {
        OpenSequence fork = new OpenSequence(model, sequence.fork(), sharing, "");
        fork.drafted = drafted.map(DraftSequence::fork);
        return fork;
      } finally {
        sequence.rest();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Forgets the tokens from {@code length} on.
   *
   * @throws EngineException as {@link #tokens}, and {@code INVALID_ARGUMENT} beyond their number
   */
  public void truncate(int length) {
    lock.lock();
    try (ModelLease _ = model.lease()) {
      requireIdle();
      if (length < 0 || length > sequence.known()) {
        throw new EngineException(
            ErrorCode.INVALID_ARGUMENT,
            "tokens is %d; the sequence has %d: give 0 to that"
                .formatted(length, sequence.known()));
      }
      sequence.wake();
      sequence.cut(length);
      sequence.rest();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Writes it to a file, with what was computed of it; see {@link SequenceFile#write}.
   *
   * @param saying what {@link #note} gives of the restored one
   * @throws EngineException as {@link #tokens}, and {@code IO_ERROR}
   */
  public void save(Path path, String saying) {
    lock.lock();
    try (ModelLease _ = model.lease()) {
      requireIdle();
      sequence.wake();
      try {
        SequenceFile.write(sequence, model.contentHash(), saying, path);
      } finally {
        sequence.rest();
      }
    } finally {
      lock.unlock();
    }
  }

  private void requireIdle() {
    if (closed) {
      throw new EngineException(
          ErrorCode.DISPOSED, "the sequence was disposed; open another to go on");
    }
    if (running != null) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          "a text of the sequence is being generated; wait for its end, or fork the sequence before"
              + " it begins");
    }
  }

  /**
   * Cancels what runs, waits for its end, and gives all memory back; a second call does nothing.
   * Not to be called by a listener.
   */
  @Override
  public void close() {
    if (model.scheduler().isCurrentThread()) {
      throw new IllegalStateException("a listener would wait for its own work to end");
    }
    lock.lock();
    try {
      boolean first = !closed;
      closed = true;
      while (running != null) {
        running.cancel();
        changed.awaitUninterruptibly();
      }
      if (first) {
        sequence.wake();
        sequence.close();
        drafted.ifPresent(DraftSequence::close);
      }
    } finally {
      lock.unlock();
    }
    model.remove(this);
  }
}
