package ai.realm.bridge.calls;

import ai.realm.engine.LoadedModel;
import ai.realm.engine.ModelFile;
import ai.realm.engine.ModelLease;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;

/** What JavaScript holds an id of: a model that runs, or a vocabulary alone. */
sealed interface OpenModel {

  /** A model that runs. */
  record Loaded(LoadedModel model) implements OpenModel {
    @Override
    public ModelFile file() {
      return model.file();
    }

    @Override
    public ModelLease lease() {
      return model.lease();
    }

    @Override
    public void close() {
      model.close();
    }
  }

  /** A vocabulary alone. */
  record VocabularyOnly(ModelFile file) implements OpenModel {
    @Override
    public ModelLease lease() {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          file.name() + " was opened for its vocabulary alone; load the model to run it");
    }

    @Override
    public void close() {
      file.close();
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

  /** Waits for running work, then frees it. */
  void close();
}
