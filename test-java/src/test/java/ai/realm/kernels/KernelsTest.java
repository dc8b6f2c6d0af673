package ai.realm.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.gguf.TensorInfo;
import ai.realm.gguf.TensorType;
import ai.realm.kernels.scalar.ScalarKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds every provider's kernels against the scalar ones, on odd sizes and extreme values. */
@ParameterizedClass
@MethodSource("ai.realm.kernels.TestedKernels#all")
class KernelsTest {
  private static final WorkerPool POOL = new WorkerPool(3);
  private static final Kernels SCALAR = new ScalarKernels();

  private final Kernels kernels;

  private final RoundOff roundOff;

  KernelsTest(String provider, Kernels kernels, RoundOff roundOff) {
    this.kernels = kernels;
    this.roundOff = roundOff;
  }

  /** Bytes of a block that hold its F16 scales, by type; all others are any bits. */
  static int[] halves(TensorType type) {
    return switch (type) {
      case F32, BF16, Q8_K, MXFP4, NVFP4, IQ1_M -> new int[0];
      case F16, Q4_0, Q5_0, Q8_0, IQ4_NL, IQ4_XS, IQ3_XXS, IQ3_S, IQ2_XXS, IQ2_XS, IQ2_S, IQ1_S ->
          new int[] {0};
      case Q4_1, Q5_1, Q4_K, Q5_K -> new int[] {0, 2};
      case Q2_K -> new int[] {80, 82};
      case Q3_K -> new int[] {108};
      case Q6_K -> new int[] {208};
      case TQ1_0 -> new int[] {52};
      case TQ2_0 -> new int[] {64};
    };
  }

  private enum Scales {
    ORDINARY {
      @Override
      float next(Random random) {
        return (random.nextFloat() - 0.3f) * 0.02f;
      }
    },
    DENORMAL {
      @Override
      float next(Random random) {
        return Float.float16ToFloat((short) (random.nextInt(1024) | random.nextInt(2) << 15));
      }
    },
    LARGEST {
      @Override
      float next(Random random) {
        return random.nextBoolean() ? 65504 : -65504;
      }
    },
    INFINITE {
      @Override
      float next(Random random) {
        return random.nextInt(8) == 0 ? Float.POSITIVE_INFINITY : 1;
      }
    };

    abstract float next(Random random);
  }

  private static TensorInfo tensor(
      TensorType type, int rows, int columns, Scales scales, Random random) {
    int blocks = rows * columns / type.blockSize();
    byte[] bytes = new byte[blocks * type.blockBytes()];
    random.nextBytes(bytes);
    MemorySegment data = MemorySegment.ofArray(bytes);
    for (int b = 0; b < blocks; b++) {
      long at = (long) b * type.blockBytes();
      for (int half : halves(type)) {
        data.set(
            ValueLayout.JAVA_SHORT_UNALIGNED, at + half, Float.floatToFloat16(scales.next(random)));
      }
      if (type == TensorType.F32 || type == TensorType.Q8_K) {
        data.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at, scales.next(random));
      }
      if (type == TensorType.MXFP4) {
        // The power of two below; its values have no other scales, and no infinity.
        int exponent = Math.clamp(Math.getExponent(scales.next(random)) + 128, 0, 255);
        data.set(ValueLayout.JAVA_BYTE, at, (byte) exponent);
      }
      if (type == TensorType.IQ1_M) {
        // Four bits in the high ones of each of the last words.
        int bits = Float.floatToFloat16(scales.next(random));
        for (int w = 0; w < 4; w++) {
          long high = at + 49 + 2 * w;
          int low = data.get(ValueLayout.JAVA_BYTE, high) & 15;
          data.set(ValueLayout.JAVA_BYTE, high, (byte) (low | (bits >> 4 * w & 15) << 4));
        }
      }
      if (type == TensorType.BF16) {
        int bits = Float.floatToRawIntBits(scales.next(random));
        data.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, (short) (bits >>> 16));
      }
    }
    return new TensorInfo("w", type, new long[] {columns, rows}, 0, data);
  }

  private static Activations activations(int tokens, int columns, Random random) {
    Activations x = new Activations(columns).resize(tokens);
    for (int i = 0; i < tokens * columns; i++) {
      x.values()[i] = (float) random.nextGaussian();
    }
    return x;
  }

  /** Sum of |x * w| of every output: what rounding errors are measured by. */
  private void assertProductsEqual(TensorInfo tensor, int tokens, Random random) {
    int rows = (int) tensor.rows();
    int columns = (int) tensor.columns();
    Activations x = activations(tokens, columns, random);
    int stride = rows + 5;
    float[] expected = new float[tokens * stride + 3];
    float[] actual = new float[expected.length];
    try (Arena arena = Arena.ofShared()) {
      Matrix truth = SCALAR.prepare(tensor, POOL, arena);
      Matrix fast = kernels.prepare(tensor, POOL, arena);
      TestedKernels.multiply(SCALAR, POOL, truth, x, expected, 3, stride);
      TestedKernels.multiply(kernels, POOL, fast, x, actual, 3, stride);
    }
    float[] weights = new float[columns];
    for (int n = 0; n < rows; n++) {
      ai.realm.quant.BlockFormat.of(tensor.type())
          .dequantize(
              tensor.data(),
              (long) n * columns / tensor.type().blockSize() * tensor.type().blockBytes(),
              weights,
              0,
              columns);
      for (int t = 0; t < tokens; t++) {
        double magnitude = 0;
        for (int k = 0; k < columns; k++) {
          magnitude += Math.abs((double) weights[k] * x.values()[t * columns + k]);
        }
        int i = 3 + t * stride + n;
        String where = tensor.type() + " row " + n + " of " + rows + ", token " + t;
        if (Float.isFinite(expected[i]) && magnitude < Float.MAX_VALUE) {
          // A quantized product is a difference of larger sums: scale * sum(q x) - minimum *
          // sum(x).
          double bound = tokens == 1 ? roundOff.ofToken(tensor.type()) : roundOff.of(tensor.type());
          assertEquals(expected[i], actual[i], bound * magnitude + 1e-42, where);
        } else {
          assertTrue(!Float.isFinite(actual[i]) || !Double.isFinite(magnitude), where);
        }
      }
    }
    for (int t = 0; t < tokens; t++) {
      for (int gap = rows; gap < stride; gap++) {
        int i = 3 + t * stride + gap;
        if (i < actual.length) {
          assertEquals(0, actual[i], "nothing is written outside the rows");
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void productsEqualTheScalarOnesOnOddSizes(TensorType type) {
    Random random = new Random(7);
    int block = Math.max(type.blockSize(), 32);
    for (int rows : new int[] {1, 15, 16, 17, 31, 32, 33, 48, 75}) {
      for (int columns : new int[] {block, 3 * block}) {
        for (int tokens : new int[] {1, 2, 3, 4, 5, 12, 13, 27}) {
          assertProductsEqual(tensor(type, rows, columns, Scales.ORDINARY, random), tokens, random);
        }
      }
    }
  }

  /** More than the tiles, panels and spans of columns that the kernels divide products into. */
  @ParameterizedTest
  @EnumSource(TensorType.class)
  void productsEqualTheScalarOnesOverManyBlocks(TensorType type) {
    Random random = new Random(9);
    int columns = type.blockSize() > 32 ? 5 * type.blockSize() : 608;
    for (int tokens : new int[] {32, 33, 48, 50}) {
      assertProductsEqual(tensor(type, 43, columns, Scales.ORDINARY, random), tokens, random);
    }
    assertProductsEqual(tensor(type, 545, columns, Scales.ORDINARY, random), 2, random);
  }

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void productsEqualTheScalarOnesOnExtremeScales(TensorType type) {
    Random random = new Random(8);
    int columns = Math.max(type.blockSize(), 32);
    for (Scales scales : Scales.values()) {
      for (int tokens : new int[] {1, 6}) {
        assertProductsEqual(tensor(type, 40, columns, scales, random), tokens, random);
      }
    }
  }

  /** Experts of a mixture lie one behind the other, and need not be whole groups of rows. */
  @ParameterizedTest
  @EnumSource(TensorType.class)
  void productsWithASliceOfATensorEqualTheScalarOnes(TensorType type) {
    Random random = new Random(10);
    int columns = 2 * Math.max(type.blockSize(), 32);
    TensorInfo all = tensor(type, 3 * 21, columns, Scales.ORDINARY, random);
    TensorInfo experts =
        new TensorInfo("w", type, new long[] {columns, 21, 3}, all.offset(), all.data());
    for (int expert = 0; expert < 3; expert++) {
      for (int tokens : new int[] {1, 5}) {
        assertProductsEqual(experts.slice(expert), tokens, random);
      }
    }
  }

  /**
   * A row for each, of one block: its values times 1 or 2^-4, which no exponent takes too far. The
   * layout does not hold the exponent 0; the greatest is no number in the format.
   */
  @Test
  void everyExponentOfMxfp4Counts() {
    exponentsOfMxfp4Count(0, 1);
    exponentsOfMxfp4Count(0, 253);
    exponentsOfMxfp4Count(1, 255);
  }

  /** Exponents {@code [from, to)}. */
  private void exponentsOfMxfp4Count(int from, int to) {
    int rows = to - from;
    byte[] bytes = new byte[rows * 17];
    for (int n = 0; n < rows; n++) {
      bytes[17 * n] = (byte) (from + n);
      bytes[17 * n + 1] = (byte) (n % 2 == 0 ? 0x71 : 0xF9); // 1 and 12, or -1 and -12
    }
    MemorySegment data = MemorySegment.ofArray(bytes);
    TensorInfo tensor = new TensorInfo("w", TensorType.MXFP4, new long[] {32, rows}, 0, data);
    Activations x = new Activations(32).resize(1);
    float[] y = new float[rows];
    try (Arena arena = Arena.ofShared()) {
      Matrix w = kernels.prepare(tensor, POOL, arena);
      for (int column : new int[] {0, 16}) {
        float factor = column == 0 ? 1 : 0x1p-4f;
        Arrays.fill(x.values(), 0);
        x.values()[column] = factor;
        TestedKernels.multiply(kernels, POOL, w, x, y, 0, rows);
        for (int n = 0; n < rows; n++) {
          double value = (column == 0 ? 1 : 12) * (n % 2 == 0 ? 1 : -1) * factor;
          double expected = value * Math.pow(2, from + n - 128);
          double bound = Math.abs(expected) * roundOff.ofToken(TensorType.MXFP4);
          assertEquals(expected, y[n], bound + Float.MIN_VALUE, "exponent " + (from + n));
        }
      }
    }
  }

  @Test
  void normsEqualTheScalarOnes() {
    Random random = new Random(1);
    for (int n : new int[] {1, 3, 15, 16, 17, 64, 100, 577}) {
      float[] x = new float[n + 2];
      float[] weight = new float[n];
      for (int i = 0; i < n; i++) {
        x[i + 2] = (float) random.nextGaussian() * 100;
        weight[i] = (float) random.nextGaussian();
      }
      float[] expected = new float[n + 1];
      float[] actual = new float[n + 1];
      SCALAR.rmsNorm(x, 2, weight, 1e-5f, expected, 1, n);
      kernels.rmsNorm(x, 2, weight, 1e-5f, actual, 1, n);
      assertArrayEquals(expected, actual, 1e-5f);
    }
  }

  @Test
  void swigluEqualsTheScalarOneFromEndToEnd() {
    float[] gate = new float[20001];
    float[] up = new float[gate.length];
    for (int i = 0; i < gate.length; i++) {
      gate[i] = (i - 10000) * 0.02f;
      up[i] = 1;
    }
    float[] expected = new float[gate.length];
    float[] actual = new float[gate.length];
    SCALAR.swiglu(gate, 0, up, 0, expected, 0, gate.length);
    kernels.swiglu(gate, 0, up, 0, actual, 0, gate.length);
    for (int i = 0; i < gate.length; i++) {
      assertEquals(expected[i], actual[i], 4e-7 * Math.abs(expected[i]) + 2e-36, "gate " + gate[i]);
    }
  }

  @Test
  void sigmoidGatesEqualTheScalarOnesFromEndToEnd() {
    float[] gate = new float[20001];
    float[] expected = new float[gate.length];
    for (int i = 0; i < gate.length; i++) {
      gate[i] = (i - 10000) * 0.02f;
      expected[i] = i % 7 - 3;
    }
    float[] actual = expected.clone();
    SCALAR.sigmoidGate(expected, 0, gate, 0, gate.length);
    kernels.sigmoidGate(actual, 0, gate, 0, gate.length);
    for (int i = 0; i < gate.length; i++) {
      assertEquals(expected[i], actual[i], 4e-7 * Math.abs(expected[i]) + 2e-36, "gate " + gate[i]);
    }
  }
}
