package ai.realm.kernels.ffm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.realm.gguf.TensorInfo;
import ai.realm.gguf.TensorType;
import ai.realm.kernels.Activations;
import ai.realm.kernels.Matrix;
import ai.realm.kernels.WorkerPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Prefill on tiles, bit by bit: as Intel's manual defines TDPBF16PS, here once more in Java. The
 * CPU's tiles where it has some, and everywhere else those of the model.
 */
class TileProductsTest {
  private static final WorkerPool POOL = new WorkerPool(1);

  private static float brain(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** A finite number as bf16, rounded to the nearest even. */
  private static short round(float x) {
    int bits = Float.floatToRawIntBits(x);
    return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
  }

  private static TensorInfo matrix(short[] weights, int rows, int columns) {
    MemorySegment data = MemorySegment.ofArray(new byte[2 * weights.length]);
    for (int i = 0; i < weights.length; i++) {
      data.set(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * i, weights[i]);
    }
    return new TensorInfo("w", TensorType.BF16, new long[] {columns, rows}, 0, data);
  }

  private static float[] products(
      NativeKernels kernels, short[] weights, float[] values, int rows, int columns) {
    int tokens = values.length / columns;
    Activations x = new Activations(columns).resize(tokens);
    System.arraycopy(values, 0, x.values(), 0, values.length);
    float[] y = new float[tokens * rows];
    try (Arena arena = Arena.ofShared()) {
      Matrix w = kernels.prepare(matrix(weights, rows, columns), POOL, arena);
      kernels.matmul(w, x, y, 0, rows, 0, w.units());
    }
    return y;
  }

  /** 32 columns at a time: even and odd ones apart, then together, then to the sum so far. */
  private static float product(short[] weights, int row, float[] x, int token, int columns) {
    float total = 0;
    for (int k = 0; k < columns; k += 32) {
      float even = 0;
      float odd = 0;
      for (int i = k; i < k + 32; i += 2) {
        int w = row * columns + i;
        int v = token * columns + i;
        even = Math.fma(brain(round(x[v])), brain(weights[w]), even);
        odd = Math.fma(brain(round(x[v + 1])), brain(weights[w + 1]), odd);
      }
      total += even + odd;
    }
    return total;
  }

  private static void assertEveryBit(NativeKernels kernels, int rows, int columns, int tokens) {
    Random random = new Random(rows + columns + tokens);
    short[] weights = new short[rows * columns];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = round((float) random.nextGaussian());
    }
    float[] x = new float[tokens * columns];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    float[] expected = new float[tokens * rows];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = product(weights, i % rows, x, i / rows, columns);
    }
    assertArrayEquals(
        expected,
        products(kernels, weights, x, rows, columns),
        rows + " rows, " + columns + " columns, " + tokens + " tokens");
  }

  private static void assertEveryBit(NativeKernels kernels) {
    for (int columns : new int[] {32, 96, 512, 576, 608, 1088}) {
      for (int tokens : new int[] {2, 15, 16, 17, 31, 32, 33, 48, 70}) {
        assertEveryBit(kernels, 75, columns, tokens);
      }
    }
    for (int rows : new int[] {1, 16, 17, 32, 512, 545}) {
      assertEveryBit(kernels, rows, 608, 33);
    }
  }

  /** Row n is weight n in column 0, and zeros; token t is value t in column 0, and zeros. */
  private static void assertExtremes(NativeKernels kernels) {
    float[] w = {Float.intBitsToFloat(0x00010000), 0x1p-70f, Float.POSITIVE_INFINITY, 1, -0x1p127f};
    float[] x = {0x1p100f, 0x1p-70f, Float.intBitsToFloat(1), 1 + 0x1p-8f, 1 + 3 * 0x1p-8f, 4};
    float[][] expected = { // By token, then row. Denormals are zeros, as factors and as results.
      {0, 0x1p30f, Float.POSITIVE_INFINITY, 0x1p100f, Float.NEGATIVE_INFINITY},
      {0, 0, Float.POSITIVE_INFINITY, 0x1p-70f, -0x1p57f},
      {0, 0, Float.NaN, 0, 0},
      {0, 0x1p-70f, Float.POSITIVE_INFINITY, 1, -0x1p127f},
      {
        0, 0x1p-70f * (1 + 0x1p-6f), Float.POSITIVE_INFINITY, 1 + 0x1p-6f, -0x1p127f * (1 + 0x1p-6f)
      },
      {0, 0x1p-68f, Float.POSITIVE_INFINITY, 4, Float.NEGATIVE_INFINITY},
    };
    int columns = 32;
    short[] weights = new short[w.length * columns];
    for (int n = 0; n < w.length; n++) {
      weights[n * columns] = (short) (Float.floatToRawIntBits(w[n]) >>> 16);
    }
    float[] values = new float[x.length * columns];
    for (int t = 0; t < x.length; t++) {
      values[t * columns] = x[t];
    }
    float[] y = products(kernels, weights, values, w.length, columns);
    for (int t = 0; t < x.length; t++) {
      for (int n = 0; n < w.length; n++) {
        // 0f + y: a zero of either sign.
        assertEquals(expected[t][n], 0f + y[t * w.length + n], x[t] + " times " + w[n]);
      }
    }
  }

  private static NativeKernels modelled() {
    NativeKernels kernels = NativeFamilies.withModelledTiles();
    assumeTrue(kernels != null, "no model of tiles: not built, or the CPU has no AVX512_BF16");
    return kernels;
  }

  private static NativeKernels ofTheCpu() {
    NativeKernels kernels =
        NativeFamilies.all().stream()
            .filter(k -> k.family().equals("amx_bf16"))
            .findFirst()
            .orElse(null);
    assumeTrue(kernels != null, "the CPU has no AMX: its instructions on tiles are modelled only");
    return kernels;
  }

  @Test
  void modelledTilesGiveEveryBit() {
    assertEveryBit(modelled());
  }

  @Test
  void modelledTilesTakeExtremesAsTheManualSays() {
    assertExtremes(modelled());
  }

  @Test
  void theCpusTilesGiveEveryBit() {
    assertEveryBit(ofTheCpu());
  }

  @Test
  void theCpusTilesTakeExtremesAsTheManualSays() {
    assertExtremes(ofTheCpu());
  }
}
