package ai.realm.kernels.ffm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.realm.gguf.TensorInfo;
import ai.realm.gguf.TensorType;
import ai.realm.kernels.Activations;
import ai.realm.kernels.FileBacked;
import ai.realm.kernels.Kernels;
import ai.realm.kernels.Matrix;
import ai.realm.kernels.TestedKernels;
import ai.realm.kernels.WorkerPool;
import ai.realm.kernels.scalar.ScalarKernels;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rows that the native kernels read where the file has them, in each family of this CPU. */
class FileRowsTest {
  private static final WorkerPool POOL = new WorkerPool(1);
  private static final Kernels SCALAR = new ScalarKernels();
  private static final List<NativeKernels> FAMILIES = families();
  private static final int PAGE = 4096;
  private static final short INFINITY = 0x7c00;
  private static final short NAN = 0x7e01;

  private static List<NativeKernels> families() {
    List<NativeKernels> all = new ArrayList<>(NativeFamilies.all());
    NativeKernels modelled = NativeFamilies.withModelledTiles();
    if (modelled != null) {
      all.add(modelled);
    }
    return all;
  }

  private static TensorInfo tensor(TensorType type, int columns, int rows, MemorySegment data) {
    return new TensorInfo("w", type, new long[] {columns, rows}, 0, data);
  }

  private static long bytes(TensorType type, int columns, int rows) {
    return (long) columns / type.blockSize() * type.blockBytes() * rows;
  }

  /** Random rows, to bytes that are zero: weights of about 1 at most. */
  private static void fill(TensorType type, MemorySegment data, Random random) {
    for (long at = 0; at < data.byteSize(); at += type.blockBytes()) {
      float x = (float) random.nextGaussian();
      if (type == TensorType.BF16) {
        set(data, at, (short) (Float.floatToRawIntBits(x) >>> 16));
      } else if (type == TensorType.F16) {
        set(data, at, Float.floatToFloat16(x));
      } else {
        set(data, at, Float.floatToFloat16(x / 128));
        for (int i = 2; i < type.blockBytes(); i++) {
          data.set(ValueLayout.JAVA_BYTE, at + i, (byte) random.nextInt());
        }
      }
    }
  }

  private static void set(MemorySegment data, long at, short half) {
    data.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, half);
  }

  private static Activations activations(int tokens, int columns, Random random) {
    Activations x = new Activations(columns).resize(tokens);
    for (int i = 0; i < tokens * columns; i++) {
      x.values()[i] = (float) random.nextGaussian();
    }
    return x;
  }

  private static float[] product(Kernels kernels, TensorInfo tensor, Activations x) {
    float[] y = new float[(int) tensor.rows() * x.tokens()];
    Matrix w = kernels.prepare(tensor, POOL, Arena.ofAuto());
    TestedKernels.multiply(kernels, POOL, w, x, y, 0, (int) tensor.rows());
    return y;
  }

  /** Equal to the scalar kernels' but for rounding; infinities and NaN where those have them. */
  private static void assertProductsEqual(TensorInfo tensor, Random random) {
    for (NativeKernels kernels : FAMILIES) {
      for (int tokens : new int[] {1, 2, 7}) {
        Activations x = activations(tokens, (int) tensor.columns(), random);
        float[] expected = product(SCALAR, tensor, x);
        float[] actual = product(kernels, tensor, x);
        for (int i = 0; i < expected.length; i++) {
          String where = kernels.family() + ", " + tensor.type() + ", " + tokens + " tokens, " + i;
          if (Float.isFinite(expected[i])) {
            assertEquals(expected[i], actual[i], 0.01f * tensor.columns(), where);
          } else {
            assertEquals(expected[i], actual[i], where);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"Q8_0", "F16", "BF16"})
  void nothingIsReadBeyondTheEndOfTheFile(TensorType type, @TempDir Path folder)
      throws IOException {
    Random random = new Random(1);
    for (int columns : new int[] {32, 64, 96, 1024}) {
      for (int rows : new int[] {1, 3, 15, 16, 17, 31, 32, 33, 47}) {
        long bytes = bytes(type, columns, rows);
        long size = (bytes + PAGE - 1) / PAGE * PAGE;
        try (Arena arena = Arena.ofShared();
            FileChannel file =
                FileChannel.open(
                    folder.resolve(columns + "x" + rows),
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE)) {
          MemorySegment mapped = file.map(MapMode.READ_WRITE, 0, size + PAGE, arena);
          MemorySegment data = mapped.asSlice(size - bytes, bytes);
          fill(type, data, random);
          file.truncate(size); // Whoever reads the mapping's last page now ends this process.
          assertProductsEqual(tensor(type, columns, rows, data), random);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"Q8_0", "F16", "BF16"})
  void infinitiesAndNanStayInTheirRows(TensorType type) {
    Random random = new Random(2);
    int rows = 40;
    int columns = 96;
    boolean brain = type == TensorType.BF16;
    short[] specials =
        brain
            ? new short[] {0x7f80, (short) 0xff80, 0x7fc1}
            : new short[] {INFINITY, (short) (INFINITY | 0x8000), NAN};
    for (short special : specials) {
      MemorySegment data = MemorySegment.ofArray(new byte[(int) bytes(type, columns, rows)]);
      fill(type, data, random);
      long rowBytes = bytes(type, columns, 1);
      set(data, 5 * rowBytes + type.blockBytes(), special);
      set(data, 39 * rowBytes, special);
      if (type == TensorType.Q8_0) {
        // All weights of one sign: an infinity as the sum, where x has one sign, too.
        for (int i = 2; i < type.blockBytes(); i++) {
          data.set(ValueLayout.JAVA_BYTE, 39 * rowBytes + i, (byte) (-128 + i));
        }
      }
      assertProductsEqual(tensor(type, columns, rows, data), random);
    }
  }

  @Test
  void everyHalfFloatIsWidenedAsJavaDoesIt() {
    int rows = 1 << 16;
    MemorySegment data = MemorySegment.ofArray(new byte[rows * 64]);
    for (int n = 0; n < rows; n++) {
      set(data, 64L * n + 2 * (n % 32), (short) n);
    }
    TensorInfo tensor = tensor(TensorType.F16, 32, rows, data);
    for (NativeKernels kernels : FAMILIES) {
      for (int tokens = 1; tokens <= 2; tokens++) {
        Activations x = new Activations(32).resize(tokens);
        Arrays.fill(x.values(), 1);
        float[] y = product(kernels, tensor, x);
        for (int n = 0; n < rows; n++) {
          String where = kernels.family() + ", " + tokens + " tokens, 0x" + Integer.toHexString(n);
          assertEquals(Float.float16ToFloat((short) n) + 0f, y[n], where);
        }
      }
    }
  }

  @Test
  void theSmallestWeightsAndScalesCount() {
    MemorySegment data = MemorySegment.ofArray(new byte[2 * 34]);
    set(data, 0, (short) 1); // The smallest denormal, 2^-24.
    data.set(ValueLayout.JAVA_BYTE, 2, (byte) -128);
    set(data, 34, (short) 0x83ff); // The largest negative one, -1023 * 2^-24.
    data.set(ValueLayout.JAVA_BYTE, 36, (byte) 127);
    TensorInfo tensor = tensor(TensorType.Q8_0, 32, 2, data);
    for (NativeKernels kernels : FAMILIES) {
      Activations x = new Activations(32).resize(1);
      x.values()[0] = 2;
      float[] y = product(kernels, tensor, x);
      // A unit of the last place: an activation may have been rounded.
      assertEquals(-0x1p-16f, y[0], 0x1p-39f, kernels.family());
      assertEquals(-254 * 1023 * 0x1p-24f, y[1], 0x1p-30f, kernels.family());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"Q8_0", "F16", "BF16"})
  void nothingIsCopied(TensorType type) {
    MemorySegment data = MemorySegment.ofArray(new byte[(int) bytes(type, 64, 5)]);
    for (NativeKernels kernels : FAMILIES) {
      Matrix w = kernels.prepare(tensor(type, 64, 5, data), POOL, Arena.ofAuto());
      assertEquals(0, w.bytes());
      assertEquals(data, assertInstanceOf(FileBacked.Rows.class, w).tensor().data());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void rowsOfOtherLengthsAreReadByOtherKernels(TensorType type) {
    MemorySegment data = MemorySegment.ofArray(new byte[(int) bytes(type, 33, 5)]);
    fill(type, data, new Random(3));
    TensorInfo tensor = tensor(type, 33, 5, data);
    for (NativeKernels kernels : FAMILIES) {
      Matrix w = kernels.prepare(tensor, POOL, Arena.ofAuto());
      assertFalse(w instanceof FileBacked.Rows, kernels.family());
    }
    assertProductsEqual(tensor, new Random(4));
  }

  @Test
  void aFileThatWasClosedIsNotRead() {
    for (NativeKernels kernels : FAMILIES) {
      Arena file = Arena.ofShared();
      TensorInfo tensor = tensor(TensorType.Q8_0, 32, 1, file.allocate(34));
      Matrix w = kernels.prepare(tensor, POOL, Arena.ofAuto());
      Activations x = new Activations(32).resize(1);
      file.close();
      assertThrows(
          IllegalStateException.class, () -> kernels.matmul(w, x, new float[1], 0, 1, 0, 1));
    }
  }
}
