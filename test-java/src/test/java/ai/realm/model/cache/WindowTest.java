package ai.realm.model.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.realm.kernels.AttentionShape;
import ai.realm.kernels.KvFormat;
import ai.realm.kernels.KvLayer;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two layers with a window of 100 positions, one that sees everything. */
class WindowTest {
  private static final int WINDOW = 100;

  private static Sequence sequence(CacheShape shape, int capacity) {
    return new Sequence(new PagePool(shape, 1L << 40), capacity, new Sharing.Nobody());
  }

  private static CacheShape shape(KvFormat format) {
    AttentionShape all = AttentionShape.causal(2, 1, 32);
    return new CacheShape(List.of(all.window(WINDOW), all, all.window(WINDOW)), format);
  }

  private static void step(Sequence sequence, int count) {
    int position = sequence.length();
    sequence.reserve(position, count);
    for (int layer = 0; layer < 3; layer++) {
      sequence.hold(layer, position + count);
    }
  }

  private static boolean keeps(Sequence sequence, int layer, int position) {
    MemorySegment page = sequence.layer(layer, 1).pages()[position / KvLayer.PAGE];
    return !page.equals(MemorySegment.NULL);
  }

  @ParameterizedTest
  @EnumSource
  void keepsWhatTheWindowReachesAndNoMore(KvFormat format) {
    CacheShape shape = shape(format);
    long page = KvLayer.bytes(format, 1, 32);
    try (Sequence sequence = sequence(shape, 10_000)) {
      for (int length = 0; length < 5000; length += 50) {
        step(sequence, 50);
      }
      // The next step's first query sees the positions from 4901 on; the last one's saw 4851.
      assertEquals(false, keeps(sequence, 0, 4799));
      assertEquals(true, keeps(sequence, 0, 4851));
      assertEquals(true, keeps(sequence, 2, 4999));
      assertEquals(true, keeps(sequence, 1, 0));
      assertEquals(0, sequence.layer(0, 1).addresses()[0]);
      assertNotEquals(0, sequence.layer(0, 1).addresses()[4999 / 64]);
      // 79 pages of one layer, and no more than four at a time of two.
      assertEquals(79 * page + 4 * 2 * page, sequence.bytes());
      assertEquals(79 * 3 * page, shape.bytes(5000));
      assertEquals(79 * page + 5 * 2 * page, shape.bytesInSteps(5000));
    }
  }

  @Test
  void canBeCutAsFarAsItsWindowIsKept() {
    try (Sequence sequence = sequence(shape(KvFormat.F16), 1000)) {
      step(sequence, 300);
      assertEquals(0, sequence.earliest());
      step(sequence, 1);
      // The token at 300 saw 201 and what follows: the page from 192 on.
      assertEquals(192 + WINDOW - 1, sequence.earliest());
      assertThrows(IllegalArgumentException.class, () -> sequence.truncate(290));
      sequence.truncate(291);
      assertEquals(291, sequence.length());
      step(sequence, 20);
      sequence.truncate(0);
      assertEquals(0, sequence.earliest());
      step(sequence, 70);
      assertEquals(true, keeps(sequence, 0, 0));
      sequence.truncate(3);
      assertEquals(3, sequence.length());
    }
  }

  /** Layer by layer, what another layer has not seen yet is kept for it. */
  @Test
  void waitsForTheSlowestLayer() {
    try (Sequence sequence = sequence(shape(KvFormat.F16), 1000)) {
      for (int position = 0; position < 500; position += 100) {
        sequence.reserve(position, 100);
        sequence.hold(0, position + 100);
      }
      assertEquals(true, keeps(sequence, 2, 0));
      for (int position = 0; position < 500; position += 100) {
        sequence.reserve(position, 100);
        sequence.hold(2, position + 100);
      }
      sequence.reserve(500, 1);
      assertEquals(false, keeps(sequence, 2, 0));
      assertEquals(true, keeps(sequence, 0, 401));
    }
  }
}
