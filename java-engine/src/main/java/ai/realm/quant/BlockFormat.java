package ai.realm.quant;

import java.lang.foreign.MemorySegment;

/** One quantized type: how a run of its blocks becomes f32, exactly as ggml does it. */
public interface BlockFormat {

  /**
   * Dequantizes {@code count} elements.
   *
   * @param source holds the blocks
   * @param offset bytes from its start to the first block
   * @param out receives {@code count} floats from index {@code at}
   * @param count a multiple of the type's block size
   */
  void dequantize(MemorySegment source, long offset, float[] out, int at, int count);
}
