package ai.realm.quant;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;

// Block of 1, 2 bytes: f16.

/** IEEE 754 half precision. */
final class F16 implements BlockFormat {
  static final F16 FORMAT = new F16();

  private static final ValueLayout.OfShort LAYOUT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int COPY = 4096;

  private F16() {}

  @Override
  public void dequantize(MemorySegment source, long offset, float[] out, int at, int count) {
    Objects.checkFromIndexSize(at, count, out.length);
    short[] copy = new short[Math.min(count, COPY)];
    for (int done = 0; done < count; done += COPY) {
      int now = Math.min(COPY, count - done);
      MemorySegment.copy(source, LAYOUT, offset + 2L * done, copy, 0, now);
      for (int i = 0; i < now; i++) {
        out[at + done + i] = Float.float16ToFloat(copy[i]);
      }
    }
  }
}
