package ai.realm.model;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.gguf.GgufMetadata;

/**
 * The shape of a transformer, as its file's metadata says.
 *
 * @param architecture {@code general.architecture}
 * @param layers transformer blocks
 * @param embedding width of the residual stream
 * @param heads query heads
 * @param kvHeads key-value heads: each serves {@code heads / kvHeads} query heads (GQA, Ainslie et
 *     al. 2023)
 * @param headDim values of a head
 * @param feedForward width of the feed-forward network
 * @param context tokens that the model was trained for
 * @param rmsEpsilon added under the root of the RMS norm
 */
public record ModelConfig(
    String architecture,
    int layers,
    int embedding,
    int heads,
    int kvHeads,
    int headDim,
    int feedForward,
    int context,
    float rmsEpsilon) {

  /**
   * Reads the keys {@code <architecture>.*}.
   *
   * @throws EngineException {@code MODEL_INVALID}, naming the key that is missing or out of range
   */
  static ModelConfig of(GgufMetadata metadata) {
    String architecture = metadata.string("general.architecture", "");
    String prefix = architecture + ".";
    int embedding = required(metadata, prefix + "embedding_length", 1 << 20);
    int heads = required(metadata, prefix + "attention.head_count", 1 << 16);
    int kvHeads =
        metadata.has(prefix + "attention.head_count_kv")
            ? required(metadata, prefix + "attention.head_count_kv", 1 << 16)
            : heads;
    if (heads % kvHeads != 0) {
      throw invalid(
          prefix
              + "attention.head_count_kv is "
              + kvHeads
              + ", a divisor of the "
              + heads
              + " heads is expected");
    }
    String keyLength = prefix + "attention.key_length";
    if (!metadata.has(keyLength) && embedding % heads != 0) {
      throw invalid(
          prefix
              + "attention.head_count is "
              + heads
              + ", a divisor of the embedding_length, "
              + embedding
              + ", is expected where there is no attention.key_length");
    }
    long headDim = metadata.integer(keyLength, embedding / heads);
    if (headDim < 2 || headDim > 4096 || headDim % 2 != 0) {
      throw invalid(
          (metadata.has(keyLength) ? keyLength : "embedding_length / attention.head_count")
              + " is "
              + headDim
              + ", an even number from 2 to 4096 is expected");
    }
    long valueDim = metadata.integer(prefix + "attention.value_length", headDim);
    if (valueDim != headDim) {
      throw invalid(
          prefix
              + "attention.value_length is "
              + valueDim
              + ", the same as of a key, "
              + headDim
              + ", is expected");
    }
    double epsilon = metadata.number(prefix + "attention.layer_norm_rms_epsilon", Double.NaN);
    if (!(epsilon > 0 && epsilon < 1)) {
      throw invalid(
          prefix
              + "attention.layer_norm_rms_epsilon is "
              + epsilon
              + ", a number between 0 and 1 is expected");
    }
    return new ModelConfig(
        architecture,
        required(metadata, prefix + "block_count", 4096),
        embedding,
        heads,
        kvHeads,
        (int) headDim,
        required(metadata, prefix + "feed_forward_length", 1 << 22),
        required(metadata, prefix + "context_length", 1 << 30),
        (float) epsilon);
  }

  /** Query heads a key-value head. */
  public int group() {
    return heads / kvHeads;
  }

  /** Width of a token's queries. */
  public int queryWidth() {
    return heads * headDim;
  }

  /** Width of a token's keys, and of its values. */
  public int kvWidth() {
    return kvHeads * headDim;
  }

  private static int required(GgufMetadata metadata, String key, int max) {
    if (!metadata.has(key)) {
      throw invalid("the file has no " + key + ", which its architecture needs");
    }
    long value = metadata.integer(key, 0);
    if (value < 1 || value > max) {
      throw invalid(key + " is " + value + ", a number from 1 to " + max + " is expected");
    }
    return (int) value;
  }

  private static EngineException invalid(String message) {
    return new EngineException(
        ErrorCode.MODEL_INVALID, message + "; the file is damaged or for another program");
  }
}
