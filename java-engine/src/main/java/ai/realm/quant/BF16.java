package ai.realm.quant;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;

// Block of 1, 2 bytes: the upper half of an f32.

/** Brain floating point: a single with 16 bits cut off. */
final class BF16 implements BlockFormat {
  static final BF16 FORMAT = new BF16();

  private static final ValueLayout.OfShort LAYOUT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int COPY = 4096;

  private BF16() {}

  @Override
  public void dequantize(MemorySegment source, long offset, float[] out, int at, int count) {
    Objects.checkFromIndexSize(at, count, out.length);
    short[] copy = new short[Math.min(count, COPY)];
    for (int done = 0; done < count; done += COPY) {
      int now = Math.min(COPY, count - done);
      MemorySegment.copy(source, LAYOUT, offset + 2L * done, copy, 0, now);
      for (int i = 0; i < now; i++) {
        out[at + done + i] = Float.intBitsToFloat(copy[i] << 16);
      }
    }
  }
}
