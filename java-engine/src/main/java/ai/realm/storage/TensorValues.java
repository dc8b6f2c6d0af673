package ai.realm.storage;

import ai.realm.gguf.TensorInfo;
import ai.realm.quant.BlockFormat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Writes a tensor's values as f32 where they are wanted, with no copy of the whole between. */
final class TensorValues {
  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Values decoded at a time: they stay in the second-level cache. A multiple of every block. */
  private static final int CHUNK = 1 << 14;

  private TensorValues() {}

  /**
   * Dequantizes the elements {@code [first, first + count)}, which need not be whole blocks.
   *
   * @param out receives them as little-endian f32 from byte {@code at} on
   */
  static void write(TensorInfo tensor, long first, long count, MemorySegment out, long at) {
    BlockFormat format = BlockFormat.of(tensor.type());
    int blockSize = tensor.type().blockSize();
    float[] values = new float[(int) Math.min(CHUNK, count + 2L * blockSize)];
    long done = 0;
    while (done < count) {
      long from = first + done;
      int skipped = (int) (from % blockSize);
      int wanted = (int) Math.min(count - done, CHUNK - skipped);
      int decoded = Math.ceilDiv(skipped + wanted, blockSize) * blockSize;
      long block = from / blockSize * tensor.type().blockBytes();
      format.dequantize(tensor.data(), block, values, 0, decoded);
      MemorySegment.copy(values, skipped, out, F32, at + done * Float.BYTES, wanted);
      done += wanted;
    }
  }
}
