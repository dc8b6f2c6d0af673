package ai.realm.storage;

import static ai.realm.storage.StoreFixture.segment;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.fixture.GgufWriter;
import ai.realm.gguf.TensorInfo;
import ai.realm.gguf.TensorType;
import ai.realm.quant.BlockFormat;
import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorCacheTest {
  /** Bytes of the values of one tensor of {@link #four}. */
  private static final long ONE = 4L * 1024;

  private static MemorySegment read(
      TensorCache cache, StoredModel model, String tensor, long first, int count) {
    byte[] out = new byte[4 * count + 6];
    MemorySegment segment = MemorySegment.ofArray(out);
    TensorInfo info = model.gguf().tensor(tensor).orElseThrow();
    cache.read(model, info, first, count, segment, 3); // An odd start: guests have any.
    assertArrayEquals(new byte[3], Arrays.copyOf(out, 3));
    assertArrayEquals(new byte[3], Arrays.copyOfRange(out, out.length - 3, out.length));
    return segment.asSlice(3, 4L * count);
  }

  private static float[] floats(MemorySegment segment) {
    return segment.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
  }

  /** Tensors {@code a} to {@code d} of 1024 values, each all of its number. */
  private static byte[] four() {
    GgufWriter writer = new GgufWriter();
    for (int i = 0; i < 4; i++) {
      float[] values = new float[1024];
      Arrays.fill(values, i);
      writer.tensor("abcd".substring(i, i + 1), new long[] {1024}, values);
    }
    return writer.bytes();
  }

  private static StoredModel stored(TensorCache cache, byte[] bytes) {
    return new ContentStore(1 << 24, cache).store(segment(bytes));
  }

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void givesTheSameBitsWithAndWithoutACache(TensorType type) {
    int blocks = 40_000 / type.blockSize() + 1;
    byte[] data = new byte[blocks * type.blockBytes()];
    new Random(type.id()).nextBytes(data);
    for (int i = 0; i < data.length; i++) {
      data[i] &= (byte) 0xBF; // No scale is infinite or no number, as in no real file.
    }
    int elements = blocks * type.blockSize();
    float[] expected = new float[elements];
    // BlockFormatTest holds this to golden values; here it is about ranges.
    BlockFormat.of(type).dequantize(segment(data), 0, expected, 0, elements);
    byte[] bytes = new GgufWriter().tensor("x", type, new long[] {elements}, data).bytes();
    for (TensorCache cache : List.of(new TensorCache(0), new TensorCache(1 << 20))) {
      try (StoredModel model = stored(cache, bytes)) {
        for (int[] range :
            new int[][] {
              {0, elements},
              {0, 1},
              {elements - 1, 1},
              {elements, 0},
              {31, 2},
              {255, 258},
              {16_383, 2},
              {5, 16_384},
              {1, elements - 2},
              {33, 33_000}
            }) {
          assertArrayEquals(
              bits(Arrays.copyOfRange(expected, range[0], range[0] + range[1])),
              bits(floats(read(cache, model, "x", range[0], range[1]))),
              type + " from " + range[0] + ", " + range[1]);
        }
      }
    }
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
    return bits;
  }

  @Test
  void countsHitsAndMisses() {
    TensorCache cache = new TensorCache(4 * ONE);
    try (StoredModel model = stored(cache, four())) {
      read(cache, model, "a", 0, 1024);
      assertEquals(1, cache.misses());
      read(cache, model, "a", 5, 10);
      read(cache, model, "a", 0, 1024);
      assertEquals(1, cache.misses());
      assertEquals(2, cache.hits());
      read(cache, model, "b", 0, 1);
      assertEquals(2, cache.misses());
      assertEquals(2 * ONE, cache.bytes());
    }
  }

  @Test
  void dropsTheLeastRecentlyUsedFirst() {
    TensorCache cache = new TensorCache(4 * ONE);
    try (StoredModel model = stored(cache, four());
        StoredModel other =
            stored(
                cache, new GgufWriter().tensor("e", new long[] {1024}, new float[1024]).bytes())) {
      for (String name : List.of("a", "b", "c", "d", "a")) {
        read(cache, model, name, 0, 1024);
      }
      read(cache, other, "e", 0, 1024);
      assertEquals(4 * ONE, cache.bytes());
      long misses = cache.misses();
      for (String name : List.of("c", "d", "a")) {
        read(cache, model, name, 0, 1024);
      }
      read(cache, other, "e", 0, 1024);
      assertEquals(misses, cache.misses());
      read(cache, model, "b", 0, 1024);
      assertEquals(misses + 1, cache.misses());
    }
  }

  @Test
  void keepsNoTensorThatWouldDriveOutTheOthers() {
    TensorCache cache = new TensorCache(4 * ONE - 1);
    try (StoredModel model = stored(cache, four())) {
      assertEquals(2, floats(read(cache, model, "c", 7, 1))[0]);
      assertEquals(0, cache.bytes());
      assertEquals(0, cache.misses() + cache.hits());
    }
  }

  @Test
  void isOffWithABoundOfZero() {
    TensorCache cache = new TensorCache(0);
    try (StoredModel model = stored(cache, four())) {
      assertEquals(3, floats(read(cache, model, "d", 0, 1024))[1023]);
      assertEquals(0, cache.bytes());
      assertEquals(0, cache.misses() + cache.hits());
    }
  }

  @Test
  void givesEveryReaderACopy() {
    TensorCache cache = new TensorCache(4 * ONE);
    try (StoredModel model = stored(cache, four())) {
      read(cache, model, "c", 0, 1024).fill((byte) -1);
      assertEquals(2, floats(read(cache, model, "c", 0, 1024))[0]);
    }
  }

  /** A tensor {@code small}, which a view copies, and {@code large}, which it maps. */
  private static byte[] smallAndLarge() {
    float[] large = new float[1 << 20];
    for (int i = 0; i < large.length; i++) {
      large[i] = i;
    }
    return new GgufWriter()
        .tensor("small", new long[] {3}, 1, 2, 3)
        .tensor("large", new long[] {large.length}, large)
        .bytes();
  }

  private static MemorySegment view(
      TensorCache cache, StoredModel model, String tensor, Arena owner) {
    return cache.view(model, model.gguf().tensor(tensor).orElseThrow(), owner);
  }

  @Test
  void givesViewsThatNobodyElseSeesChangesOf() {
    for (TensorCache cache : List.of(new TensorCache(0), new TensorCache(1 << 25))) {
      try (StoredModel model = stored(cache, smallAndLarge())) {
        for (String tensor : List.of("small", "large")) {
          try (Arena owner = Arena.ofConfined()) {
            MemorySegment first = view(cache, model, tensor, owner);
            MemorySegment second = view(cache, model, tensor, owner);
            float[] expected = floats(first);
            assertEquals(tensor.equals("small") ? 3 : 1 << 20, expected.length);
            assertEquals(tensor.equals("small") ? 3 : 2, expected[2]);
            first.fill((byte) -1);
            assertArrayEquals(expected, floats(second));
            assertArrayEquals(expected, floats(view(cache, model, tensor, owner)));
            assertArrayEquals(expected, floats(read(cache, model, tensor, 0, expected.length)));
          }
        }
      }
    }
  }

  @Test
  void keepsAViewWhenTheTensorAndTheModelAreGone() {
    TensorCache cache = new TensorCache(1 << 25);
    try (Arena owner = Arena.ofConfined()) {
      MemorySegment small;
      MemorySegment large;
      try (StoredModel model = stored(cache, smallAndLarge())) {
        small = view(cache, model, "small", owner);
        large = view(cache, model, "large", owner);
        assertEquals(2, cache.misses());
      }
      assertEquals(0, cache.bytes());
      assertArrayEquals(new float[] {1, 2, 3}, floats(small));
      assertEquals((1 << 20) - 1, floats(large)[(1 << 20) - 1]);
      large.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, 5, -5);
      assertEquals(-5, large.getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, 5));
      assertEquals(6, large.getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, 6));
    }
  }

  @Test
  void leavesNoOpenFilesBehind() {
    TensorCache cache = new TensorCache(1 << 25);
    long before = 0;
    for (int i = 0; i < 30; i++) {
      try (StoredModel model = stored(cache, smallAndLarge());
          Arena owner = Arena.ofConfined()) {
        view(cache, model, "large", owner);
      }
      if (i == 5) {
        before = openFiles();
      }
    }
    assertTrue(openFiles() <= before, "open files of tensors that are gone");
  }

  private static long openFiles() {
    UnixOperatingSystemMXBean system =
        (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return system.getOpenFileDescriptorCount();
  }

  @Test
  void forgetsAModelThatIsFreed() {
    TensorCache cache = new TensorCache(8 * ONE);
    ContentStore contents = new ContentStore(1 << 20, cache);
    try (StoredModel other =
        contents.store(
            segment(new GgufWriter().tensor("a", new long[] {1024}, new float[1024]).bytes()))) {
      read(cache, other, "a", 0, 1);
      try (StoredModel model = contents.store(segment(four()))) {
        read(cache, model, "a", 0, 1);
        read(cache, model, "b", 0, 1);
        assertEquals(3 * ONE, cache.bytes());
      }
      assertEquals(ONE, cache.bytes());
    }
    assertEquals(0, cache.bytes());
  }

  @Test
  void staysRightAndBoundedUnderManyThreads() throws Exception {
    TensorCache cache = new TensorCache(4 * ONE);
    GgufWriter writer = new GgufWriter();
    for (int i = 0; i < 12; i++) {
      float[] values = new float[1024];
      Arrays.fill(values, i);
      writer.tensor("t" + i, new long[] {1024}, values);
    }
    try (StoredModel model = stored(cache, writer.bytes());
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> all = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        Random random = new Random(t);
        all.add(
            threads.submit(() -> {
              for (int i = 0; i < 3000; i++) {
                int n = random.nextInt(12);
                float[] values = floats(read(cache, model, "t" + n, 1, 1023));
                assertEquals(n, values[0]);
                assertEquals(n, values[1022]);
              }
            }));
      }
      for (Future<?> one : all) {
        one.get();
      }
      assertTrue(cache.bytes() <= 4 * ONE, cache.bytes() + " bytes");
      assertEquals(12_000, cache.hits() + cache.misses());
    }
    assertEquals(0, cache.bytes());
  }
}
