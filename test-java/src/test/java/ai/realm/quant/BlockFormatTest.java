package ai.realm.quant;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.gguf.TensorType;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * Every format against golden values of the {@code gguf} Python package, an independent
 * implementation; {@code src/test/python/dequant_golden.py} made them.
 */
class BlockFormatTest {

  /** Blocks, and the values that the other implementation gives for them. */
  private record Golden(byte[] blocks, float[] values) {
    static Golden of(TensorType type) throws IOException {
      byte[] bytes;
      try (InputStream in = BlockFormatTest.class.getResourceAsStream(type + ".bin")) {
        bytes = in.readAllBytes();
      }
      int count = bytes.length / (type.blockBytes() + 4 * type.blockSize());
      int split = count * type.blockBytes();
      float[] values = new float[count * type.blockSize()];
      ByteBuffer.wrap(bytes, split, bytes.length - split)
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .get(values);
      return new Golden(Arrays.copyOf(bytes, split), values);
    }
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void agreesWithTheGoldenValuesBitForBit(TensorType type) throws IOException {
    Golden golden = Golden.of(type);
    assertTrue(golden.values.length >= 10 * type.blockSize());
    float[] out = new float[golden.values.length];
    BlockFormat.of(type).dequantize(MemorySegment.ofArray(golden.blocks), 0, out, 0, out.length);
    assertArrayEquals(bits(golden.values), bits(out));
  }

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void takesAnyRangeOfBlocksOffTheHeap(TensorType type) throws IOException {
    Golden golden = Golden.of(type);
    int size = type.blockSize();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment source = arena.allocate(golden.blocks.length + 1);
      // An odd start: no format may need aligned blocks.
      MemorySegment.copy(golden.blocks, 0, source, ValueLayout.JAVA_BYTE, 1, golden.blocks.length);
      float[] out = new float[3 * size + 2];
      BlockFormat.of(type).dequantize(source, 1 + 2L * type.blockBytes(), out, 1, 3 * size);
      float[] expected = new float[out.length];
      System.arraycopy(golden.values, 2 * size, expected, 1, 3 * size);
      assertArrayEquals(bits(expected), bits(out));
    }
  }

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void decodesRunsLongerThanItsCopy(TensorType type) throws IOException {
    Golden golden = Golden.of(type);
    int repeats = 20_000 / golden.values.length + 1;
    byte[] blocks = new byte[repeats * golden.blocks.length];
    float[] expected = new float[repeats * golden.values.length];
    for (int i = 0; i < repeats; i++) {
      System.arraycopy(golden.blocks, 0, blocks, i * golden.blocks.length, golden.blocks.length);
      System.arraycopy(golden.values, 0, expected, i * golden.values.length, golden.values.length);
    }
    float[] out = new float[expected.length];
    BlockFormat.of(type).dequantize(MemorySegment.ofArray(blocks), 0, out, 0, out.length);
    assertArrayEquals(bits(expected), bits(out));
  }

  @Test
  void expandsEveryHalf() {
    short[] halves = new short[1 << 16];
    for (int i = 0; i < halves.length; i++) {
      halves[i] = (short) i;
    }
    float[] out = new float[halves.length];
    BlockFormat.of(TensorType.F16).dequantize(MemorySegment.ofArray(halves), 0, out, 0, out.length);
    for (int i = 0; i < halves.length; i++) {
      int exponent = i >> 10 & 31;
      int fraction = i & 1023;
      // The definition of IEEE 754: sign, exponent with bias 15, fraction of 10 bits.
      double magnitude =
          exponent == 31
              ? fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN
              : exponent == 0
                  ? Math.scalb((double) fraction, -24)
                  : Math.scalb(1024.0 + fraction, exponent - 25);
      assertEquals((float) (i >= 1 << 15 ? -magnitude : magnitude), out[i]);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TensorType.class,
      names = {"F32", "F16", "BF16"},
      mode = Mode.EXCLUDE)
  void refusesACountThatCutsABlock(TensorType type) {
    MemorySegment source = MemorySegment.ofArray(new byte[512]);
    float[] out = new float[256];
    int count = type.blockSize() - 1;
    EngineException error =
        assertThrows(
            EngineException.class, () -> BlockFormat.of(type).dequantize(source, 0, out, 0, count));
    assertEquals(ErrorCode.INVALID_ARGUMENT, error.code());
    assertTrue(error.getMessage().contains("count is " + count), error.getMessage());
  }

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void refusesBlocksBeyondTheEnd(TensorType type) {
    MemorySegment source = MemorySegment.ofArray(new byte[2 * type.blockBytes() - 1]);
    float[] out = new float[2 * type.blockSize()];
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> BlockFormat.of(type).dequantize(source, 0, out, 0, out.length));
  }

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void refusesFloatsBeyondTheEnd(TensorType type) {
    MemorySegment source = MemorySegment.ofArray(new byte[2 * type.blockBytes()]);
    int size = type.blockSize();
    float[] out = new float[2 * size];
    BlockFormat format = BlockFormat.of(type);
    assertThrows(
        IndexOutOfBoundsException.class, () -> format.dequantize(source, 0, out, 1, 2 * size));
    assertThrows(
        IndexOutOfBoundsException.class, () -> format.dequantize(source, 0, out, 0, -size));
    assertArrayEquals(new float[2 * size], out);
  }
}
