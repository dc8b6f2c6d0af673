package ai.realm.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.realm.gguf.TensorInfo;
import ai.realm.gguf.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A row has the same bits whatever else is computed beside it. */
@ParameterizedClass
@MethodSource("ai.realm.kernels.TestedKernels#withScalar")
class ProductsTest {
  private static final WorkerPool POOL = new WorkerPool(3);
  private static final int ROWS = 75;
  private static final int TOKENS = 21;

  @Parameter(0)
  String provider;

  @Parameter(1)
  Kernels kernels;

  private static TensorInfo tensor(TensorType type, int columns, Random random) {
    byte[] bytes = new byte[ROWS * columns / type.blockSize() * type.blockBytes()];
    random.nextBytes(bytes);
    MemorySegment data = MemorySegment.ofArray(bytes);
    for (long at = 0; at < bytes.length; at += type.blockBytes()) {
      for (int half : KernelsTest.halves(type)) {
        short scale = Float.floatToFloat16(random.nextFloat() * 0.02f);
        data.set(ValueLayout.JAVA_SHORT_UNALIGNED, at + half, scale);
      }
      if (type == TensorType.F32) {
        data.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at, (float) random.nextGaussian());
      }
      if (type == TensorType.BF16) {
        int bits = Float.floatToRawIntBits((float) random.nextGaussian());
        data.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, (short) (bits >>> 16));
      }
    }
    return new TensorInfo("w", type, new long[] {columns, ROWS}, 0, data);
  }

  private static Activations activations(int tokens, int columns, Random random) {
    Activations x = new Activations(columns).resize(tokens);
    for (int i = 0; i < tokens * columns; i++) {
      x.values()[i] = (float) random.nextGaussian();
    }
    return x;
  }

  private static Activations part(Activations x, int from, int count) {
    Activations part = new Activations(x.columns()).resize(count);
    System.arraycopy(x.values(), from * x.columns(), part.values(), 0, count * x.columns());
    return part;
  }

  private float[] multiply(Rows rows, Matrix w, Activations x) {
    float[] y = new float[x.tokens() * ROWS];
    new Products(kernels, POOL).run(new Products.Product(rows, w, x, y, 0, ROWS));
    return y;
  }

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void aRowHasTheSameBitsAmongOthers(TensorType type) {
    Random random = new Random(11);
    int columns = 3 * Math.max(type.blockSize(), 32);
    try (Arena arena = Arena.ofShared()) {
      Matrix w = kernels.prepare(tensor(type, columns, random), POOL, arena);
      Activations x = activations(TOKENS, columns, random);
      for (Rows rows : Rows.values()) {
        float[] all = multiply(rows, w, x);
        for (int count : new int[] {1, 2, 5, 7, 11, 16}) {
          for (int from : new int[] {0, 3, TOKENS - count}) {
            float[] some = multiply(rows, w, part(x, from, count));
            float[] expected = Arrays.copyOfRange(all, from * ROWS, (from + count) * ROWS);
            assertArrayEquals(expected, some, rows + ": " + count + " from " + from);
          }
        }
      }
    }
  }

  /** As the experts of a mixture have, and the texts and prompts of a step. */
  @ParameterizedTest
  @EnumSource(
      value = TensorType.class,
      names = {"F32", "Q8_0", "Q4_K"})
  void aJobTakesProductsOfSeveralInputs(TensorType type) {
    Random random = new Random(12);
    int columns = 2 * Math.max(type.blockSize(), 32);
    try (Arena arena = Arena.ofShared()) {
      Matrix a = kernels.prepare(tensor(type, columns, random), POOL, arena);
      Matrix b = kernels.prepare(tensor(type, columns, random), POOL, arena);
      Activations one = activations(1, columns, random);
      Activations some = activations(5, columns, random);
      Activations others = activations(3, columns, random);
      float[][] y = {
        new float[ROWS], new float[5 * ROWS], new float[5 * ROWS], new float[3 * ROWS]
      };
      new Products(kernels, POOL)
          .run(
              List.of(
                  new Products.Product(Rows.EACH, a, one, y[0], 0, ROWS),
                  new Products.Product(Rows.TOGETHER, a, some, y[1], 0, ROWS),
                  new Products.Product(Rows.TOGETHER, b, some, y[2], 0, ROWS),
                  new Products.Product(Rows.EACH, b, others, y[3], 0, ROWS)));
      assertArrayEquals(multiply(Rows.EACH, a, one), y[0]);
      assertArrayEquals(multiply(Rows.TOGETHER, a, some), y[1]);
      assertArrayEquals(multiply(Rows.TOGETHER, b, some), y[2]);
      assertArrayEquals(multiply(Rows.EACH, b, others), y[3]);
    }
  }
}
