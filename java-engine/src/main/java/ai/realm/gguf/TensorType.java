package ai.realm.gguf;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;

/**
 * The element types of GGUF tensors: id in the file, bytes a block, elements a block (ggml's block
 * layouts). {@code js-bindings/lib/catalog/engineModels.js} mirrors them, for downloads; a test
 * holds both together.
 */
public enum TensorType {
  F32(0, 4, 1),
  F16(1, 2, 1),
  Q4_0(2, 18, 32),
  Q4_1(3, 20, 32),
  Q5_0(6, 22, 32),
  Q5_1(7, 24, 32),
  Q8_0(8, 34, 32),
  Q2_K(10, 84, 256),
  Q3_K(11, 110, 256),
  Q4_K(12, 144, 256),
  Q5_K(13, 176, 256),
  Q6_K(14, 210, 256),
  Q8_K(15, 292, 256),
  IQ2_XXS(16, 66, 256),
  IQ2_XS(17, 74, 256),
  IQ3_XXS(18, 98, 256),
  IQ1_S(19, 50, 256),
  IQ4_NL(20, 18, 32),
  IQ3_S(21, 110, 256),
  IQ2_S(22, 82, 256),
  IQ4_XS(23, 136, 256),
  IQ1_M(29, 56, 256),
  BF16(30, 2, 1),
  TQ1_0(34, 54, 256),
  TQ2_0(35, 66, 256),
  MXFP4(39, 17, 32),
  NVFP4(40, 36, 64);

  private static final TensorType[] BY_ID = new TensorType[41];

  static {
    for (TensorType type : values()) {
      BY_ID[type.id] = type;
    }
  }

  private final int id;
  private final int blockBytes;
  private final int blockSize;

  TensorType(int id, int blockBytes, int blockSize) {
    this.id = id;
    this.blockBytes = blockBytes;
    this.blockSize = blockSize;
  }

  /** The id that a GGUF file stores. */
  public int id() {
    return id;
  }

  /** Bytes of one block. */
  public int blockBytes() {
    return blockBytes;
  }

  /** Elements of one block. */
  public int blockSize() {
    return blockSize;
  }

  /**
   * The type with this id.
   *
   * @throws EngineException {@code UNSUPPORTED_TYPE} for any other id
   */
  public static TensorType ofId(int id) {
    TensorType type = id >= 0 && id < BY_ID.length ? BY_ID[id] : null;
    if (type == null) {
      throw new EngineException(
          ErrorCode.UNSUPPORTED_TYPE,
          "tensor type id "
              + id
              + " is not one that Realm reads; requantize the file to a supported type");
    }
    return type;
  }
}
