package ai.realm.host;

import ai.realm.engine.LoadedModel;
import ai.realm.engine.ModelLease;
import ai.realm.error.EngineException;
import ai.realm.storage.ContentStore;
import ai.realm.storage.Prefetcher;
import ai.realm.storage.StoredModel;
import ai.realm.storage.TensorCache;
import java.util.Optional;

/**
 * What the app and all guests of a process share: the stored models, each content once, and the
 * cache of dequantized tensors. Safe for all threads.
 */
public final class Host {
  private final HostOptions options;
  private final TensorCache tensors;
  private final ContentStore contents;
  private final Optional<Prefetcher> prefetcher;
  private final Tenant app;

  /** A host without models. */
  public Host(HostOptions options) {
    this.options = options;
    this.tensors = new TensorCache(options.tensorCacheBytes());
    this.contents = new ContentStore(options.storageBytes(), tensors);
    this.prefetcher =
        options.prefetch() && options.tensorCacheBytes() > 0
            ? Optional.of(new Prefetcher(tensors))
            : Optional.empty();
    this.app = new Tenant(this, Grants.unlimited());
  }

  /** The app, which has no limits; its models are those that it can grant to guests. */
  public Tenant app() {
    return app;
  }

  /**
   * A guest, to be closed.
   *
   * @throws EngineException {@code MODEL_NOT_FOUND} if the app has not all of the granted models
   */
  public Tenant guest(Grants grants) {
    Tenant guest = new Tenant(this, grants);
    try {
      for (int id : grants.models()) {
        guest.models().add(app.models().lease(id), id);
      }
      return guest;
    } catch (Throwable failure) {
      guest.close();
      throw failure;
    }
  }

  /**
   * Takes a loaded model among the app's models, without a second copy of its weights. It keeps a
   * lease on the model: closing that waits until the app and all guests have removed it, but not
   * for those who have stored the same content.
   *
   * @return its id, derived from its content, which is read for that; no stored model has the same
   * @throws EngineException {@code DISPOSED} if the model is being closed
   */
  public int adopt(LoadedModel model) {
    ModelLease lease = model.lease();
    StoredModel stored = contents.adopt(model.file().gguf(), lease::close);
    stored.part(ModelRuntime.class, _ -> new ModelRuntime(model));
    return app.models().addApart(stored);
  }

  /** What it holds now. */
  public HostFigures figures() {
    return new HostFigures(
        contents.size(), contents.copiedBytes(), tensors.bytes(), tensors.hits(), tensors.misses());
  }

  /** The cache of dequantized tensors. */
  public TensorCache tensors() {
    return tensors;
  }

  ContentStore contents() {
    return contents;
  }

  /** Empty if nothing is read ahead. */
  Optional<Prefetcher> prefetcher() {
    return prefetcher;
  }

  ModelRuntime runtime(StoredModel model) {
    return model.part(ModelRuntime.class, gguf -> new ModelRuntime(gguf, options.threads()));
  }
}
