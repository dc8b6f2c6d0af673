package ai.realm.kernels;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
  void linuxIsAskedForHugePagesWhereThereIsMuch() throws IOException {
    assumeTrue(
        Files.exists(Path.of("/sys/kernel/mm/transparent_hugepage")),
        "this system has no transparent huge pages");
    try (Arena arena = AnonymousMemory.newArena(Overcommit.REFUSED)) {
      MemorySegment few = arena.allocate(LARGE, 64);
      assertEquals(0, few.address() % (2 << 20));
      assertFalse(flagsAt(few.address()).contains(" hg"), "a small model needs none");
      for (MemorySegment more : List.of(arena.allocate(LARGE, 64), arena.allocate(LARGE, 64))) {
        assertEquals(0, more.address() % (2 << 20));
        assertTrue(flagsAt(more.address()).contains(" hg"), flagsAt(more.address()));
      }
    }
  }

  /** The flags of the mapping that an address is in. */
  private static String flagsAt(long address) throws IOException {
    Pattern mapping = Pattern.compile("(\\p{XDigit}+)-(\\p{XDigit}+) .*");
    boolean inside = false;
    for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
      Matcher at = mapping.matcher(line);
      if (at.matches()) {
        inside =
            Long.compareUnsigned(Long.parseUnsignedLong(at.group(1), 16), address) <= 0
                && Long.compareUnsigned(address, Long.parseUnsignedLong(at.group(2), 16)) < 0;
      } else if (inside && line.startsWith("VmFlags:")) {
        return line;
      }
    }
    return fail("no mapping has the address " + Long.toHexString(address));
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
