package ai.realm.bench;

import ai.realm.gguf.TensorInfo;
import ai.realm.gguf.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/** Matrices with random blocks and scales of one size. */
final class RandomTensor {
  private static final short SCALE = Float.floatToFloat16(0.01f);

  private RandomTensor() {}

  /** A matrix {@code (rows, columns)}, until {@code arena} is closed. */
  static TensorInfo of(TensorType type, int rows, int columns, Arena arena) {
    byte[] bytes = new byte[rows * columns / type.blockSize() * type.blockBytes()];
    new Random(1).nextBytes(bytes);
    MemorySegment data = arena.allocate(bytes.length, 64);
    MemorySegment.copy(bytes, 0, data, ValueLayout.JAVA_BYTE, 0, bytes.length);
    for (long block = 0; block < bytes.length; block += type.blockBytes()) {
      switch (type) {
        case F32 -> data.set(ValueLayout.JAVA_FLOAT, block, bytes[(int) block] / 128f);
        case Q8_0, Q4_0, IQ4_NL, IQ4_XS, IQ3_S, IQ2_S -> setScales(data, block);
        case MXFP4 -> data.set(ValueLayout.JAVA_BYTE, block, (byte) 120);
        case Q4_1, Q4_K, Q5_K -> setScales(data, block, block + 2);
        case Q2_K -> setScales(data, block + 80, block + 82);
        case Q3_K -> setScales(data, block + 108);
        case Q6_K -> setScales(data, block + 208);
        case TQ2_0 -> setScales(data, block + 64);
        case IQ1_M -> data.set(ValueLayout.JAVA_BYTE, block + 55, (byte) 0x2F); // The exponent.
        case NVFP4 -> {} // Every byte is a finite scale.
        default -> throw new IllegalArgumentException("no benchmark for " + type);
      }
    }
    return new TensorInfo("w", type, new long[] {columns, rows}, 0, data);
  }

  private static void setScales(MemorySegment data, long... places) {
    for (long place : places) {
      data.set(ValueLayout.JAVA_SHORT_UNALIGNED, place, SCALE);
    }
  }
}
