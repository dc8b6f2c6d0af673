package ai.realm.model.cache;

import static ai.realm.kernels.KvLayer.PAGE;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/** The pages of one sequence in which some layers lie, numbered from the sequence's start. */
final class Pages {
  private Page[] pages = {};
  private MemorySegment[] segments = {};
  private long[] addresses = {};

  /** The pages; {@code MemorySegment.NULL} where there is none any more. */
  MemorySegment[] segments() {
    return segments;
  }

  /** Their addresses; 0 where there is none any more. */
  long[] addresses() {
    return addresses;
  }

  /** A page; null where there is none. */
  Page get(int index) {
    return index < pages.length ? pages[index] : null;
  }

  void set(int index, Page page) {
    if (index >= pages.length) {
      int known = pages.length;
      pages = Arrays.copyOf(pages, index + 1);
      segments = Arrays.copyOf(segments, index + 1);
      addresses = Arrays.copyOf(addresses, index + 1);
      Arrays.fill(segments, known, index + 1, MemorySegment.NULL);
    }
    pages[index] = page;
    segments[index] = page == null ? MemorySegment.NULL : page.memory();
    addresses[index] = page == null ? 0 : page.memory().address();
  }

  /** How many numbers of pages are known. */
  int count() {
    return pages.length;
  }

  /** Takes the pages in {@code [from, end)} out, the last first, and puts them into {@code out}. */
  void remove(int from, int end, List<Page> out) {
    for (int i = Math.min(end, pages.length) - 1; i >= from; i--) {
      if (pages[i] != null) {
        out.add(pages[i]);
        set(i, null);
      }
    }
  }

  /** The number of pages that positions up to {@code end} lie in. */
  static int until(int end) {
    return Math.ceilDiv(end, PAGE);
  }
}
