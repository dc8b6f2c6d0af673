package ai.realm.model.arch;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.gguf.GgufMetadata;
import ai.realm.gguf.GgufStrings;
import ai.realm.kernels.AttentionShape;
import ai.realm.model.net.Pooling;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The keys {@code <architecture>.*} of a file, which say what its parts are like. What is missing
 * or out of range is {@code MODEL_INVALID}, naming the key.
 */
public final class Hyperparameters {
  private static final int MOST_LAYERS = 4096;
  private static final int MOST_HEADS = 1 << 16;

  /** By the numbers that {@code pooling_type} has for them. */
  private static final List<Pooling> POOLINGS =
      List.of(Pooling.NONE, Pooling.MEAN, Pooling.CLS, Pooling.LAST);

  /** The number of {@code pooling_type} of a model that judges pairs of texts. */
  private static final int RANK = 4;

  private final GgufMetadata metadata;
  private final String architecture;
  private final OptionalInt context;
  private final int layers;
  private final int width;
  private final int trainedContext;

  /**
   * Of a file with this metadata.
   *
   * @param context tokens that the model is loaded for; empty for all that it was trained for
   */
  public Hyperparameters(GgufMetadata metadata, OptionalInt context) {
    this.metadata = metadata;
    this.architecture = metadata.string("general.architecture", "");
    this.context = context;
    this.layers = count("block_count", MOST_LAYERS);
    this.width = count("embedding_length", 1 << 20);
    this.trainedContext = count("context_length", 1 << 30);
  }

  /** {@code general.architecture}. */
  public String architecture() {
    return architecture;
  }

  /** Blocks. */
  public int layers() {
    return layers;
  }

  /** Values of a token in the residual stream. */
  public int width() {
    return width;
  }

  /** Tokens of context that the model was trained for. */
  public int trainedContext() {
    return trainedContext;
  }

  /** Tokens of context that it is loaded for. */
  public int context() {
    return context.orElse(trainedContext);
  }

  /** Values between the matrices of a layer's feed-forward part. */
  public int feedForward(int layer) {
    return countOf("feed_forward_length", layer, 1 << 22);
  }

  /** Whether a layer has a feed-forward part: others have 0 values there. */
  public boolean hasFeedForward(int layer) {
    return valueOf("feed_forward_length", layer) > 0;
  }

  /** Causal attention of a layer, with its heads. */
  public AttentionShape attention(int layer) {
    int heads = countOf("attention.head_count", layer, MOST_HEADS);
    int kvHeads =
        has("attention.head_count_kv")
            ? countOf("attention.head_count_kv", layer, MOST_HEADS)
            : heads;
    if (heads % kvHeads != 0) {
      throw invalid("attention.head_count_kv", kvHeads, "a divisor of the " + heads + " heads");
    }
    return AttentionShape.causal(heads, kvHeads, headDim(heads, ""));
  }

  /** The same where keys and values have the size under the keys with this suffix. */
  AttentionShape attention(int layer, String suffix) {
    AttentionShape shape = attention(layer);
    return AttentionShape.causal(shape.heads(), shape.kvHeads(), headDim(shape.heads(), suffix));
  }

  /** Whether a layer attends: others have no key-value heads, or the model has no heads at all. */
  public boolean attends(int layer) {
    String key =
        has("attention.head_count_kv") ? "attention.head_count_kv" : "attention.head_count";
    return has(key) && valueOf(key, layer) > 0;
  }

  /** Values of a head's keys, whose values may be fewer; none if no layer attends. */
  public OptionalInt keyLength() {
    return IntStream.range(0, layers)
        .filter(this::attends)
        .map(layer -> keyDim(countOf("attention.head_count", layer, MOST_HEADS), ""))
        .findFirst();
  }

  private int headDim(int heads, String suffix) {
    int keyDim = keyDim(heads, suffix);
    String key = "attention.value_length" + suffix;
    long valueDim = integer(key, keyDim);
    if (valueDim != keyDim) {
      throw invalid(key, valueDim, "the same as of a key, " + keyDim + ",");
    }
    return keyDim;
  }

  private int keyDim(int heads, String suffix) {
    boolean given = has("attention.key_length" + suffix);
    if (!given && width % heads != 0) {
      throw invalid(
          "attention.head_count",
          heads,
          "a divisor of the embedding_length, %d,".formatted(width),
          " where there is no attention.key_length");
    }
    long keyDim = integer("attention.key_length" + suffix, width / heads);
    if (keyDim < 2 || keyDim > 4096 || keyDim % 2 != 0) {
      String key = key("attention.key_length" + suffix);
      throw invalid(
          "%s is %d, an even number from 2 to 4096 is expected"
              .formatted(given ? key : "embedding_length / attention.head_count", keyDim));
    }
    return (int) keyDim;
  }

  /**
   * What becomes of a text's states: {@code pooling_type}.
   *
   * @param otherwise where the file does not say
   * @param ofReranker of a model that judges pairs of texts
   */
  public Pooling pooling(Pooling otherwise, Pooling ofReranker) {
    if (!has("pooling_type")) {
      return otherwise;
    }
    if (isReranker()) {
      return ofReranker;
    }
    long type = integer("pooling_type", -1);
    if (type < 0 || type >= POOLINGS.size()) {
      throw new EngineException(
          ErrorCode.UNSUPPORTED_ARCHITECTURE,
          "%s is %d, expected 0 (none), 1 (mean), 2 (cls), 3 (last) or 4 (rank)"
              .formatted(key("pooling_type"), type));
    }
    return POOLINGS.get((int) type);
  }

  /** Whether {@code pooling_type} is that of a model that judges pairs of texts. */
  public boolean isReranker() {
    return integer("pooling_type", -1) == RANK;
  }

  /** The labels of a classifier; none where the file does not name them. */
  public List<String> labels() {
    GgufStrings labels = metadata.strings(key("classifier.output_labels"));
    return labels == null
        ? List.of()
        : IntStream.range(0, labels.size()).mapToObj(labels::get).toList();
  }

  /** What is added under the root of RMS norms. */
  public float rmsEpsilon() {
    return epsilon("attention.layer_norm_rms_epsilon");
  }

  /** What is added under the root of layer norms. */
  public float layerNormEpsilon() {
    return epsilon("attention.layer_norm_epsilon");
  }

  private float epsilon(String key) {
    double epsilon = number(key, Double.NaN);
    if (!(epsilon > 0 && epsilon < 1)) {
      throw invalid(key, epsilon, "a number between 0 and 1");
    }
    return (float) epsilon;
  }

  /** Whether the file has {@code <architecture>.<key>}. */
  public boolean has(String key) {
    return metadata.has(key(key));
  }

  /** What is on or off under {@code <architecture>.<key>}. */
  public boolean flag(String key, boolean otherwise) {
    return metadata.bool(key(key), otherwise);
  }

  /** The text under {@code <architecture>.<key>}. */
  public String text(String key, String otherwise) {
    return metadata.string(key(key), otherwise);
  }

  /** The integer under {@code <architecture>.<key>}, of any size. */
  public long integer(String key, long otherwise) {
    return metadata.integer(key(key), otherwise);
  }

  /** The number under {@code <architecture>.<key>}, of any size. */
  public double number(String key, double otherwise) {
    return metadata.number(key(key), otherwise);
  }

  /** The same, above 0. */
  public double positive(String key, double otherwise) {
    double value = number(key, otherwise);
    if (!(value > 0 && (Double.isFinite(value) || value == otherwise))) {
      throw invalid(key, value, "a number above 0");
    }
    return value;
  }

  /** The integer under {@code <architecture>.<key>}, which must be there, from 1 to {@code max}. */
  public int count(String key, int max) {
    require(key);
    return inRange(key, integer(key, 0), max);
  }

  /** The same, {@code otherwise} where it is not there. */
  public int count(String key, int max, int otherwise) {
    return has(key) ? count(key, max) : otherwise;
  }

  /** The same, where 0 stands for none, as does a missing key. */
  public int countOrNone(String key, int max) {
    return integer(key, 0) == 0 ? 0 : count(key, max);
  }

  /** The same of one layer, where the file has a number for all, or a list of one for each. */
  public int countOf(String key, int layer, int max) {
    require(key);
    boolean isList = metadata.isArray(key(key));
    return inRange(isList ? key + "[" + layer + "]" : key, valueOf(key, layer), max);
  }

  private long valueOf(String key, int layer) {
    if (!metadata.isArray(key(key))) {
      return integer(key, 0);
    }
    int[] values = metadata.integers(key(key));
    if (values.length != layers) {
      throw invalid(
          key, Arrays.toString(values), "one number for each of the %d layers".formatted(layers));
    }
    return values[layer];
  }

  /** Whether something is so of each layer, where the file has a list of it. */
  public boolean[] ofLayers(String key) {
    require(key);
    boolean[] values = metadata.bools(key(key));
    if (values.length != layers) {
      throw invalid(
          key,
          Arrays.toString(values),
          "one truth value for each of the %d layers".formatted(layers));
    }
    return values;
  }

  private void require(String key) {
    if (!has(key)) {
      throw invalid("the file has no %s, which its architecture needs".formatted(key(key)));
    }
  }

  private int inRange(String key, long value, int max) {
    if (value < 1 || value > max) {
      throw invalid(key, value, "a number from 1 to " + max);
    }
    return (int) value;
  }

  /** Layers that are dense before the mixtures begin; 0 where the file says nothing. */
  public int leadingDense() {
    long dense = integer("leading_dense_block_count", 0);
    if (dense < 0 || dense > layers) {
      throw invalid("leading_dense_block_count", dense, "a number from 0 to " + layers);
    }
    return (int) dense;
  }

  /** Whether the file is a mixture of experts. */
  public boolean hasExperts() {
    return integer("expert_count", 0) > 0;
  }

  /** Refuses a mixture of experts, where the architecture has no place for one. */
  public void refuseExperts() {
    if (hasExperts()) {
      throw new EngineException(
          ErrorCode.UNSUPPORTED_ARCHITECTURE,
          "%s is above 0: mixtures of %s do not run here; use a dense model"
              .formatted(key("expert_count"), architecture));
    }
  }

  /** {@code <architecture>.<key>}. */
  public String key(String key) {
    return architecture + "." + key;
  }

  /** A value that cannot be: "KEY is VALUE, EXPECTED is expected". */
  public EngineException invalid(String key, Object value, String expected) {
    return invalid(key, value, expected, "");
  }

  private EngineException invalid(String key, Object value, String expected, String where) {
    return invalid("%s is %s, %s is expected%s".formatted(key(key), value, expected, where));
  }

  static EngineException invalid(String message) {
    return new EngineException(
        ErrorCode.MODEL_INVALID, message + "; the file is damaged or for another program");
  }
}
