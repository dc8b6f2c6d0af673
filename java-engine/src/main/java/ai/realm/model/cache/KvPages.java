package ai.realm.model.cache;

import static ai.realm.kernels.KvLayer.PAGE;

import ai.realm.kernels.KvLayer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/** The pages of a sequence's keys and values: a row of them for each group of layers. */
final class KvPages {
  private final PagePool pool;
  private final CacheShape shape;
  private final Pages[] groups;

  KvPages(PagePool pool) {
    this.pool = pool;
    this.shape = pool.shape();
    this.groups = shape.groups().stream().map(_ -> new Pages()).toArray(Pages[]::new);
  }

  int groups() {
    return groups.length;
  }

  Page get(int group, int index) {
    return groups[group].get(index);
  }

  void set(int group, int index, Page page) {
    groups[group].set(index, page);
  }

  /** Pages of each group that must be taken for positions to be written. */
  void countMissing(int position, int count, int[] needed) {
    for (int group = 0; group < groups.length; group++) {
      for (int i = position / PAGE; i < Pages.until(position + count); i++) {
        needed[group] += isMissing(groups[group].get(i)) ? 1 : 0;
      }
    }
  }

  private boolean isMissing(Page page) {
    return page == null || !pool.isPrivate(page);
  }

  /** Puts pages there that were missing; those that others read are copied and released. */
  void add(int position, int count, Iterator<Page> taken, List<Page> replaced) {
    for (Pages group : groups) {
      for (int i = position / PAGE; i < Pages.until(position + count); i++) {
        Page there = group.get(i);
        if (isMissing(there)) {
          Page page = taken.next();
          if (there != null) {
            page.memory().copyFrom(there.memory());
            replaced.add(there);
          }
          group.set(i, page);
        }
      }
    }
  }

  /** The first page of a group that is seen from position {@code next} on. */
  int firstSeen(int group, int next) {
    return Math.max(0, next - shape.groups().get(group).behind()) / PAGE;
  }

  /** Gives the pages back that no layer sees from {@code position} on, or where it is. */
  void forget(int position, LayerSpans spans) {
    for (int group = 0; group < groups.length; group++) {
      int page = firstSeen(group, spans.length(group, position));
      List<Page> unseen = new ArrayList<>();
      groups[group].remove(0, page, unseen);
      pool.release(unseen);
      spans.keepFrom(group, page);
    }
  }

  /** Gives all pages from one on back. */
  void release(int from) {
    List<Page> all = new ArrayList<>();
    for (Pages group : groups) {
      group.remove(from, Integer.MAX_VALUE, all);
    }
    pool.release(all);
  }

  /** Pages for all of an empty sequence, each group from its {@code first} on. */
  void fill(int[] first, int end, Iterator<Page> taken) {
    for (int group = 0; group < groups.length; group++) {
      for (int i = first[group]; i < end; i++) {
        groups[group].set(i, taken.next());
      }
    }
  }

  /** The first page of a group that there is, of those up to {@code end}. */
  int first(int group, int end) {
    int first = 0;
    while (first < end && groups[group].get(first) == null) {
      first++;
    }
    return first;
  }

  /** Keys and values of a layer of which {@code length} positions are written. */
  KvLayer layer(int layer, int length) {
    CacheShape.Place place = shape.place(layer);
    Pages of = groups[place.kind()];
    int headDim = shape.shape(layer).headDim();
    return new KvLayer(
        of.segments(), of.addresses(), length, place.offset(), headDim, shape.format());
  }

  /** The same pages in another sequence. */
  KvPages fork() {
    KvPages fork = new KvPages(pool);
    List<Page> shared = new ArrayList<>();
    for (int group = 0; group < groups.length; group++) {
      for (int i = 0; i < groups[group].count(); i++) {
        Page page = groups[group].get(i);
        fork.groups[group].set(i, page);
        if (page != null) {
          shared.add(page);
        }
      }
    }
    pool.share(shared);
    return fork;
  }

  long bytes() {
    return Arrays.stream(groups)
        .mapToLong(group -> {
          long bytes = 0;
          for (int i = 0; i < group.count(); i++) {
            bytes += group.get(i) == null ? 0 : group.get(i).memory().byteSize();
          }
          return bytes;
        })
        .sum();
  }
}
