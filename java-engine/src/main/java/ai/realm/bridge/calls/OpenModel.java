package ai.realm.bridge.calls;

import ai.realm.engine.LoadedModel;
import ai.realm.engine.ModelFile;
import ai.realm.engine.ModelLease;
import ai.realm.engine.ModelStats;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.host.Host;
import java.util.Optional;

/** What JavaScript holds an id of: a model that runs, or a vocabulary alone. */
sealed interface OpenModel {

  /** A model that runs. */
  final class Loaded implements OpenModel {
    private record Adoption(Host host, int id) {
      void end() {
        host.app().removeModel(id);
      }
    }

    private final LoadedModel model;
    private Optional<Adoption> adoption = Optional.empty();
    private boolean closed;

    Loaded(LoadedModel model) {
      this.model = model;
    }

    /** The model itself. */
    LoadedModel model() {
      return model;
    }

    @Override
    public synchronized int adopt(Host host) {
      if (closed) {
        throw new EngineException(
            ErrorCode.DISPOSED,
            "the model " + file().name() + " was disposed; load it again to use it");
      }
      if (adoption.isEmpty()) {
        adoption = Optional.of(new Adoption(host, host.adopt(model)));
      }
      return adoption.get().id();
    }

    @Override
    public ModelFile file() {
      return model.file();
    }

    @Override
    public ModelLease lease() {
      return model.lease();
    }

    @Override
    public ModelStats stats() {
      return model.stats();
    }

    @Override
    public void close() {
      synchronized (this) {
        closed = true;
        adoption.ifPresent(Adoption::end);
        adoption = Optional.empty();
      }
      model.close();
    }
  }

  /** A vocabulary alone. */
  record VocabularyOnly(ModelFile file) implements OpenModel {
    @Override
    public ModelLease lease() {
      throw refused();
    }

    @Override
    public ModelStats stats() {
      throw refused();
    }

    @Override
    public int adopt(Host host) {
      throw refused();
    }

    @Override
    public void close() {
      file.close();
    }

    private EngineException refused() {
      return new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          file.name() + " was opened for its vocabulary alone; load the model to run it");
    }
  }

  /** Its file's metadata and tokenizer. */
  ModelFile file();

  /**
   * A right to run it, to be closed.
   *
   * @throws EngineException {@code INVALID_ARGUMENT} for a vocabulary alone
   */
  ModelLease lease();

  /**
   * What it does now, and did since it was loaded.
   *
   * @throws EngineException {@code INVALID_ARGUMENT} for a vocabulary alone
   */
  ModelStats stats();

  /**
   * Its id among the app's models of {@code host}, which gets it once and holds it until this
   * closes; the first time, all of its content is read.
   *
   * @throws EngineException {@code INVALID_ARGUMENT} for a vocabulary alone, {@code DISPOSED}
   */
  int adopt(Host host);

  /** Waits for running work and for guests that have it, then frees it. */
  void close();
}
