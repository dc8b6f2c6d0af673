package ai.realm.host;

import ai.realm.engine.LoadedModel;
import ai.realm.engine.ModelFile;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.gguf.Gguf;
import ai.realm.kernels.KvFormat;
import ai.realm.kernels.Overcommit;
import ai.realm.model.LanguageModel;
import ai.realm.model.LayerwiseModel;
import ai.realm.model.Models;
import ai.realm.model.TextEncoder;
import ai.realm.model.cache.CacheOptions;
import ai.realm.storage.StoredModel;
import ai.realm.tokenizer.Tokenizer;
import ai.realm.tokenizer.Tokenizers;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a stored model can do, each thing made when it is first asked for: storage takes models that
 * have no tokenizer, and those that cannot be run.
 */
final class ModelRuntime implements StoredModel.Part {
  private final Gguf gguf;
  private final int threads;
  private final boolean adopted;
  private Tokenizer tokenizer;
  private TextEncoder model;
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
    this.model = loaded.encoder();
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
   * @throws EngineException as {@link Models#open}, and {@code UNSUPPORTED_ARCHITECTURE} if this
   *     model's cannot be taken apart
   */
  synchronized LayerwiseModel layers() {
    Optional<LayerwiseModel> layers =
        model() instanceof LanguageModel languageModel
            ? languageModel.layerwise()
            : Optional.empty();
    return layers.orElseThrow(() ->
        new EngineException(
            ErrorCode.UNSUPPORTED_ARCHITECTURE,
            "the model is a %s, whose forward pass cannot be taken apart; use it as a whole"
                .formatted(gguf.metadata().string("general.architecture", ""))));
  }

  private TextEncoder model() {
    if (model == null) {
      model =
          Models.open(
              gguf,
              OptionalInt.empty(),
              threads,
              CacheOptions.of(KvFormat.F16),
              Overcommit.REFUSED);
    }
    return model;
  }

  /**
   * The forward pass and the tokenizer together, which generate.
   *
   * @throws EngineException as {@link #tokenizer}, {@link Models#open} and {@link LoadedModel}
   */
  synchronized LoadedModel loaded() {
    if (loaded == null) {
      String name = gguf.metadata().string("general.name", "model");
      ModelFile file = new ModelFile(name, gguf, tokenizer());
      loaded = new LoadedModel(file, model(), model().trainedContext());
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
    } else if (model != null) {
      model.close();
    }
  }
}
