package ai.realm.gguf;

import static ai.realm.fixture.GgufWriter.ARRAY;
import static ai.realm.fixture.GgufWriter.BOOL;
import static ai.realm.fixture.GgufWriter.INT16;
import static ai.realm.fixture.GgufWriter.INT64;
import static ai.realm.fixture.GgufWriter.INT8;
import static ai.realm.fixture.GgufWriter.UINT16;
import static ai.realm.fixture.GgufWriter.UINT8;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.fixture.GgufWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a sound GGUF file gives. */
class GgufTest {
  @TempDir Path folder;

  static Gguf read(GgufWriter writer) {
    return Gguf.of(MemorySegment.ofArray(writer.bytes()), () -> {});
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void mapsAFile(int version) {
    Path path =
        new GgufWriter()
            .version(version)
            .string("general.architecture", "none that is known")
            .tensor("a", new long[] {2, 3}, 1, 2, 3, 4, 5, 6)
            .tensor("b", TensorType.Q8_0, new long[] {32}, new byte[34])
            .write(folder.resolve("model.gguf"));
    try (Gguf gguf = Gguf.open(path)) {
      assertEquals("none that is known", gguf.metadata().string("general.architecture", null));
      assertEquals(List.of("a", "b"), gguf.tensors().stream().map(TensorInfo::name).toList());
      TensorInfo a = gguf.tensor("a").orElseThrow();
      assertEquals(TensorType.F32, a.type());
      assertArrayEquals(new long[] {2, 3}, a.shape());
      assertEquals(6, a.elements());
      assertEquals(2, a.columns());
      assertEquals(3, a.rows());
      assertEquals(8, a.rowBytes());
      assertTrue(a.data().isNative());
      assertTrue(a.data().isReadOnly());
      assertEquals(0, a.offset() % 32);
      assertArrayEquals(
          new float[] {1, 2, 3, 4, 5, 6}, a.data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));
      TensorInfo b = gguf.tensor("b").orElseThrow();
      assertEquals(34, b.data().byteSize());
      assertEquals(34, b.rowBytes());
      assertEquals(a.offset() + 32, b.offset());
      assertTrue(gguf.tensor("c").isEmpty());
    }
  }

  @Test
  void closesOnce() {
    AtomicInteger closed = new AtomicInteger();
    Gguf gguf = Gguf.of(MemorySegment.ofArray(new GgufWriter().bytes()), closed::incrementAndGet);
    gguf.close();
    gguf.close();
    assertEquals(1, closed.get());
  }

  @Test
  void closedDataCannotBeRead() {
    Gguf gguf =
        Gguf.open(new GgufWriter().tensor("a", new long[] {1}, 1).write(folder.resolve("m.gguf")));
    MemorySegment data = gguf.tensor("a").orElseThrow().data();
    gguf.close();
    assertThrows(IllegalStateException.class, () -> data.get(ValueLayout.JAVA_BYTE, 0));
  }

  @Test
  void readsScalars() {
    GgufMetadata metadata =
        read(new GgufWriter()
                .raw("u8", UINT8, new byte[] {-1})
                .raw("i8", INT8, new byte[] {-1})
                .raw("u16", UINT16, new byte[] {-1, -1})
                .raw("i16", INT16, new byte[] {-2, -1})
                .uint32("u32", -1)
                .int32("i32", -3)
                .uint64("u64", Long.MAX_VALUE)
                .uint64("u64 beyond", -1)
                .raw("i64", INT64, GgufWriter.int64(-4))
                .float32("f32", 0.1f)
                .float64("f64", 0.1)
                .bool("yes", true)
                .bool("no", false)
                .string("text", "é\0漢😀")
                .string("empty", ""))
            .metadata();
    assertEquals(255, metadata.integer("u8", 0));
    assertEquals(-1, metadata.integer("i8", 0));
    assertEquals(65_535, metadata.integer("u16", 0));
    assertEquals(-2, metadata.integer("i16", 0));
    assertEquals(4_294_967_295L, metadata.integer("u32", 0));
    assertEquals(-3, metadata.integer("i32", 0));
    assertEquals(Long.MAX_VALUE, metadata.integer("u64", 0));
    assertEquals(new BigInteger("18446744073709551615"), metadata.get("u64 beyond"));
    assertEquals(0x1p64, metadata.number("u64 beyond", 0));
    assertEquals(-4, metadata.integer("i64", 0));
    assertEquals(0.1f, metadata.number("f32", 0));
    assertEquals(0.1, metadata.number("f64", 0));
    assertEquals(-3, metadata.number("i32", 0));
    assertTrue(metadata.bool("yes", false));
    assertFalse(metadata.bool("no", true));
    assertEquals("é\0漢😀", metadata.string("text", null));
    assertEquals("", metadata.string("empty", null));
    assertEquals("empty", metadata.keys().stream().toList().getLast());
  }

  @Test
  void absentKeysGiveTheDefault() {
    GgufMetadata metadata = read(new GgufWriter()).metadata();
    assertEquals("x", metadata.string("k", "x"));
    assertEquals(7, metadata.integer("k", 7));
    assertEquals(0.5, metadata.number("k", 0.5));
    assertTrue(metadata.bool("k", true));
    assertNull(metadata.strings("k"));
    assertNull(metadata.floats("k"));
    assertNull(metadata.integers("k"));
    assertNull(metadata.get("k"));
    assertFalse(metadata.has("k"));
    assertFalse(metadata.isArray("k"));
    assertEquals(0, metadata.length("k"));
  }

  @Test
  void readsArrays() {
    byte[] inner = GgufWriter.array(UINT8, 2, new byte[] {1, 2});
    byte[] empty = GgufWriter.array(BOOL, 0, new byte[0]);
    byte[] both = new byte[inner.length + empty.length];
    System.arraycopy(inner, 0, both, 0, inner.length);
    System.arraycopy(empty, 0, both, inner.length, empty.length);
    GgufMetadata metadata =
        read(new GgufWriter()
                .strings("strings", "a", "", "ßü", "Ġthe")
                .float32s("floats", 1, -0f, 0.1f)
                .int32s("ints", 1, -2, Integer.MIN_VALUE)
                .raw("bytes", ARRAY, GgufWriter.array(UINT8, 2, new byte[] {1, -1}))
                .raw("bools", ARRAY, GgufWriter.array(BOOL, 2, new byte[] {1, 0}))
                .raw("nested", ARRAY, GgufWriter.array(ARRAY, 2, both))
                .strings("none"))
            .metadata();
    GgufStrings strings = metadata.strings("strings");
    assertEquals(4, strings.size());
    assertEquals("a", strings.get(0));
    assertEquals("", strings.get(1));
    assertEquals("ßü", strings.get(2));
    assertEquals("Ġthe", strings.get(3));
    assertEquals("the", new String(strings.bytes(), strings.start(3) + 2, 3, UTF_8));
    assertEquals(strings.start(3) + 5, strings.end(3));
    assertEquals(List.of("a", "", "ßü", "Ġthe"), metadata.get("strings"));
    assertEquals(4, metadata.length("strings"));
    assertTrue(metadata.isArray("strings"));
    assertArrayEquals(new float[] {1, -0f, 0.1f}, metadata.floats("floats"));
    assertEquals(List.of(1.0, -0.0, (double) 0.1f), metadata.get("floats"));
    assertArrayEquals(new int[] {1, -2, Integer.MIN_VALUE}, metadata.integers("ints"));
    assertArrayEquals(new float[] {1, -2, Integer.MIN_VALUE}, metadata.floats("ints"));
    assertArrayEquals(new int[] {1, 255}, metadata.integers("bytes"));
    assertEquals(List.of(true, false), metadata.get("bools"));
    assertEquals(List.of(List.of(1L, 2L), List.of()), metadata.get("nested"));
    assertEquals(0, metadata.strings("none").size());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 16, 24, 32, 64, 4096})
  void placesTensorsByTheAlignment(int alignment) {
    GgufWriter writer =
        new GgufWriter()
            .alignment(alignment)
            .string("general.name", "x")
            .tensor("a", new long[] {1}, 1.5f)
            .tensor("b", new long[] {3}, 2, 3, 4);
    Gguf gguf = read(writer);
    for (TensorInfo tensor : gguf.tensors()) {
      assertEquals(0, tensor.offset() % alignment);
    }
    assertArrayEquals(
        new float[] {2, 3, 4},
        gguf.tensor("b").orElseThrow().data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));
  }

  @Test
  void readsAFileWithoutTensors() {
    assertTrue(read(new GgufWriter().string("tokenizer.ggml.model", "gpt2")).tensors().isEmpty());
  }
}
