package ai.realm.model.cache;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.kernels.AttentionShape;
import ai.realm.kernels.KvFormat;
import ai.realm.kernels.KvLayer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SequenceTest {
  private static final int LAYERS = 3;
  private static final int HEADS = 2;
  private static final int DIM = 6;

  private static final AttentionShape LAYER = AttentionShape.causal(4, HEADS, DIM);

  private static Sequence sequence(CacheShape shape, int capacity) {
    return new Sequence(new PagePool(shape, 1L << 40), capacity, new Sharing.Nobody());
  }

  private static CacheShape shape(int layers) {
    return new CacheShape(Collections.nCopies(layers, LAYER), KvFormat.F16);
  }

  /** Another F16 number for each place in the cache. */
  private static float key(int layer, int position, int head, int i) {
    return Float.float16ToFloat((short) (((layer * 100 + position) * HEADS + head) * DIM + i));
  }

  private static float half(MemorySegment page, long at) {
    return Float.float16ToFloat(page.get(ValueLayout.JAVA_SHORT_UNALIGNED, at));
  }

  /** Reads by the layout that {@link KvLayer} describes. */
  @Test
  void everyValueLiesWhereTheKernelsReadIt() {
    int positions = 100;
    float[] k = new float[HEADS * DIM];
    float[] v = new float[HEADS * DIM];
    try (Sequence cache = sequence(shape(LAYERS), positions)) {
      cache.reserve(0, positions);
      for (int layer = 0; layer < LAYERS; layer++) {
        KvLayer kv = cache.layer(layer, positions);
        for (int p = 0; p < positions; p++) {
          for (int i = 0; i < k.length; i++) {
            k[i] = key(layer, p, i / DIM, i % DIM);
            v[i] = -k[i];
          }
          Sequence.write(LAYER, kv, p, k, v, 0);
        }
      }
      for (int layer = 0; layer < LAYERS; layer++) {
        KvLayer kv = cache.layer(layer, positions);
        for (int p = 0; p < positions; p++) {
          MemorySegment page = kv.pages()[p / 64];
          for (int head = 0; head < HEADS; head++) {
            for (int i = 0; i < DIM; i++) {
              long keyAt = (p % 64 / 16 * DIM + i) * 16L + p % 16;
              long valueAt = p % 64 * (long) DIM + i;
              float expected = key(layer, p, head, i);
              assertEquals(expected, half(page, kv.keys(head) + 2 * keyAt));
              assertEquals(-expected, half(page, kv.values(head) + 2 * valueAt));
            }
          }
        }
      }
    }
  }

  /** Each run of a head has its own scale; half a step is the most that a value moves. */
  @Test
  void bytesWithScalesAreNearToWhatWasWritten() {
    int dim = 40;
    AttentionShape layer = AttentionShape.causal(2, HEADS, dim);
    CacheShape shape = new CacheShape(List.of(layer), KvFormat.Q8_0);
    Random random = new Random(5);
    int positions = 70;
    float[] k = new float[HEADS * dim];
    float[] v = new float[HEADS * dim];
    try (Sequence cache = sequence(shape, positions)) {
      cache.reserve(0, positions);
      KvLayer kv = cache.layer(0, 1);
      for (int p = 0; p < positions; p++) {
        for (int i = 0; i < k.length; i++) {
          float size = i % dim < 32 ? 1 : 100;
          k[i] = (float) random.nextGaussian() * size;
          v[i] = (float) random.nextGaussian() / size;
        }
        Sequence.write(layer, kv, p, k, v, 0);
        MemorySegment page = kv.pages()[p / 64];
        int in = p % 64;
        for (int head = 0; head < HEADS; head++) {
          for (int i = 0; i < dim; i++) {
            long keyAt = kv.keys(head) + (in / 16 * dim + i) * 16L + in % 16;
            long keyScale =
                kv.keys(head) + 64L * dim + ((in / 16 * 2 + i / 32) * 16L + in % 16) * 2;
            long valueAt = kv.values(head) + in * (long) dim + i;
            long valueScale = kv.values(head) + 64L * dim + (in * 2L + i / 32) * 2;
            assertNear(k, head * dim, i, dim, page.get(JAVA_BYTE, keyAt), half(page, keyScale));
            assertNear(v, head * dim, i, dim, page.get(JAVA_BYTE, valueAt), half(page, valueScale));
          }
        }
      }
    }
  }

  /**
   * Half a step is the most that a value moves, and one step the most on the other side of zero.
   */
  @Test
  void codesWithScalesAreAsNearAsFourBitsAllow() {
    int dim = 41;
    AttentionShape layer = AttentionShape.causal(2, HEADS, dim);
    CacheShape shape = new CacheShape(List.of(layer), KvFormat.Q4_0);
    Random random = new Random(6);
    int positions = 70;
    float[] k = new float[HEADS * dim];
    float[] v = new float[HEADS * dim];
    try (Sequence cache = sequence(shape, positions)) {
      cache.reserve(0, positions);
      KvLayer kv = cache.layer(0, 1);
      for (int p = 0; p < positions; p++) {
        for (int i = 0; i < k.length; i++) {
          float size = i % dim < 32 ? 1 : 100;
          k[i] = (float) random.nextGaussian() * size;
          v[i] = (float) random.nextGaussian() / size;
        }
        Sequence.write(layer, kv, p, k, v, 0);
        MemorySegment page = kv.pages()[p / 64];
        int in = p % 64;
        for (int head = 0; head < HEADS; head++) {
          for (int i = 0; i < dim; i++) {
            // Runs of 32 and of 9 values, in 16 and in 5 bytes.
            int at = i < 32 ? i % 16 : 16 + (i - 32) % 5;
            int shift = i < 16 || i >= 32 && i < 37 ? 0 : 4;
            long keyAt = kv.keys(head) + (in / 16 * 21 + at) * 16L + in % 16;
            long keyScale = kv.keys(head) + 64L * 21 + ((in / 16 * 2 + i / 32) * 16L + in % 16) * 2;
            long valueAt = kv.values(head) + in * 21L + at;
            long valueScale = kv.values(head) + 64L * 21 + (in * 2L + i / 32) * 2;
            int key = page.get(JAVA_BYTE, keyAt) >> shift & 15;
            int value = page.get(JAVA_BYTE, valueAt) >> shift & 15;
            assertNearCode(k, head * dim, i, dim, key, half(page, keyScale));
            assertNearCode(v, head * dim, i, dim, value, half(page, valueScale));
          }
        }
      }
    }
  }

  private static void assertNearCode(float[] x, int at, int i, int dim, int code, float scale) {
    float furthest = 0;
    for (int j = i / 32 * 32; j < Math.min(i / 32 * 32 + 32, dim); j++) {
      furthest = Math.abs(x[at + j]) > Math.abs(furthest) ? x[at + j] : furthest;
    }
    float value = x[at + i];
    float step = Math.abs(furthest) / 8;
    assertEquals(-furthest / 8, scale, step * 0x1p-10);
    assertEquals(value, (code - 8) * scale, (value * furthest < 0 ? 1.01 : 0.51) * step);
  }

  private static void assertNear(float[] x, int at, int i, int dim, byte level, float scale) {
    float largest = 0;
    for (int j = i / 32 * 32; j < Math.min(i / 32 * 32 + 32, dim); j++) {
      largest = Math.max(largest, Math.abs(x[at + j]));
    }
    assertEquals(largest / 127, scale, largest / 127 * 0x1p-10);
    assertEquals(x[at + i], level * scale, 0.52 * scale + 0.001 * Math.abs(x[at + i]));
  }

  @Test
  void valuesOfNothingAndBeyondF16StayFiniteInBytes() {
    AttentionShape layer = AttentionShape.causal(1, 1, 64);
    CacheShape shape = new CacheShape(List.of(layer), KvFormat.Q8_0);
    float[] k = new float[64];
    float[] v = new float[64];
    Arrays.fill(v, 0, 32, Float.POSITIVE_INFINITY);
    Arrays.fill(v, 32, 64, 1e-30f);
    try (Sequence cache = sequence(shape, 1)) {
      cache.reserve(0, 1);
      KvLayer kv = cache.layer(0, 1);
      Sequence.write(layer, kv, 0, k, v, 0);
      MemorySegment page = kv.pages()[0];
      assertEquals(0, page.get(JAVA_BYTE, kv.keys(0)));
      assertEquals(65504, half(page, kv.valueScales(0)));
      assertEquals(127, page.get(JAVA_BYTE, kv.values(0)));
      assertEquals(0, page.get(JAVA_BYTE, kv.values(0) + 32));
    }
  }

  @Test
  void valuesOfNothingAndBeyondF16StayFiniteInCodes() {
    AttentionShape layer = AttentionShape.causal(1, 1, 64);
    CacheShape shape = new CacheShape(List.of(layer), KvFormat.Q4_0);
    float[] k = new float[64];
    float[] v = new float[64];
    Arrays.fill(v, 0, 32, Float.POSITIVE_INFINITY);
    Arrays.fill(v, 32, 64, 1e-30f);
    try (Sequence cache = sequence(shape, 1)) {
      cache.reserve(0, 1);
      KvLayer kv = cache.layer(0, 1);
      Sequence.write(layer, kv, 0, k, v, 0);
      MemorySegment page = kv.pages()[0];
      assertEquals((byte) 0x88, page.get(JAVA_BYTE, kv.keys(0)));
      assertEquals(-65504, half(page, kv.valueScales(0)));
      assertEquals(0, page.get(JAVA_BYTE, kv.values(0)));
      assertEquals((byte) 0x88, page.get(JAVA_BYTE, kv.values(0) + 16));
    }
  }

  @Test
  void valuesBeyondF16BecomeItsLargest() {
    float[] k = new float[HEADS * DIM];
    float[] v = {
      1e9f, -1e9f, 65519, -65520, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1, 1, 1, 1, 1, 1
    };
    try (Sequence cache = sequence(shape(1), 1)) {
      cache.reserve(0, 1);
      KvLayer kv = cache.layer(0, 1);
      Sequence.write(LAYER, kv, 0, k, v, 0);
      for (int i = 0; i < DIM; i++) {
        float expected = i % 2 == 0 ? 65504 : -65504;
        assertEquals(expected, half(kv.pages()[0], kv.values(0) + 2L * i));
      }
    }
  }

  @Test
  void itsMemoryGrowsWithItsUse() {
    try (Sequence cache = sequence(shape(LAYERS), 1 << 30)) {
      assertEquals(0, cache.layer(0, 1).pages().length);
      cache.reserve(0, 64);
      assertEquals(1, cache.layer(0, 1).pages().length);
      cache.reserve(64, 1);
      assertEquals(2, cache.layer(0, 1).pages().length);
      cache.reserve(0, 128);
      assertEquals(2, cache.layer(0, 1).pages().length);
    }
  }

  /** A fork may be closed on another thread, just before the copy of its page is made. */
  @Test
  void pagesThatNeedNoCopyAnyMoreAreGivenBack() {
    PagePool pool = new PagePool(shape(LAYERS), 1L << 40);
    try (Sequence cache = new Sequence(pool, 10, new Sharing.Nobody())) {
      cache.reserve(0, 1);
      Sequence fork = cache.fork();
      int[] missing = cache.kept().missing(1, 1, List.of());
      assertEquals(1, missing[0]);
      List<Page> taken = pool.take(missing).orElseThrow();
      fork.close();
      cache.kept().fill(1, 1, List.of(), taken);
      assertEquals(cache.bytes(), pool.figures().held());
    }
    assertEquals(0, pool.figures().held());
  }

  @Test
  void itsLengthIsThatOfItsShortestLayer() {
    try (Sequence cache = sequence(shape(LAYERS), 10)) {
      cache.hold(0, 5);
      cache.hold(1, 5);
      assertEquals(0, cache.length());
      cache.hold(2, 3);
      assertEquals(3, cache.length());
      cache.truncate(2);
      assertEquals(2, cache.length());
      assertEquals(2, cache.held(0));
      assertThrows(IllegalArgumentException.class, () -> cache.truncate(3));
      assertThrows(IllegalArgumentException.class, () -> cache.truncate(-1));
      assertEquals(2, cache.length());
    }
  }

  @Test
  void itHoldsAsMuchAsItWasMadeFor() {
    try (Sequence cache = sequence(shape(LAYERS), 100)) {
      cache.reserve(99, 1);
      for (int[] span : new int[][] {{100, 1}, {0, 101}, {99, Integer.MAX_VALUE}}) {
        EngineException refusal =
            assertThrows(EngineException.class, () -> cache.reserve(span[0], span[1]));
        assertEquals(ErrorCode.CONTEXT_OVERFLOW, refusal.code());
      }
    }
    assertThrows(IllegalArgumentException.class, () -> sequence(shape(1), 0));
  }

  @Test
  void theBytesOfAVastCacheAreCountedInFull() {
    // 2^24 pages of 64 positions, 4096 layers, keys and values of two heads, two bytes each.
    assertEquals((1L << 24) * 64 * 4096 * 2 * HEADS * DIM * 2, shape(4096).bytes(1 << 30));
  }
}
