package ai.realm.model.cache;

import static ai.realm.kernels.KvLayer.PAGE;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.kernels.AttentionShape;
import ai.realm.kernels.KvLayer;
import ai.realm.kernels.Rows;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The tokens of one sequence as a model remembers them: keys and values of every layer, in pages of
 * a pool that are taken as the sequence grows. Full pages may be those of other sequences that
 * begin alike; whoever writes into a page that others read gets a copy of it first. Layers with a
 * window keep only the pages that it reaches into, as of the last step's start.
 *
 * <p>It knows the tokens that it stands for ({@link #known}), also where their keys and values were
 * given back: those from {@link #length} on are to be computed again before others follow. Used by
 * one thread at a time.
 */
public class Sequence implements AutoCloseable {
  private final PagePool pool;
  private final CacheShape shape;
  private final int capacity;
  private final Pages[] pages; // of each group
  private final History history;

  /** Positions that each layer has taken in. */
  private final int[] held;

  /** The first position that each layer still keeps. */
  private final int[] kept;

  /** The prefix at which its known pages end; empty if it makes none known. */
  private Optional<Prefix> prefix;

  /** How many these are. */
  private int sealed;

  private boolean closed;

  /** An empty one of at most {@code capacity} tokens, at least 1. */
  public Sequence(PagePool pool, int capacity, Sharing sharing) {
    this(pool, capacity, new History(), pool.begin(sharing));
  }

  private Sequence(PagePool pool, int capacity, History history, Optional<Prefix> prefix) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity is " + capacity + ", at least 1 is needed");
    }
    this.pool = pool;
    this.shape = pool.shape();
    this.capacity = capacity;
    this.history = history;
    this.prefix = prefix;
    this.held = new int[shape.layers()];
    this.kept = new int[shape.layers()];
    this.pages = shape.groups().stream().map(_ -> new Pages()).toArray(Pages[]::new);
  }

  /** The tokens that all layers hold. */
  public int length() {
    int length = held[0];
    for (int each : held) {
      length = Math.min(length, each);
    }
    return length;
  }

  /** The tokens that it stands for, of which the first {@link #length} are computed. */
  public int known() {
    return history.length();
  }

  /** One of them. */
  public int token(int position) {
    return History.token(history.mark(position));
  }

  /** How it went, or is to go again, through products. */
  public Rows rows(int position) {
    return History.rows(history.mark(position));
  }

  /**
   * How many from {@code from} to {@code end} went, or are to go again, in the way of the first.
   */
  public int alike(int from, int end) {
    int count = 1;
    while (from + count < end && rows(from + count) == rows(from)) {
      count++;
    }
    return count;
  }

  /** One more that it stands for, which is still to be computed. */
  public void add(int token, Rows rows) {
    history.add(History.marks(new int[] {token}, 0, 1, rows), 0);
  }

  /** Tokens that it may hold. */
  public int capacity() {
    return capacity;
  }

  /** The least length, but for 0, to which it can be cut: what a window saw before is gone. */
  public int earliest() {
    int earliest = 0;
    for (int layer = 0; layer < held.length; layer++) {
      earliest = Math.max(earliest, earliest(layer));
    }
    return earliest;
  }

  /** The same of one layer. */
  public int earliest(int layer) {
    return kept[layer] == 0 ? 0 : kept[layer] + shape.behind(layer);
  }

  /**
   * Forgets the tokens from position {@code newLength} on.
   *
   * @param newLength 0, or from {@link #earliest} to {@link #length}
   */
  public void truncate(int newLength) {
    rollBack(newLength);
    history.cut(Math.min(newLength, history.length()));
  }

  /** Forgets what was computed from position {@code newLength} on, likewise; not the tokens. */
  public void rollBack(int newLength) {
    if (newLength != 0 && newLength < earliest() || newLength < 0 || newLength > length()) {
      throw new IllegalArgumentException(
          "length %d is not within %d and %d".formatted(newLength, earliest(), length()));
    }
    for (int layer = 0; layer < held.length; layer++) {
      hold(layer, Math.min(held[layer], newLength));
    }
    retreat(newLength / PAGE);
    release(Pages.until(newLength), Integer.MAX_VALUE);
  }

  /**
   * Forgets the tokens from position {@code end} on, wherever that is: where a window has lost what
   * it sees from there, what is left is to be computed again.
   *
   * @param end from 0 to {@link #known}
   */
  public void cut(int end) {
    keepOf(end);
    history.cut(end);
  }

  /** Has at most {@code most} of its tokens computed, or none, where that is not kept. */
  public void keepOf(int most) {
    int computed = Math.min(length(), most);
    rollBack(computed < earliest() ? 0 : computed);
  }

  /** Gives all pages back; the tokens stay known. */
  void giveBack() {
    rollBack(0);
  }

  /** Whoever has it does not use it for now: it gives its pages back if others need them. */
  public void rest() {
    pool.addIdle(this);
  }

  /** It is used again, or closed. */
  public void wake() {
    pool.removeIdle(this);
  }

  /** Positions that a layer has taken in. */
  public int held(int layer) {
    return held[layer];
  }

  /** Makes {@code length} positions of a layer, the last of them just written, those it holds. */
  public void hold(int layer, int length) {
    held[layer] = length;
    if (length == 0) {
      kept[layer] = 0;
    }
  }

  /**
   * Takes over the pages in which others, or this one before it gave them back, have what it is to
   * hold next.
   *
   * @param tokens hold the next ids: those that are known already, or that follow
   * @param from index of the first
   * @param count how many may be taken over
   * @param rows how all of them go through products
   * @return how many were, by which it has grown; 0 where its length is not at the end of a page
   */
  public int resume(int[] tokens, int from, int count, Rows rows) {
    return resume(History.marks(tokens, from, count, rows));
  }

  /** The same of the tokens that it knows already, up to position {@code end}. */
  public int resumeKnown(int end) {
    return resume(history.marks(length(), Math.max(length(), end)));
  }

  private int resume(int[] marks) {
    int position = length();
    if (prefix.isEmpty() || sealed * PAGE != position || !history.agrees(position, marks)) {
      return 0;
    }
    Optional<PagePool.Resumed> resumed = pool.resume(prefix.get(), sealed, marks);
    if (resumed.isEmpty()) {
      return 0;
    }
    int count = resumed.get().count();
    for (int group = 0; group < pages.length; group++) {
      for (int i = 0; i < count; i++) {
        pages[group].set(sealed + i, resumed.get().pages()[group][i]);
      }
    }
    prefix = Optional.of(resumed.get().end());
    sealed += count;
    int tokens = count * PAGE;
    history.add(Arrays.copyOf(marks, tokens), Math.min(tokens, history.length() - position));
    for (int layer = 0; layer < held.length; layer++) {
      held[layer] = position + tokens;
      int seen = Math.max(0, held[layer] - shape.behind(layer)) / PAGE;
      kept[layer] = Math.max(kept[layer], seen * PAGE);
    }
    for (int group = 0; group < pages.length; group++) {
      forget(group, position + tokens);
    }
    return tokens;
  }

  /**
   * Notes the tokens that all layers have just taken in, and makes the pages known that are full.
   */
  public void append(int[] tokens, int from, int count, Rows rows) {
    int position = length() - count;
    int[] marks = History.marks(tokens, from, count, rows);
    if (position > history.length() || !history.agrees(position, marks)) {
      keepToItself();
      return;
    }
    history.add(marks, Math.min(count, history.length() - position));
    while (prefix.isPresent() && (sealed + 1) * PAGE <= length()) {
      Page[] full = new Page[pages.length];
      Arrays.setAll(full, group -> pages[group].get(sealed));
      int[] page = history.marks(sealed * PAGE, (sealed + 1) * PAGE);
      prefix = Optional.of(pool.seal(prefix.get(), page, full));
      for (int group = 0; group < pages.length; group++) {
        pages[group].set(sealed, full[group]);
      }
      sealed++;
    }
  }

  /** From now on it makes no page known: what its layers hold comes from elsewhere. */
  public void keepToItself() {
    prefix.ifPresent(pool::end);
    prefix = Optional.empty();
    sealed = 0;
  }

  /**
   * Takes the pages for {@code count} positions from {@code position} on, and gives those back that
   * lie before all that is seen from there; no position is held by that.
   *
   * @throws EngineException {@code CONTEXT_OVERFLOW} beyond the capacity, {@code OUT_OF_MEMORY} if
   *     the pool has no room now
   */
  public void reserve(int position, int count) {
    if (!tryReserve(position, count)) {
      throw pool.full(bytes(needed(position, count)));
    }
  }

  private long bytes(int[] counts) {
    long bytes = 0;
    for (int group = 0; group < counts.length; group++) {
      bytes += counts[group] * shape.groups().get(group).pageBytes();
    }
    return bytes;
  }

  /**
   * The same; false, and no page is taken, if the pool has no room now: it has when other sequences
   * have ended or given back.
   *
   * @throws EngineException {@code CONTEXT_OVERFLOW} beyond the capacity
   */
  public boolean tryReserve(int position, int count) {
    if (count > capacity - position) {
      throw new EngineException(
          ErrorCode.CONTEXT_OVERFLOW,
          ("%d tokens after %d do not fit the context of %d; shorten the prompt or load the model"
                  + " with a larger contextLength")
              .formatted(count, position, capacity));
    }
    for (int group = 0; group < pages.length; group++) {
      forget(group, position);
    }
    int[] needed = needed(position, count);
    if (Arrays.stream(needed).sum() == 0) {
      return true;
    }
    Optional<List<Page>> taken = pool.take(needed);
    if (taken.isEmpty()) {
      return false;
    }
    List<Page> replaced = new ArrayList<>();
    int next = 0;
    for (int group = 0; group < pages.length; group++) {
      for (int i = position / PAGE; i < Pages.until(position + count); i++) {
        Page there = pages[group].get(i);
        if (mustTake(there)) {
          Page page = taken.get().get(next++);
          if (there != null) {
            page.memory().copyFrom(there.memory());
            replaced.add(there);
          }
          pages[group].set(i, page);
        }
      }
    }
    retreat(position / PAGE);
    pool.release(replaced);
    return true;
  }

  /** Pages of each group that must be taken for positions to be written. */
  private int[] needed(int position, int count) {
    int[] needed = new int[pages.length];
    for (int group = 0; group < pages.length; group++) {
      for (int i = position / PAGE; i < Pages.until(position + count); i++) {
        needed[group] += mustTake(pages[group].get(i)) ? 1 : 0;
      }
    }
    return needed;
  }

  private boolean mustTake(Page page) {
    return page == null || !pool.isPrivate(page);
  }

  /** Gives a group's pages back that no layer sees from {@code position} on, or where it is. */
  private void forget(int group, int position) {
    int behind = shape.groups().get(group).behind();
    int next = position;
    for (int layer = 0; layer < held.length; layer++) {
      if (shape.place(layer).group() == group) {
        next = Math.min(next, held[layer]);
      }
    }
    int page = Math.max(0, next - behind) / PAGE;
    List<Page> unseen = new ArrayList<>();
    pages[group].remove(0, page, unseen);
    pool.release(unseen);
    for (int layer = 0; layer < held.length; layer++) {
      if (shape.place(layer).group() == group) {
        kept[layer] = Math.max(kept[layer], page * PAGE);
      }
    }
  }

  /** Has no more than {@code count} known pages. */
  private void retreat(int count) {
    if (prefix.isPresent() && count < sealed) {
      Prefix end = prefix.get();
      for (; sealed > count; sealed--) {
        end = end.parent();
      }
      pool.move(prefix.get(), end);
      prefix = Optional.of(end);
    }
  }

  private void release(int from, int end) {
    List<Page> all = new ArrayList<>();
    for (Pages of : pages) {
      of.remove(from, end, all);
    }
    pool.release(all);
  }

  /**
   * Another sequence of the same tokens, which has the same pages: what one of them writes the
   * other does not read.
   */
  public Sequence fork() {
    Sequence fork = new Sequence(pool, capacity, new History(history), Optional.empty());
    prefix.ifPresent(pool::share);
    fork.prefix = prefix;
    fork.sealed = sealed;
    System.arraycopy(held, 0, fork.held, 0, held.length);
    System.arraycopy(kept, 0, fork.kept, 0, kept.length);
    List<Page> shared = new ArrayList<>();
    for (int group = 0; group < pages.length; group++) {
      for (int i = 0; i < pages[group].count(); i++) {
        Page page = pages[group].get(i);
        fork.pages[group].set(i, page);
        if (page != null) {
          shared.add(page);
        }
      }
    }
    pool.share(shared);
    return fork;
  }

  /** What it keeps. */
  CacheShape shape() {
    return shape;
  }

  /** The first page of a group that it has. */
  int firstPage(int group) {
    int first = 0;
    while (first < Pages.until(length()) && pages[group].get(first) == null) {
      first++;
    }
    return first;
  }

  /** A page that it has. */
  MemorySegment page(int group, int index) {
    return pages[group].get(index).memory();
  }

  /** The first page of a group that is seen from position {@code next} on. */
  int firstSeen(int group, int next) {
    return Math.max(0, next - shape.groups().get(group).behind()) / PAGE;
  }

  /**
   * Takes pages for all that an empty one is to hold, which are to be filled.
   *
   * @param first page of each group, none before it
   */
  void restore(int[] first, int computed) {
    int end = Pages.until(computed);
    int[] needed = new int[pages.length];
    Arrays.setAll(needed, group -> end - first[group]);
    List<Page> taken = pool.take(needed).orElseThrow(() -> pool.full(bytes(needed)));
    int next = 0;
    for (int group = 0; group < pages.length; group++) {
      for (int i = first[group]; i < end; i++) {
        pages[group].set(i, taken.get(next++));
      }
    }
    for (int layer = 0; layer < held.length; layer++) {
      held[layer] = computed;
      kept[layer] = first[shape.place(layer).group()] * PAGE;
    }
  }

  /** Keys and values of a layer of which {@code length} positions are written. */
  public KvLayer layer(int layer, int length) {
    CacheShape.Place place = shape.place(layer);
    Pages of = pages[place.group()];
    int headDim = shape.shape(layer).headDim();
    return new KvLayer(
        of.segments(), of.addresses(), length, place.offset(), headDim, shape.format());
  }

  /**
   * Writes one position of one layer; values beyond F16's range become its largest.
   *
   * @param k {@code (n_kv_heads, head_dim)} from {@code at}, and {@code v} likewise
   */
  public static void write(
      AttentionShape shape, KvLayer kv, int position, float[] k, float[] v, int at) {
    int dim = shape.headDim();
    for (int h = 0; h < shape.kvHeads(); h++) {
      KvWriter.write(kv, position, h, k, at + h * dim, v, at + h * dim);
    }
  }

  /** Bytes of the pages that it has, also of those that others have too. */
  public long bytes() {
    long bytes = 0;
    for (int group = 0; group < pages.length; group++) {
      for (int i = 0; i < pages[group].count(); i++) {
        bytes += pages[group].get(i) == null ? 0 : shape.groups().get(group).pageBytes();
      }
    }
    return bytes;
  }

  /** Gives its pages back; a second call does nothing. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    keepToItself();
    release(0, Integer.MAX_VALUE);
  }
}
