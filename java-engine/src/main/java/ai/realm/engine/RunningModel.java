package ai.realm.engine;

import ai.realm.model.TextEncoder;
import ai.realm.storage.ContentHash;
import java.util.Optional;

/** What all holders of a model use together. */
final class RunningModel implements AutoCloseable {
  private final ModelFile file;
  private final TextEncoder encoder;
  private final Scheduler scheduler;

  /** What guesses how its texts go on. */
  private final Optional<DraftModel> draft;

  private final Grammars grammars;
  private final Breakers breakers;

  /** Of the file; empty until it is asked for. */
  private Optional<String> contentHash = Optional.empty();

  /**
   * Takes over its parts.
   *
   * @param file its metadata and tokenizer
   * @param encoder its weights, its pages and its forward pass
   * @param scheduler its thread
   * @param draft what guesses how its texts go on
   */
  RunningModel(
      ModelFile file, TextEncoder encoder, Scheduler scheduler, Optional<DraftModel> draft) {
    this.file = file;
    this.encoder = encoder;
    this.scheduler = scheduler;
    this.draft = draft;
    this.grammars = new Grammars(file.tokenizer());
    this.breakers = new Breakers(file.tokenizer());
  }

  /** The grammars of its texts. */
  Grammars grammars() {
    return grammars;
  }

  /** What breaks repetitions in its texts. */
  Breakers breakers() {
    return breakers;
  }

  ModelFile file() {
    return file;
  }

  TextEncoder encoder() {
    return encoder;
  }

  Scheduler scheduler() {
    return scheduler;
  }

  Optional<DraftModel> draft() {
    return draft;
  }

  /** The SHA-256 of its file, in hex; the first time, all of it is read. */
  synchronized String contentHash() {
    if (contentHash.isEmpty()) {
      contentHash = Optional.of(ContentHash.of(file.gguf().files()).sha256());
    }
    return contentHash.get();
  }

  /** Waits until no work is left, then frees everything. */
  @Override
  public void close() {
    try (file;
        encoder) {
      scheduler.close();
      draft.ifPresent(DraftModel::close);
    }
  }
}
