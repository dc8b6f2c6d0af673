package ai.realm.model;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.gguf.Gguf;
import ai.realm.kernels.FreeMemory;
import ai.realm.kernels.KernelProvider;
import ai.realm.kernels.Kernels;
import ai.realm.kernels.KvFormat;
import ai.realm.kernels.Matrix;
import ai.realm.model.arch.Architectures;
import ai.realm.model.arch.Hyperparameters;
import ai.realm.model.arch.WeightSource;
import ai.realm.model.net.FeedForward;
import ai.realm.model.net.FeedForward.BesideExperts;
import ai.realm.model.net.FeedForward.Dense;
import ai.realm.model.net.FeedForward.Experts;
import ai.realm.model.net.FeedForward.WithGatedShared;
import ai.realm.model.net.FeedForward.WithShared;
import ai.realm.model.net.Network;
import java.lang.foreign.Arena;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * What a model will take of memory, by what its file says before its weights: the network is put
 * together as for a run, of matrices that are measured and not read.
 */
public final class MemoryPlan {
  /** Rows of prompts in a step, of decoders and of encoders, as the scheduler has them. */
  private static final int DECODER_ROWS = 128;

  private static final int ENCODER_ROWS = 512;

  /** Bytes of a file that are too few to be asked about. */
  private static final long SMALL = 16 << 20;

  /** How many times as large as in the file weights become at most, tied ones among them. */
  private static final int MOST_GROWTH = 16;

  /** What a process has before a model, and more for each token of the vocabulary. */
  private static final long RUNTIME = 150L << 20;

  private static final long RUNTIME_PER_TOKEN = 400;

  /** A matrix as a shape. */
  private record Measured(int rows, int columns, long bytes) implements Matrix {}

  private final Network network;
  private final int trainedContext;
  private final long vocabulary;
  private final long packedBytes;
  private final long fileBytes;

  /** Of a draft that is beside it. */
  private final Optional<MemoryPlan> draft;

  private MemoryPlan(
      Network network,
      int trainedContext,
      long vocabulary,
      long packedBytes,
      long fileBytes,
      Optional<MemoryPlan> draft) {
    this.network = network;
    this.trainedContext = trainedContext;
    this.vocabulary = vocabulary;
    this.packedBytes = packedBytes;
    this.fileBytes = fileBytes;
    this.draft = draft;
  }

  /**
   * The plan of both, where a draft guesses the texts of the model: its bytes are those of both.
   */
  public MemoryPlan with(MemoryPlan smaller) {
    return new MemoryPlan(
        network, trainedContext, vocabulary, packedBytes, fileBytes, Optional.of(smaller));
  }

  /** Bytes that a draft has of all. */
  public long draftBytes(KvFormat format, int tokens, int texts) {
    return draft
        .map(plan ->
            plan.packedBytes
                + plan.fileBytes
                + plan.cacheBytes(format, Math.min(tokens, plan.trainedContext), texts)
                + plan.workBytes(texts))
        .orElse(0L);
  }

  private long ofDraft(ToLongFunction<MemoryPlan> bytes) {
    return draft.isPresent() ? bytes.applyAsLong(draft.get()) : 0;
  }

  /**
   * The plan of a file with the kernels that were chosen for this machine.
   *
   * @throws ai.realm.error.EngineException as {@link Models#open}
   */
  public static MemoryPlan of(Gguf gguf) {
    return of(gguf, KernelProvider.get().kernels());
  }

  /**
   * Refuses a model that the system has no room for. Nothing but its file's head is read; a small
   * one is not looked at, since asking the system takes milliseconds.
   *
   * @param format of keys and values
   * @param system tells what is free
   * @throws EngineException {@code OUT_OF_MEMORY}, with the figures, or as {@link #of(Gguf)}
   */
  static void requireRoom(
      Gguf gguf, Kernels kernels, KvFormat format, Supplier<Optional<FreeMemory>> system) {
    long inFile = gguf.tensors().stream().mapToLong(tensor -> tensor.data().byteSize()).sum();
    if (inFile < SMALL) {
      return;
    }
    Optional<FreeMemory> known = system.get();
    if (known.isEmpty() || inFile < known.get().bytes() / MOST_GROWTH) {
      return;
    }
    of(gguf, kernels).requireRoom(format, known.get());
  }

  /**
   * Refuses a model whose weights and first step have no room.
   *
   * @throws EngineException {@code OUT_OF_MEMORY}, with the figures
   */
  public void requireRoom(KvFormat format, FreeMemory free) {
    long beside = workBytes(1) + cacheBytes(format, 1, 1) + FreeMemory.RESERVE;
    long needed = packedBytes() + fileBytes() + beside;
    if (needed > free.bytes()) {
      throw new EngineException(
          ErrorCode.OUT_OF_MEMORY,
          ("the model needs %d MB more: %d MB for repacked weights, %d MB for weights that are read"
               + " in the file, %d MB for what else runs; %s has %d MB free of %d MB: give it more,"
               + " load a smaller model, dispose others first, or load it with overcommit")
              .formatted(
                  needed >> 20,
                  packedBytes() >> 20,
                  fileBytes() >> 20,
                  beside >> 20,
                  free.bound(),
                  Math.max(0, free.bytes()) >> 20,
                  free.limit() >> 20));
    }
  }

  static MemoryPlan of(Gguf gguf, Kernels kernels) {
    Hyperparameters h = new Hyperparameters(gguf.metadata(), OptionalInt.empty());
    long[] packed = new long[1];
    Set<String> repacked = new HashSet<>();
    WeightSource source =
        WeightSource.ofHead(
            gguf,
            h,
            tensor -> {
              long bytes = kernels.preparedBytes(tensor);
              packed[0] += bytes;
              if (bytes > 0) {
                // Of a slice, or of some rows, the name of the whole is before a bracket.
                repacked.add(tensor.name().replaceFirst("\\[.*", ""));
              }
              return new Measured((int) tensor.rows(), (int) tensor.columns(), bytes);
            },
            Arena.ofAuto());
    Network network = Architectures.named(h.architecture()).network(h, source);
    source.classifier();
    source.requireAllTaken();
    // Its rows are read where they are in the file, also where the output has a copy of it.
    repacked.remove("token_embd.weight");
    long inFile =
        gguf.tensors().stream()
            .filter(tensor -> tensor.shape().length > 1 && !repacked.contains(tensor.name()))
            .mapToLong(tensor -> tensor.data().byteSize())
            .sum();
    long vocabulary = gguf.tensor("token_embd.weight").orElseThrow().rows();
    return new MemoryPlan(
        network, h.trainedContext(), vocabulary, packed[0], inFile, Optional.empty());
  }

  /** Tokens of context that the model was trained for. */
  public int trainedContext() {
    return trainedContext;
  }

  /** Whether it gives vectors and scores alone. */
  public boolean isEncoder() {
    return network instanceof Network.Encoder;
  }

  /** Bytes of weights that are repacked into memory of the process. */
  public long packedBytes() {
    return packedBytes + ofDraft(MemoryPlan::packedBytes);
  }

  /**
   * Bytes of weights that are read where the file has them: the system may take their memory back,
   * and reads them from the disk again.
   */
  public long fileBytes() {
    return fileBytes + ofDraft(MemoryPlan::fileBytes);
  }

  /** Bytes that so many texts keep, each of so many tokens: keys and values, and states. */
  public long cacheBytes(KvFormat format, int tokens, int texts) {
    long kept = texts * Models.cacheShape(network, format).bytesInSteps(tokens);
    // A draft that was trained for less guesses no text beyond that.
    return kept
        + ofDraft(plan -> plan.cacheBytes(format, Math.min(tokens, plan.trainedContext), texts));
  }

  /** How keys and values can be kept: an encoder's stay half floats. */
  public List<KvFormat> formats() {
    return isEncoder() ? List.of(KvFormat.F16) : List.of(KvFormat.values());
  }

  /**
   * Bytes that Node, Java with its heap and code, and the vocabulary take beside, as it was
   * measured: {@code MemoryPlanTest} and the tests of {@code realm estimate} hold it to processes.
   */
  public long runtimeBytes() {
    return RUNTIME + RUNTIME_PER_TOKEN * (vocabulary + ofDraft(plan -> plan.vocabulary));
  }

  /** Bytes of all of it, with so many texts of so many tokens each. */
  public long totalBytes(KvFormat format, int tokens, int texts) {
    return packedBytes()
        + fileBytes()
        + cacheBytes(format, tokens, texts)
        + workBytes(texts)
        + runtimeBytes();
  }

  /**
   * The most tokens that each of so many texts may have within so many bytes, up to what the model
   * was trained for; none where not even one fits.
   */
  public OptionalInt largestContext(KvFormat format, int texts, long bytes) {
    int fits = 0;
    int tooMuch = trainedContext + 1;
    while (tooMuch - fits > 1) {
      int middle = (fits + tooMuch) >>> 1;
      if (totalBytes(format, middle, texts) <= bytes) {
        fits = middle;
      } else {
        tooMuch = middle;
      }
    }
    return fits == 0 ? OptionalInt.empty() : OptionalInt.of(fits);
  }

  /** Bytes of the buffers of a step in which so many texts take part, beside a part of a prompt. */
  public long workBytes(int texts) {
    int rows = texts + (isEncoder() ? ENCODER_ROWS : DECODER_ROWS);
    long bytes = new Workspace(network).bytes(rows) + mixtureBytes(rows);
    return bytes
        + ofDraft(plan -> plan.workBytes(texts))
        + switch (network) {
          case Network.Encoder encoder -> (long) Float.BYTES * rows * encoder.width();
          case Network.Generating decoder -> {
            long logits = (long) Float.BYTES * texts * decoder.output().linear().width();
            yield decoder.head().isEmpty()
                ? logits
                : 2 * logits + HeadPass.bytes(decoder.width(), rows);
          }
        };
  }

  /** What experts are gathered in. */
  private long mixtureBytes(int rows) {
    return Workspace.blocks(network).stream()
        .mapToLong(block ->
            switch (block.feedForward()) {
              case Experts experts -> gatheredBytes(experts, rows);
              case BesideExperts part -> gatheredBytes(part.experts(), rows);
              case WithShared both -> gatheredBytes(both.routed(), rows);
              case WithGatedShared both -> gatheredBytes(both.routed(), rows);
              case Dense _, FeedForward.None _ -> 0;
            })
        .max()
        .orElse(0);
  }

  private long gatheredBytes(Experts experts, int rows) {
    long values = 3L * experts.inner() + 2L * network.width();
    return Float.BYTES * rows * experts.used() * values;
  }
}
