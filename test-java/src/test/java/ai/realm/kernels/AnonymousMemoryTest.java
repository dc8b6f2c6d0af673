package ai.realm.kernels;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AnonymousMemoryTest {
  /** Above what is taken from the system at a time. */
  private static final long LARGE = 100L << 20;

  @Test
  void whatIsHandedOutIsZeroAlignedAndApart() {
    try (Arena arena = AnonymousMemory.newArena(Overcommit.REFUSED)) {
      List<MemorySegment> taken = new ArrayList<>();
      long[] sizes = {1, 64, 65, 4097, 3L << 20, LARGE, 17, 40L << 20, 30L << 20};
      for (long size : sizes) {
        MemorySegment segment = arena.allocate(size, 64);
        assertEquals(size, segment.byteSize());
        assertEquals(0, segment.address() % 64);
        assertEquals(0, segment.get(JAVA_BYTE, 0));
        assertEquals(0, segment.get(JAVA_BYTE, size - 1));
        for (MemorySegment other : taken) {
          assertTrue(segment.asOverlappingSlice(other).isEmpty());
        }
        taken.add(segment);
        segment.set(JAVA_BYTE, 0, (byte) 1);
        segment.set(JAVA_BYTE, size - 1, (byte) 1);
      }
    }
  }

  @Test
  void threadsGetMemoryOfTheirOwn() {
    try (Arena arena = AnonymousMemory.newArena(Overcommit.REFUSED)) {
      int bytes = 10_000;
      List<MemorySegment> taken =
          IntStream.range(0, 4000)
              .parallel()
              .mapToObj(i -> arena.allocate(bytes, 64).fill((byte) i))
              .toList();
      for (int i = 0; i < taken.size(); i++) {
        MemorySegment expected = MemorySegment.ofArray(new byte[bytes]).fill((byte) i);
        assertEquals(-1, expected.mismatch(taken.get(i)), "segment " + i);
      }
    }
  }

  @Test
  void afterTheEndNothingCanBeReadOrTaken() {
    Arena arena = AnonymousMemory.newArena(Overcommit.REFUSED);
    MemorySegment segment = arena.allocate(100, 64);
    arena.close();
    assertThrows(IllegalStateException.class, () -> segment.get(JAVA_BYTE, 0));
    assertThrows(IllegalStateException.class, () -> arena.allocate(LARGE, 64));
  }

  @Test
  void memoryComesBackWithTheEnd() {
    // Together far more than the address space of a process.
    for (int i = 0; i < 3000; i++) {
      try (Arena arena = AnonymousMemory.newArena(_ -> 0)) {
        assertEquals(0, arena.allocate(1L << 36, 64).get(JAVA_BYTE, (1L << 36) - 1));
      }
    }
  }

  @Test
  void moreThanThereIsIsRefused() {
    try (Arena arena = AnonymousMemory.newArena(_ -> 0)) {
      assertThrows(OutOfMemoryError.class, () -> arena.allocate(1L << 48, 64));
    }
  }

  @Test
  void itAsksForRoomInStepsOfAnEighthAndHandsOutNothingThatIsRefused() {
    List<Long> asked = new ArrayList<>();
    try (Arena arena =
        AnonymousMemory.newArena(bytes -> {
          asked.add(bytes);
          if (bytes > 50L << 20) {
            throw new IllegalStateException("no room");
          }
          return asked.size() == 1 ? 0 : 8 * (30L << 20);
        })) {
      for (int i = 0; i < 5; i++) {
        arena.allocate(5L << 20, 64);
      }
      arena.allocate(40L << 20, 64);
      arena.allocate(20L << 20, 64);
      assertThrows(IllegalStateException.class, () -> arena.allocate(LARGE, 64));
    }
    assertEquals(List.of(20L << 20, 45L << 20, (20L << 20) + LARGE), asked);
  }
}
