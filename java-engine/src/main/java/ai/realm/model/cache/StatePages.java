package ai.realm.model.cache;

import static ai.realm.kernels.KvLayer.PAGE;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;

/**
 * The states of a sequence's recurrent layers, each a page, by how many tokens lie before it. A
 * step reads the state that it begins with and writes others: so it can fail, and a fork needs no
 * copy.
 */
final class StatePages {
  private final PagePool pool;
  private final CacheShape shape;
  private final TreeMap<Integer, Page> pages = new TreeMap<>();

  /** Tokens from one state that is kept for long to the next. */
  private final int stride;

  /** A length behind which the texts of several sequences part, to be kept for long too; or 0. */
  private int branch;

  StatePages(PagePool pool) {
    this.pool = pool;
    this.shape = pool.shape();
    this.stride = shape.stride() * PAGE;
  }

  /** A state; null where there is none. */
  Page get(int length) {
    return pages.get(length);
  }

  void put(int length, Page page) {
    pages.put(length, page);
  }

  /** The greatest length up to {@code most} of which there is a state; 0 without any. */
  int floor(int most) {
    Integer length = pages.floorKey(most);
    return length == null ? 0 : length;
  }

  void setBranch(int length) {
    branch = length;
  }

  /** Whether a state is to be kept for long. */
  boolean lasts(int length) {
    return length % stride == 0 || length == branch;
  }

  /**
   * The lengths in a step whose states are needed.
   *
   * @param each whether behind each row, so that the sequence can be cut there, or else behind the
   *     last
   */
  NavigableSet<Integer> needed(int position, int count, boolean each) {
    NavigableSet<Integer> lengths = new TreeSet<>();
    if (shape.hasStates()) {
      for (int length = each ? position + 1 : position + count;
          length <= position + count;
          length++) {
        lengths.add(length);
      }
    }
    return lengths;
  }

  /** Those whose states are of use for others, or when the sequence was cut or lost its pages. */
  NavigableSet<Integer> useful(int position, int count) {
    NavigableSet<Integer> lengths = new TreeSet<>();
    int end = position + count;
    if (shape.hasStates()) {
      for (int length = position / stride * stride + stride; length <= end; length += stride) {
        lengths.add(length);
      }
      for (int length : new int[] {end / PAGE * PAGE, branch}) {
        if (length > position && length <= end) {
          lengths.add(length);
        }
      }
    }
    return lengths;
  }

  /** How many pages are missing. */
  int missing(Collection<Integer> lengths) {
    return (int) lengths.stream().filter(this::isMissing).count();
  }

  private boolean isMissing(int length) {
    Page page = pages.get(length);
    return page == null || !pool.isPrivate(page);
  }

  /** Puts pages there that were missing; those that others read are copied and released. */
  void add(Collection<Integer> lengths, Iterator<Page> taken, List<Page> replaced) {
    for (int length : lengths) {
      if (isMissing(length)) {
        Page page = taken.next();
        Page there = pages.put(length, page);
        if (there != null) {
          page.memory().copyFrom(there.memory());
          replaced.add(there);
        }
      }
    }
  }

  /** The same, as far as there is room for what is not needed. */
  void addSpare(Collection<Integer> lengths) {
    for (int length : lengths) {
      if (!pages.containsKey(length)) {
        pool.takeSpare(shape.states()).ifPresent(page -> pages.put(length, page));
      }
    }
  }

  /** Gives all others back. */
  void keep(IntPredicate lengths) {
    List<Page> released = new ArrayList<>();
    for (Iterator<Map.Entry<Integer, Page>> all = pages.entrySet().iterator(); all.hasNext(); ) {
      Map.Entry<Integer, Page> entry = all.next();
      if (!lengths.test(entry.getKey())) {
        released.add(entry.getValue());
        all.remove();
      }
    }
    pool.release(released.reversed());
  }

  /** What a layer computes in a step. */
  List<Stretch> stretches(int layer, int position, int count) {
    List<Stretch> stretches = new ArrayList<>();
    int from = position;
    MemorySegment before = position == 0 ? null : part(layer, position);
    for (int end : pages.subMap(position, false, position + count, true).keySet()) {
      MemorySegment after = part(layer, end);
      if (before == null) {
        after.fill((byte) 0);
        before = after;
      }
      stretches.add(new Stretch(from - position, end - from, before, after));
      before = after;
      from = end;
    }
    return stretches;
  }

  private MemorySegment part(int layer, int length) {
    return pages.get(length).memory().asSlice(shape.place(layer).offset(), shape.stateBytes(layer));
  }

  /** The same states in another sequence. */
  StatePages fork() {
    StatePages fork = new StatePages(pool);
    fork.pages.putAll(pages);
    fork.branch = branch;
    pool.share(List.copyOf(pages.values()));
    return fork;
  }

  long bytes() {
    return pages.size() * shape.stateBytes();
  }
}
