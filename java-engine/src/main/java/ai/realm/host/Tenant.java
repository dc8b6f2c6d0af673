package ai.realm.host;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.storage.Budget;
import ai.realm.storage.ModelStore;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * The app or a guest: what it has, and what it may still take. Whatever it asks for, in Java or by
 * the host functions, is checked against its grants here. Safe for all threads.
 */
public final class Tenant implements AutoCloseable {
  private final ModelStore models;
  private final ModelData data;
  private final Texts texts;
  private final Sessions sessions;
  private volatile boolean closed;

  /** A tenant with none of the granted models yet. */
  Tenant(Host host, Grants grants) {
    Budget memory = new Budget("bytes of memory", grants.maxBytes());
    Budget tokens = new Budget("tokens", grants.maxTokens());
    this.models = new ModelStore(host.contents(), memory);
    this.data = new ModelData(host, models);
    this.texts = new Texts(host, models, tokens, memory);
    this.sessions =
        new Sessions(host, models, new Budget("sessions", grants.maxSessions()), tokens, memory);
  }

  /** Stores a model from memory, of which it makes a copy; see {@link ModelStore#store}. */
  public int storeModel(MemorySegment gguf, int id) {
    return models.store(gguf, id);
  }

  /** Stores a model from its file, which is mapped; see {@link ModelStore#store}. */
  public int storeModel(Path file, int id) {
    return models.store(file, id);
  }

  /** Drops a reference to a model; see {@link ModelStore#remove}. */
  public void removeModel(int model) {
    models.remove(model);
    data.stopReadingAhead(model);
  }

  /** Its models by their ids. */
  ModelStore models() {
    return models;
  }

  /** What its models hold: metadata, and the values of tensors. */
  public ModelData data() {
    return data;
  }

  /** Text to ids and back, and generated text. */
  public Texts texts() {
    return texts;
  }

  /** Forward passes layer by layer. */
  public Sessions sessions() {
    return sessions;
  }

  /**
   * Ends a session, and reading ahead in its model.
   *
   * @throws EngineException {@code SESSION_NOT_FOUND}
   */
  public void closeSession(int session) {
    data.stopReadingAhead(sessions.close(session));
  }

  /** Ends running generations as {@code ABORTED}, as for a guest that has run for too long. */
  public void cancel() {
    texts.cancel();
  }

  /**
   * Cancels what runs, ends all sessions and drops all models. Its calls fail from then on; a call
   * that still runs ends in its own time, and holds what it uses until then.
   */
  @Override
  public void close() {
    closed = true;
    texts.close();
    data.close();
    sessions.close();
    models.close();
  }

  /**
   * Checks that it is open.
   *
   * @throws EngineException {@code DISPOSED}
   */
  void requireOpen() {
    if (closed) {
      throw new EngineException(
          ErrorCode.DISPOSED, "the guest was closed; make another to call host functions");
    }
  }
}
