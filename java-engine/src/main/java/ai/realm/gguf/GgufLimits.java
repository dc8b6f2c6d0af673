package ai.realm.gguf;

/**
 * What a GGUF file may hold at most. Every limit is far above what real models need; a file beyond
 * one is refused before anything is allocated for it.
 */
final class GgufLimits {
  /**
   * Bytes before the tensors' data: metadata and tensor descriptions (a vocabulary of 250,000 takes
   * about 12 MB).
   */
  static final int HEADER_BYTES = 1 << 28;

  /** Key-value pairs. */
  static final int KEYS = 1 << 16;

  /** Bytes of a key, as the format document says. */
  static final int KEY_BYTES = (1 << 16) - 1;

  /** Bytes of a string value. */
  static final int STRING_BYTES = 1 << 26;

  /** Elements of an array value. */
  static final int ARRAY_LENGTH = 1 << 24;

  /** Arrays within arrays: 1 is an array of plain values. */
  static final int ARRAY_DEPTH = 4;

  /**
   * Tensors of a file (a mixture with an own tensor for each of 256 experts in 61 layers has about
   * 47,000).
   */
  static final int TENSORS = 1 << 17;

  /** Bytes of a tensor's name: the format document says 64, some writers go to 127. */
  static final int TENSOR_NAME_BYTES = 127;

  /** Dimensions of a tensor, as the format document says. */
  static final int DIMENSIONS = 4;

  /** Bytes that the data of a tensor may be aligned to. */
  static final int ALIGNMENT = 1 << 30;

  private GgufLimits() {}
}
