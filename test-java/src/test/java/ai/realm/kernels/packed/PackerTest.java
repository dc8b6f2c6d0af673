package ai.realm.kernels.packed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import ai.realm.gguf.TensorInfo;
import ai.realm.gguf.TensorType;
import ai.realm.kernels.Kernels;
import ai.realm.kernels.Matrix;
import ai.realm.kernels.WorkerPool;
import ai.realm.kernels.ffm.NativeFamilies;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PackerTest {
  /** A shared pool of the class, as a model has one for all its matrices. */
  private static final WorkerPool POOL = new WorkerPool(2);

  /** Random blocks; F16 scales may stand anywhere in them, so no pair of bytes is an infinity. */
  private static byte[] blocks(TensorType type, int columns, int rows) {
    byte[] bytes = new byte[columns / type.blockSize() * type.blockBytes() * rows];
    new Random(columns + rows).nextBytes(bytes);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] &= (byte) 0xBF;
    }
    if (type == TensorType.MXFP4) {
      for (int i = 0; i < bytes.length; i += 17) {
        bytes[i] |= 1; // The exponent 0 has tests of its own.
      }
    }
    return bytes;
  }

  private static TensorInfo tensor(TensorType type, int columns, int rows, MemorySegment data) {
    return new TensorInfo("w", type, new long[] {columns, rows}, 0, data);
  }

  private static PackedMatrix pack(TensorInfo tensor, Arena arena) {
    return Packer.pack(tensor, POOL, arena, Packer::packGroup);
  }

  @ParameterizedTest
  @EnumSource(
      value = TensorType.class,
      names = {"F16", "BF16", "Q8_0", "Q8_K"},
      mode = EnumSource.Mode.EXCLUDE)
  void nativeCodePacksToTheSameBytes(TensorType type) {
    for (Kernels kernels : NativeFamilies.all()) {
      for (int rows : new int[] {1, 15, 16, 17, 100}) {
        int columns = 3 * Math.max(type.blockSize(), 32);
        MemorySegment data = MemorySegment.ofArray(blocks(type, columns, rows));
        TensorInfo tensor = tensor(type, columns, rows, data);
        try (Arena arena = Arena.ofShared()) {
          PackedMatrix expected = pack(tensor, arena);
          Matrix actual = kernels.prepare(tensor, POOL, arena);
          PackedMatrix packed = assertInstanceOf(PackedMatrix.class, actual);
          assertEquals(-1, expected.data().mismatch(packed.data()), rows + " rows");
        }
      }
    }
  }

  @Test
  void aTensorWithAnInfiniteScaleStaysAsItIs() {
    int rows = 40;
    byte[] bytes = blocks(TensorType.Q4_0, 64, rows);
    bytes[36 * (rows - 1) + 18] = 0;
    bytes[36 * (rows - 1) + 19] = 0x7c; // The last block's scale.
    TensorInfo tensor = tensor(TensorType.Q4_0, 64, rows, MemorySegment.ofArray(bytes));
    assertNull(pack(tensor, Arena.ofAuto()));
    for (Kernels kernels : NativeFamilies.all()) {
      assertFalse(kernels.prepare(tensor, POOL, Arena.ofAuto()) instanceof PackedMatrix);
    }
  }

  @Test
  void theLeastExponentOfMxfp4IsPackedWhereItsBlockIsZero() {
    byte[] bytes = new byte[2 * 17 * 20];
    bytes[17] = 120;
    bytes[18] = 0x08; // -0
    assertPacked(true, bytes);
    bytes[1] = (byte) 0x88;
    assertPacked(true, bytes);
    bytes[16] = 0x10;
    assertPacked(false, bytes);
  }

  @Test
  void theGreatestExponentOfMxfp4IsNotPacked() {
    byte[] bytes = new byte[2 * 17 * 20];
    bytes[17 * 39] = (byte) 254;
    assertPacked(true, bytes);
    bytes[17 * 39] = (byte) 255;
    assertPacked(false, bytes);
  }

  /** Whether blocks of MXFP4, 20 rows of two, are packed in Java and in all native families. */
  private static void assertPacked(boolean expected, byte[] blocks) {
    TensorInfo tensor = tensor(TensorType.MXFP4, 64, 20, MemorySegment.ofArray(blocks));
    assertEquals(expected, pack(tensor, Arena.ofAuto()) != null);
    for (Kernels kernels : NativeFamilies.all()) {
      Matrix matrix = kernels.prepare(tensor, POOL, Arena.ofAuto());
      assertEquals(expected, matrix instanceof PackedMatrix);
    }
  }

  @Test
  void aTypeWithoutALayoutStaysAsItIs() {
    MemorySegment data = MemorySegment.ofArray(blocks(TensorType.Q8_K, 256, 2));
    assertNull(pack(tensor(TensorType.Q8_K, 256, 2, data), Arena.ofAuto()));
  }

  @Test
  void theFileOfAPackedTensorCanStillBeRead(@TempDir Path folder) throws IOException {
    int rows = 500;
    byte[] bytes = blocks(TensorType.Q4_1, 256, rows);
    Path file = Files.write(folder.resolve("w"), bytes);
    try (FileChannel channel = FileChannel.open(file);
        Arena arena = Arena.ofShared()) {
      MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes.length, arena);
      assertNotNull(pack(tensor(TensorType.Q4_1, 256, rows, mapped), arena));
      assertArrayEquals(bytes, mapped.toArray(ValueLayout.JAVA_BYTE));
    }
  }
}
