package ai.realm.quant;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

// Block of 1, 4 bytes: f32.

/** IEEE 754 single precision. */
final class F32 implements BlockFormat {
  static final F32 FORMAT = new F32();

  private static final ValueLayout.OfFloat LAYOUT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private F32() {}

  @Override
  public void dequantize(MemorySegment source, long offset, float[] out, int at, int count) {
    MemorySegment.copy(source, LAYOUT, offset, out, at, count);
  }
}
