package ai.realm.host;

import ai.realm.engine.LoadedModel;
import ai.realm.engine.ModelFile;
import ai.realm.error.EngineException;
import ai.realm.gguf.Gguf;
import ai.realm.kernels.KvFormat;
import ai.realm.model.LayerwiseModel;
import ai.realm.model.Models;
import ai.realm.storage.StoredModel;
import ai.realm.tokenizer.Tokenizer;
import ai.realm.tokenizer.Tokenizers;

/**
 * What a stored model can do, each thing made when it is first asked for: storage takes models that
 * have no tokenizer, and those that cannot be run.
 */
final class ModelRuntime implements StoredModel.Part {
  private final Gguf gguf;
  private final int threads;
  private final boolean adopted;
  private Tokenizer tokenizer;
  private LayerwiseModel layers;
  private LoadedModel loaded;

  /** Of a model whose weights are still to be loaded, for {@code threads} threads. */
  ModelRuntime(Gguf gguf, int threads) {
    this.gguf = gguf;
    this.threads = threads;
    this.adopted = false;
  }

  /** Of a model that is loaded already, and that stays so without this. */
  ModelRuntime(LoadedModel loaded) {
    this.gguf = loaded.file().gguf();
    this.threads = 0;
    this.adopted = true;
    this.tokenizer = loaded.tokenizer();
    this.layers = (LayerwiseModel) loaded.languageModel();
    this.loaded = loaded;
  }

  /**
   * Text to ids and back.
   *
   * @throws EngineException as {@link Tokenizers#of}
   */
  synchronized Tokenizer tokenizer() {
    if (tokenizer == null) {
      tokenizer = Tokenizers.of(gguf.metadata());
    }
    return tokenizer;
  }

  /**
   * The forward pass, layer by layer.
   *
   * @throws EngineException as {@link Models#load}
   */
  synchronized LayerwiseModel layers() {
    if (layers == null) {
      layers = Models.load(gguf, threads, KvFormat.F16);
    }
    return layers;
  }

  /**
   * The forward pass and the tokenizer together, which generate.
   *
   * @throws EngineException as {@link #tokenizer}, {@link #layers} and {@link LoadedModel}
   */
  synchronized LoadedModel loaded() {
    if (loaded == null) {
      String name = gguf.metadata().string("general.name", "model");
      ModelFile file = new ModelFile(name, gguf, tokenizer());
      loaded = new LoadedModel(file, layers(), layers().trainedContext());
    }
    return loaded;
  }

  @Override
  public synchronized void close() {
    if (adopted) {
      return;
    }
    if (loaded != null) {
      loaded.close();
    } else if (layers != null) {
      layers.close();
    }
  }
}
