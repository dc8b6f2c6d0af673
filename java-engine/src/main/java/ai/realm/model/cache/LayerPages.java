package ai.realm.model.cache;

import static ai.realm.kernels.KvLayer.PAGE;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * What the layers of a sequence keep, whatever its tokens are.
 *
 * @param pool of all its pages
 * @param kv the pages of keys and values
 * @param states those of recurrent layers
 * @param spans the positions that each layer holds
 */
record LayerPages(PagePool pool, KvPages kv, StatePages states, LayerSpans spans) {
  /** Nothing as yet. */
  static LayerPages none(PagePool pool) {
    return new LayerPages(
        pool, new KvPages(pool), new StatePages(pool), new LayerSpans(pool.shape()));
  }

  /** The same pages in another sequence. */
  LayerPages fork() {
    return new LayerPages(pool, kv.fork(), states.fork(), new LayerSpans(spans));
  }

  CacheShape shape() {
    return pool.shape();
  }

  /** The pages of each kind at an index, whose end is behind a state; null where there is none. */
  Page[] at(int index) {
    Page[] each = new Page[shape().kinds()];
    for (int group = 0; group < kv.groups(); group++) {
      each[group] = kv.get(group, index);
    }
    if (shape().hasStates()) {
      each[shape().states()] = states.get((index + 1) * PAGE);
    }
    return each;
  }

  /** Makes these its own at an index; a state that there is stays where there is no other. */
  void put(int index, Page[] each) {
    for (int group = 0; group < kv.groups(); group++) {
      kv.set(group, index, each[group]);
    }
    if (shape().hasStates() && each[shape().states()] != null) {
      states.put((index + 1) * PAGE, each[shape().states()]);
    }
  }

  /** Has all layers go on with pages that were full elsewhere, behind {@code first} of its own. */
  void append(int first, PrefixTree.Resumed full) {
    kv.release(first); // What was taken for rows that are not to be computed now.
    states.keep(length -> length <= first * PAGE);
    for (int i = 0; i < full.count(); i++) {
      put(first + i, full.at(i));
    }
    int end = (first + full.count()) * PAGE;
    spans.holdAll(end);
    for (int group = 0; group < kv.groups(); group++) {
      spans.keepFrom(group, kv.firstSeen(group, end));
    }
    kv.forget(end, spans);
    states.keep(length -> length == end);
  }

  /** Gives back what lies behind {@code length} tokens. */
  void retreat(int length) {
    spans.cut(length);
    kv.release(Pages.until(length));
    states.keep(state -> state <= length);
  }

  /** Pages of each kind that must be taken before positions are written, and states behind them. */
  int[] missing(int position, int count, Collection<Integer> lengths) {
    int[] missing = new int[shape().kinds()];
    kv.countMissing(position, count, missing);
    if (shape().hasStates()) {
      missing[shape().states()] = states.missing(lengths);
    }
    return missing;
  }

  /** Puts pages there that were missing; of those that others read, these are copies. */
  void fill(int position, int count, Collection<Integer> lengths, List<Page> taken) {
    List<Page> left = new ArrayList<>();
    Iterator<Page> next = taken.iterator();
    kv.add(position, count, next, left);
    states.add(lengths, next, left);
    next.forEachRemaining(left::add); // Others have let theirs go meanwhile, on another thread.
    pool.release(left);
  }

  /**
   * Takes pages for all that an empty one is to hold, which are to be written.
   *
   * @param first page of each group, none before it
   * @param computed tokens of which it is
   */
  void restore(int[] first, int computed) {
    int end = Pages.until(computed);
    Set<Integer> state = computed == 0 ? Set.of() : states.needed(computed - 1, 1, false);
    int[] needed = new int[shape().kinds()];
    for (int group = 0; group < kv.groups(); group++) {
      needed[group] = end - first[group];
    }
    if (shape().hasStates()) {
      needed[shape().states()] = state.size();
    }
    Iterator<Page> taken = pool.take(needed).orElseThrow(() -> pool.full(needed)).iterator();
    kv.fill(first, end, taken);
    states.add(state, taken, List.of());
    spans.holdAll(computed);
    for (int group = 0; group < kv.groups(); group++) {
      spans.keepFrom(group, first[group]);
    }
  }

  /** Gives all back. */
  void close() {
    kv.release(0);
    states.keep(_ -> false);
  }

  /** Bytes of the pages, also of those that others have too. */
  long bytes() {
    return kv.bytes() + states.bytes();
  }
}
