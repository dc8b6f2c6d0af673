package ai.realm.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ai.realm.gguf.TensorInfo;
import ai.realm.gguf.TensorType;
import ai.realm.kernels.scalar.ScalarKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Products of several tokens in every provider, with activations at the ends of what they are
 * rounded in: each token alone decides about its result.
 */
@ParameterizedClass
@MethodSource("ai.realm.kernels.TestedKernels#all")
class ExtremeActivationsTest {
  private static final WorkerPool POOL = new WorkerPool(2);
  private static final Kernels SCALAR = new ScalarKernels();
  private static final int ROWS = 37;

  /** Java's kernels sum one token's weights where they stand, 2^24 times too large at most. */
  private static final double MOST_ALONE = 0x1p97;

  private final Kernels kernels;
  private final RoundOff roundOff;

  ExtremeActivationsTest(String provider, Kernels kernels, RoundOff roundOff) {
    this.kernels = kernels;
    this.roundOff = roundOff;
  }

  private static int columns(TensorType type) {
    return type.blockSize() > 32 ? 5 * type.blockSize() : 1120;
  }

  /** Rows of the type with F16 scales of 2^-6, and these bytes for all else. */
  private static TensorInfo tensor(TensorType type, byte[] bytes) {
    int columns = columns(type);
    MemorySegment data = MemorySegment.ofArray(bytes);
    for (long at = 0; at < bytes.length; at += type.blockBytes()) {
      for (int half : KernelsTest.halves(type)) {
        data.set(ValueLayout.JAVA_SHORT_UNALIGNED, at + half, Float.floatToFloat16(0x1p-6f));
      }
      switch (type) {
        case F32, Q8_K -> data.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at, 0x1p-6f);
        case MXFP4 -> data.set(ValueLayout.JAVA_BYTE, at, (byte) (128 - 6));
        case IQ1_M -> {
          // Four bits of it in the high ones of each of the last words.
          int bits = Float.floatToFloat16(0x1p-6f);
          for (int w = 0; w < 4; w++) {
            long high = at + 49 + 2 * w;
            int low = data.get(ValueLayout.JAVA_BYTE, high) & 15;
            data.set(ValueLayout.JAVA_BYTE, high, (byte) (low | (bits >> 4 * w & 15) << 4));
          }
        }
        case BF16 -> data.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, (short) 0x3c80);
        default -> {}
      }
    }
    return new TensorInfo("w", type, new long[] {columns, ROWS}, 0, data);
  }

  private static byte[] bytes(TensorType type) {
    return new byte[columns(type) / type.blockSize() * type.blockBytes() * ROWS];
  }

  private static TensorInfo randomTensor(TensorType type, Random random) {
    byte[] bytes = bytes(type);
    random.nextBytes(bytes);
    return tensor(type, bytes);
  }

  private static Activations activations(int columns, int tokens, IntToDoubleFunction value) {
    Activations x = new Activations(columns).resize(tokens);
    for (int i = 0; i < columns * tokens; i++) {
      x.values()[i] = (float) value.applyAsDouble(i);
    }
    return x;
  }

  private static float[] product(Kernels kernels, TensorInfo tensor, Activations x) {
    float[] y = new float[x.tokens() * ROWS];
    try (Arena arena = Arena.ofShared()) {
      Matrix w = kernels.prepare(tensor, POOL, arena);
      TestedKernels.multiply(kernels, POOL, w, x, y, 0, ROWS);
    }
    return y;
  }

  /** The same, each token by itself. */
  private static float[] productsAlone(Kernels kernels, TensorInfo tensor, Activations x) {
    float[] y = new float[x.tokens() * ROWS];
    for (int t = 0; t < x.tokens(); t++) {
      int from = t * x.columns();
      Activations alone = activations(x.columns(), 1, i -> x.values()[from + i]);
      System.arraycopy(product(kernels, tensor, alone), 0, y, t * ROWS, ROWS);
    }
    return y;
  }

  /** Sums of |w| by row. */
  private static double[] magnitudes(TensorInfo tensor) {
    int columns = (int) tensor.columns();
    float[] weights = new float[columns];
    double[] all = new double[ROWS];
    long rowBytes = tensor.rowBytes();
    for (int n = 0; n < ROWS; n++) {
      ai.realm.quant.BlockFormat.of(tensor.type())
          .dequantize(tensor.data(), n * rowBytes, weights, 0, columns);
      for (float w : weights) {
        all[n] += Math.abs(w);
      }
    }
    return all;
  }

  private static float[] token(float[] y, int token) {
    return Arrays.copyOfRange(y, token * ROWS, (token + 1) * ROWS);
  }

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void aTokenHasTheSameBitsInEveryBatch(TensorType type) {
    Random random = new Random(1);
    TensorInfo tensor = randomTensor(type, random);
    int columns = columns(type);
    Activations all = activations(columns, 27, i -> random.nextGaussian());
    float[] expected = product(kernels, tensor, all);
    for (int tokens : new int[] {2, 4, 7, 12, 13, 24}) {
      Activations some = activations(columns, tokens, i -> all.values()[i]);
      assertArrayEquals(
          Arrays.copyOf(expected, tokens * ROWS),
          product(kernels, tensor, some),
          tokens + " of 27 tokens");
    }
  }

  /** Infinities and NaN of a token spoil all of its results, and no other's. */
  @ParameterizedTest
  @EnumSource(TensorType.class)
  void infinitiesAndNanStayInTheirTokens(TensorType type) {
    Random random = new Random(2);
    TensorInfo tensor = randomTensor(type, random);
    int columns = columns(type);
    Activations x = activations(columns, 14, i -> random.nextGaussian());
    float[] expected = product(kernels, tensor, x);
    float infinity = Float.POSITIVE_INFINITY;
    x.values()[3 * columns + 5] = infinity;
    x.values()[7 * columns + columns - 1] = Float.NaN;
    x.values()[13 * columns + 300] = -infinity;
    float[] actual = product(kernels, tensor, x);
    float[] alone = productsAlone(kernels, tensor, x);
    List<Integer> spoilt = List.of(3, 7, 13);
    for (int t = 0; t < 14; t++) {
      if (!spoilt.contains(t)) {
        assertArrayEquals(token(expected, t), token(actual, t), "token " + t);
        continue;
      }
      for (int n = 0; n < ROWS; n++) {
        assertFalse(Float.isFinite(token(actual, t)[n]), "token " + t);
        assertFalse(Float.isFinite(token(alone, t)[n]), "token " + t + " alone");
      }
    }
  }

  /** The largest integers of either sign, times activations that are all as large, of any sign. */
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"F32", "F16", "BF16"})
  void theLargestSumsDoNotOverflow(TensorType type) {
    int columns = columns(type);
    for (int fill : new int[] {0x00, 0x0f, 0x3f, 0x7f, 0x80, 0xc0, 0xf0, 0xff}) {
      byte[] bytes = bytes(type);
      Arrays.fill(bytes, (byte) fill);
      if (type == TensorType.Q6_K) {
        // The largest of its signed scales; of its weights it is -32, with bytes of 0.
        for (int at = 0; at < bytes.length; at += type.blockBytes()) {
          Arrays.fill(bytes, at + 192, at + 208, (byte) -128);
        }
      }
      TensorInfo tensor = tensor(type, bytes);
      double[] magnitudes = magnitudes(tensor);
      Activations x =
          activations(columns, 3, i -> i < columns ? 1 : i < 2 * columns ? -1 : 1 - i % 2 * 2);
      float[] expected = product(SCALAR, tensor, x);
      float[] actual = product(kernels, tensor, x);
      float[] alone = productsAlone(kernels, tensor, x);
      for (int i = 0; i < actual.length; i++) {
        String where = "bytes " + fill + ", result " + i;
        // Weights of 0 may be codes above it, whose sums are taken off again.
        double magnitude = Math.max(magnitudes[i % ROWS], columns * 0x1p-6);
        double bound = roundOff.of(type) * magnitude;
        assertEquals(expected[i], actual[i], bound, where);
        double boundAlone = roundOff.ofToken(type) * magnitude;
        assertEquals(expected[i], alone[i], boundAlone, "alone, " + where);
      }
    }
  }

  /**
   * From denormals, which may count as zeros, to the largest; zeros between them; one far above.
   */
  @ParameterizedTest
  @EnumSource(TensorType.class)
  void activationsOfEveryMagnitudeCount(TensorType type) {
    Random random = new Random(3);
    TensorInfo tensor = randomTensor(type, random);
    double[] magnitudes = magnitudes(tensor);
    int columns = columns(type);
    double[] largest = {0x1p-140, 0x1p-126, 0x1p-110, 1, 0x1p90, 0x1p100, 0};
    Activations x =
        activations(
            columns,
            largest.length,
            i -> i % 3 == 0 ? 0 : (random.nextInt(2001) - 1000) / 1000.0 * largest[i / columns]);
    float[] expected = product(SCALAR, tensor, x);
    float[] actual = product(kernels, tensor, x);
    float[] alone = productsAlone(kernels, tensor, x);
    for (int i = 0; i < actual.length; i++) {
      double bound = roundOff.of(type) * largest[i / ROWS] + 0x1p-126;
      assertEquals(expected[i], actual[i], bound * magnitudes[i % ROWS], "result " + i);
      if (largest[i / ROWS] < MOST_ALONE) {
        bound = roundOff.ofToken(type) * largest[i / ROWS] + 0x1p-126;
        assertEquals(expected[i], alone[i], bound * magnitudes[i % ROWS], "alone, result " + i);
      }
    }
  }
}
