package ai.realm.model;

import ai.realm.error.EngineException;
import ai.realm.gguf.Gguf;
import ai.realm.gguf.TensorInfo;
import ai.realm.gguf.TensorType;
import ai.realm.kernels.AnonymousMemory;
import ai.realm.kernels.AttentionShape;
import ai.realm.kernels.FreeMemory;
import ai.realm.kernels.KernelProvider;
import ai.realm.kernels.Kernels;
import ai.realm.kernels.KvFormat;
import ai.realm.kernels.Overcommit;
import ai.realm.kernels.WarmUp;
import ai.realm.kernels.WorkerPool;
import ai.realm.model.arch.Architecture;
import ai.realm.model.arch.Architectures;
import ai.realm.model.arch.Hyperparameters;
import ai.realm.model.arch.WeightSource;
import ai.realm.model.cache.CacheOptions;
import ai.realm.model.cache.CacheShape;
import ai.realm.model.cache.LayerMemory;
import ai.realm.model.net.Classifier;
import ai.realm.model.net.Mixer;
import ai.realm.model.net.Mixer.Attending;
import ai.realm.model.net.Mixer.DeltaNet;
import ai.realm.model.net.Mixer.Mamba2;
import ai.realm.model.net.Mixer.ShortConvolution;
import ai.realm.model.net.Network;
import ai.realm.model.net.Pooling;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Makes a model from its file. */
public final class Models {
  private Models() {}

  /**
   * The model in {@code gguf}, which must stay open until the model is closed.
   *
   * @param context tokens that its sequences will have at most; empty for what it was trained for
   * @param threads that compute, at least 1
   * @param cache what its sequences keep
   * @param overcommit whether it may need more memory than is free
   * @throws EngineException {@code UNSUPPORTED_ARCHITECTURE} or {@code MODEL_INVALID}, naming the
   *     key or tensor; {@code OUT_OF_MEMORY} with the figures
   */
  public static TextEncoder open(
      Gguf gguf, OptionalInt context, int threads, CacheOptions cache, Overcommit overcommit) {
    WorkerPool pool = new WorkerPool(threads);
    try {
      return open(gguf, context, pool, cache, overcommit);
    } catch (Throwable failure) {
      pool.close();
      throw failure;
    }
  }

  /**
   * The same with threads that other models may have, too: they end with the first of them that
   * closes, and stay as they are if this call throws.
   */
  public static TextEncoder open(
      Gguf gguf, OptionalInt context, WorkerPool pool, CacheOptions cache, Overcommit overcommit) {
    Kernels kernels = KernelProvider.get().kernels();
    if (overcommit == Overcommit.REFUSED) {
      MemoryPlan.requireRoom(gguf, kernels, cache.format(), FreeMemory::now);
    }
    Arena storage = AnonymousMemory.newArena(overcommit);
    return open(gguf, context, pool, cache, kernels, storage);
  }

  /** The same of a language model, with these kernels. */
  static LanguageModel load(
      Gguf gguf, OptionalInt context, int threads, KvFormat kvFormat, Kernels kernels) {
    return (LanguageModel) open(gguf, context, threads, CacheOptions.of(kvFormat), kernels);
  }

  static TextEncoder open(
      Gguf gguf, OptionalInt context, int threads, CacheOptions cache, Kernels kernels) {
    Arena storage = AnonymousMemory.newArena(Overcommit.REFUSED);
    WorkerPool pool = new WorkerPool(threads);
    try {
      return open(gguf, context, pool, cache, kernels, storage);
    } catch (Throwable failure) {
      pool.close();
      throw failure;
    }
  }

  private static TextEncoder open(
      Gguf gguf,
      OptionalInt context,
      WorkerPool pool,
      CacheOptions cache,
      Kernels kernels,
      Arena storage) {
    String name = gguf.metadata().string("general.architecture", "");
    Architecture architecture = Architectures.named(name);
    Hyperparameters h = new Hyperparameters(gguf.metadata(), context);
    WeightSource source = new WeightSource(gguf, h, kernels, pool, storage);
    try {
      WarmUp warmUp =
          WarmUp.start(
              kernels, kernels.startingCold(matrixTypes(gguf)), h.keyLength(), cache.format());
      Network network = architecture.network(h, source);
      Optional<Classifier> classifier = source.classifier();
      source.requireAllTaken();
      warmUp.join();
      return switch (network) {
        case Network.Encoder encoder ->
            new Encoder(
                encoder,
                h.trainedContext(),
                h.pooling(Pooling.MEAN, Pooling.CLS),
                classifier,
                cache.pool(cacheShape(encoder, cache.format())),
                storage,
                kernels,
                pool);
        case Network.Generating decoder ->
            new Decoder(
                decoder,
                h.trainedContext(),
                h.pooling(Pooling.LAST, Pooling.LAST),
                classifier,
                cache.pool(cacheShape(decoder, cache.format())),
                storage,
                kernels,
                pool);
      };
    } catch (RuntimeException | Error e) {
      storage.close();
      throw e;
    }
  }

  /** What a sequence of this network keeps. */
  static CacheShape cacheShape(Network network, KvFormat format) {
    return switch (network) {
      case Network.Encoder encoder -> CacheShape.ofEncoder(attentions(encoder));
      case Network.Generating decoder -> CacheShape.of(memories(decoder), format);
    };
  }

  private static List<LayerMemory> memories(Network.Generating decoder) {
    List<LayerMemory> memories = new ArrayList<>();
    decoder.blocks().forEach(block -> memories.add(block.mixer().memory()));
    decoder
        .head()
        .ifPresent(head -> { // As HeadPass has them.
          memories.add(new LayerMemory.State(decoder.width()));
          memories.add(head.block().mixer().memory());
        });
    return memories;
  }

  private static List<AttentionShape> attentions(Network.Encoder encoder) {
    return encoder.blocks().stream()
        .map(block ->
            switch (block.mixer()) {
              case Attending attention -> attention.shape();
              case Mixer.None _, ShortConvolution _, Mamba2 _, DeltaNet _ ->
                  throw new IllegalArgumentException("every layer of an encoder attends");
            })
        .toList();
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
