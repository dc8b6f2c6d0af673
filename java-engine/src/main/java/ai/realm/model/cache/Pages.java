package ai.realm.model.cache;

import ai.realm.kernels.KvLayer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Arrays;

/** The pages of one sequence in which some layers lie, numbered from the sequence's start. */
final class Pages {
  private final Arena arena;
  private final long pageBytes;
  private MemorySegment[] segments = {};
  private long[] addresses = {};

  /** Given back, to be taken again. */
  private final ArrayDeque<MemorySegment> spare = new ArrayDeque<>();

  private long taken;

  Pages(Arena arena, long pageBytes) {
    this.arena = arena;
    this.pageBytes = pageBytes;
  }

  /** The pages; {@code MemorySegment.NULL} where there is none any more. */
  MemorySegment[] segments() {
    return segments;
  }

  /** Their addresses; 0 where there is none any more. */
  long[] addresses() {
    return addresses;
  }

  /** Takes pages for the positions {@code [from, end)}. */
  void reserve(int from, int end) {
    int needed = Math.ceilDiv(end, KvLayer.PAGE);
    if (needed > segments.length) {
      int known = segments.length;
      segments = Arrays.copyOf(segments, needed);
      Arrays.fill(segments, known, needed, MemorySegment.NULL);
      addresses = Arrays.copyOf(addresses, needed);
    }
    for (int page = from / KvLayer.PAGE; page < needed; page++) {
      if (addresses[page] == 0) {
        segments[page] = take();
        addresses[page] = segments[page].address();
      }
    }
  }

  /** Gives the pages before {@code page} back. */
  void forget(int page) {
    for (int i = Math.min(page, segments.length) - 1; i >= 0; i--) {
      if (addresses[i] != 0) {
        spare.add(segments[i]);
        segments[i] = MemorySegment.NULL;
        addresses[i] = 0;
      }
    }
  }

  /** Bytes of all pages, those given back among them. */
  long bytes() {
    return taken * pageBytes;
  }

  private MemorySegment take() {
    MemorySegment page = spare.poll();
    if (page == null) {
      page = arena.allocate(pageBytes, 64);
      taken++;
    }
    return page;
  }
}
