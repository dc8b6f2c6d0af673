package ai.realm.quant;

import ai.realm.gguf.TensorType;
import java.lang.foreign.MemorySegment;

/** One tensor type: how a run of its blocks becomes f32, bit for bit as ggml does it. */
public sealed interface BlockFormat permits F32, F16, BF16, CopiedBlocks {

  /** The format of {@code type}. */
  static BlockFormat of(TensorType type) {
    return switch (type) {
      case F32 -> F32.FORMAT;
      case F16 -> F16.FORMAT;
      case BF16 -> BF16.FORMAT;
      case Q4_0 -> Q4_0.FORMAT;
      case Q4_1 -> Q4_1.FORMAT;
      case Q5_0 -> Q5_0.FORMAT;
      case Q5_1 -> Q5_1.FORMAT;
      case Q8_0 -> Q8_0.FORMAT;
      case Q2_K -> Q2_K.FORMAT;
      case Q3_K -> Q3_K.FORMAT;
      case Q4_K -> Q4_K.FORMAT;
      case Q5_K -> Q5_K.FORMAT;
      case Q6_K -> Q6_K.FORMAT;
      case Q8_K -> Q8_K.FORMAT;
      case IQ4_NL -> IQ4_NL.FORMAT;
      case IQ4_XS -> IQ4_XS.FORMAT;
      case MXFP4 -> MXFP4.FORMAT;
      case IQ2_XXS -> IQ2_XXS.FORMAT;
      case IQ2_XS -> IQ2_XS.FORMAT;
      case IQ3_XXS -> IQ3_XXS.FORMAT;
      case IQ1_S -> IQ1_S.FORMAT;
      case IQ3_S -> IQ3_S.FORMAT;
      case IQ2_S -> IQ2_S.FORMAT;
      case IQ1_M -> IQ1_M.FORMAT;
      case TQ1_0 -> TQ1_0.FORMAT;
      case TQ2_0 -> TQ2_0.FORMAT;
      case NVFP4 -> NVFP4.FORMAT;
    };
  }

  /**
   * Dequantizes {@code count} elements.
   *
   * @param source holds the blocks
   * @param offset bytes from its start to the first block
   * @param out receives {@code count} floats from index {@code at}
   * @param count a multiple of the type's block size
   * @throws ai.realm.error.EngineException {@code INVALID_ARGUMENT} for another count
   * @throws IndexOutOfBoundsException if the blocks or the floats reach beyond their end
   */
  void dequantize(MemorySegment source, long offset, float[] out, int at, int count);
}
