package ai.realm.model;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.gguf.Gguf;
import ai.realm.gguf.TensorInfo;
import ai.realm.gguf.TensorType;
import ai.realm.kernels.AnonymousMemory;
import ai.realm.kernels.KernelProvider;
import ai.realm.kernels.Kernels;
import ai.realm.kernels.KvFormat;
import ai.realm.kernels.WarmUp;
import ai.realm.kernels.WorkerPool;
import java.lang.foreign.Arena;
import java.util.EnumSet;
import java.util.Set;

/** Makes a model from its file. */
public final class Models {
  private Models() {}

  /**
   * The model in {@code gguf}, which must stay open until the model is closed.
   *
   * @param threads that compute, at least 1
   * @param kvFormat how its KV caches keep keys and values
   * @throws EngineException {@code UNSUPPORTED_ARCHITECTURE} or {@code MODEL_INVALID}, naming the
   *     key or tensor
   */
  public static LayerwiseModel load(Gguf gguf, int threads, KvFormat kvFormat) {
    return load(gguf, threads, kvFormat, KernelProvider.get().kernels());
  }

  static LayerwiseModel load(Gguf gguf, int threads, KvFormat kvFormat, Kernels kernels) {
    String architecture = gguf.metadata().string("general.architecture", "");
    if (!architecture.equals("llama")) {
      throw new EngineException(
          ErrorCode.UNSUPPORTED_ARCHITECTURE,
          "general.architecture is "
              + (architecture.isEmpty() ? "absent" : architecture)
              + ", expected llama; the file can be inspected and tokenized with, but not run");
    }
    if (gguf.metadata().integer("llama.expert_count", 0) > 0) {
      throw new EngineException(
          ErrorCode.UNSUPPORTED_ARCHITECTURE,
          "llama.expert_count is above 0: mixtures of experts are not supported; use a dense"
              + " model");
    }
    ModelConfig config = ModelConfig.of(gguf.metadata());
    RotaryEmbedding rope = RotaryEmbedding.of(gguf, config);
    WorkerPool pool = new WorkerPool(threads);
    Arena storage = AnonymousMemory.newArena();
    TensorSource source = new TensorSource(gguf, kernels, pool, storage);
    try {
      WarmUp warmUp =
          WarmUp.start(
              kernels, kernels.startingCold(matrixTypes(gguf)), config.headDim(), kvFormat);
      source.ignore("rope_freqs.weight"); // RotaryEmbedding reads it.
      long vocabulary = gguf.tensor("token_embd.weight").map(TensorInfo::rows).orElse(0L);
      TransformerWeights weights =
          TransformerWeights.of(source, config, (int) Math.min(vocabulary, Integer.MAX_VALUE));
      source.requireAllTaken(architecture);
      warmUp.join();
      return new Transformer(config, weights, rope, storage, kernels, pool, kvFormat);
    } catch (RuntimeException | Error e) {
      pool.close();
      storage.close();
      throw e;
    }
  }

  private static Set<TensorType> matrixTypes(Gguf gguf) {
    Set<TensorType> types = EnumSet.noneOf(TensorType.class);
    for (TensorInfo tensor : gguf.tensors()) {
      if (tensor.shape().length > 1) {
        types.add(tensor.type());
      }
    }
    return types;
  }
}
