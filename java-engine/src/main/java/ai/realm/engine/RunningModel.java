package ai.realm.engine;

import ai.realm.model.TextEncoder;

/**
 * What all holders of a model use together.
 *
 * @param file its metadata and tokenizer
 * @param encoder its weights, its pages and its forward pass
 * @param scheduler its thread
 */
record RunningModel(ModelFile file, TextEncoder encoder, Scheduler scheduler)
    implements AutoCloseable {

  /** Waits until no work is left, then frees everything. */
  @Override
  public void close() {
    try (file;
        encoder) {
      scheduler.close();
    }
  }
}
