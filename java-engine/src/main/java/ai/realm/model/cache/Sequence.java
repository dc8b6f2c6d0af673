package ai.realm.model.cache;

import static ai.realm.kernels.KvLayer.PAGE;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.kernels.AttentionShape;
import ai.realm.kernels.KvLayer;
import ai.realm.kernels.Rows;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The tokens of one sequence as a model remembers them: keys and values, or a state, of every
 * layer, in pages of a pool that are taken as the sequence grows. Full pages may be those of other
 * sequences that begin alike; whoever writes into a page that others read gets a copy of it first.
 * Layers with a window keep only the pages that it reaches into, as of the last step's start;
 * recurrent layers the states behind the last tokens, and behind some before them.
 *
 * <p>It knows the tokens that it stands for ({@link #known}), also where their keys and values were
 * given back: those from {@link #length} on are to be computed again before others follow. Used by
 * one thread at a time.
 */
public class Sequence implements AutoCloseable {
  private final PagePool pool;
  private final CacheShape shape;
  private final int capacity;
  private final LayerPages kept;
  private final History history;
  private final KnownPages known;
  private boolean closed;

  /** An empty one of at most {@code capacity} tokens, at least 1. */
  public Sequence(PagePool pool, int capacity, Sharing sharing) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity is " + capacity + ", at least 1 is needed");
    }
    this.pool = pool;
    this.shape = pool.shape();
    this.capacity = capacity;
    this.kept = LayerPages.none(pool);
    this.history = new History();
    this.known = KnownPages.none(history, kept, sharing);
  }

  private Sequence(Sequence other) {
    this.pool = other.pool;
    this.shape = other.shape;
    this.capacity = other.capacity;
    this.kept = other.kept.fork();
    this.history = new History(other.history);
    this.known = other.known.fork(history, kept);
  }

  /** The tokens that all layers hold. */
  public int length() {
    return kept.spans().length();
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

  /** The least length, but for 0, to which windows let it be cut: what they saw before is gone. */
  public int earliest() {
    return kept.spans().earliest();
  }

  /** The least length, but for 0, to which a layer can be cut; of a recurrent one its end. */
  public int earliest(int layer) {
    return shape.isRecurrent(layer) ? kept.spans().held(layer) : kept.spans().earliest(layer);
  }

  /**
   * Forgets the tokens from position {@code newLength} on.
   *
   * @param newLength 0, or from {@link #earliest} to {@link #length}; with recurrent layers, where
   *     there is a state: before and behind the rows of the last step, each of them if they were
   *     the first ones of a text, and at the ends of some pages
   */
  public void truncate(int newLength) {
    rollBack(newLength);
    history.cut(Math.min(newLength, history.length()));
  }

  /** Forgets what was computed from position {@code newLength} on, likewise; not the tokens. */
  public void rollBack(int newLength) {
    if (newLength < 0 || newLength > length() || within(newLength) != newLength) {
      throw new IllegalArgumentException(
          "length %d is not within %d and %d, or there is no state to go on with"
              .formatted(newLength, earliest(), length()));
    }
    retreatTo(newLength);
  }

  /**
   * Forgets the tokens from position {@code end} on, wherever that is: where a window or a state is
   * lost that is needed there, what is left is to be computed again.
   *
   * @param end from 0 to {@link #known}
   */
  public void cut(int end) {
    keepOf(end);
    history.cut(end);
  }

  /**
   * Has at most {@code most} of its tokens computed: as many as it can go on behind, maybe none.
   */
  public void keepOf(int most) {
    retreatTo(within(Math.min(length(), most)));
  }

  /** The greatest length up to {@code most} that it can be cut to, whose state it then has. */
  private int within(int most) {
    if (most < earliest()) {
      return 0;
    }
    if (!shape.hasStates() || most == 0) {
      return most;
    }
    StatePages states = kept.states();
    int own = states.floor(most);
    if (own < most) {
      known
          .checkpoint(most)
          .ifPresent(found -> {
            if (found.length() > own) {
              states.put(found.length(), found.page());
            } else {
              pool.release(List.of(found.page()));
            }
          });
    }
    int length = states.floor(most);
    return length < earliest() ? 0 : length;
  }

  private void retreatTo(int newLength) {
    known.retreat(newLength);
    kept.retreat(newLength);
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
    return kept.spans().held(layer);
  }

  /** Makes {@code length} positions of a layer, the last of them just written, those it holds. */
  public void hold(int layer, int length) {
    kept.spans().hold(layer, length);
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
    return known.resume(History.marks(tokens, from, count, rows));
  }

  /** The same of the tokens that it knows already, up to position {@code end}. */
  public int resumeKnown(int end) {
    return known.resume(history.marks(length(), Math.max(length(), end)));
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
    known.addFull();
  }

  /** From now on it makes no page known: what its layers hold comes from elsewhere. */
  public void keepToItself() {
    known.leave();
  }

  /**
   * Takes the pages for {@code count} rows of a prompt from {@code position} on, and gives those
   * back that lie before all that is seen from there; no position is held by that.
   *
   * @throws EngineException {@code CONTEXT_OVERFLOW} beyond the capacity, {@code OUT_OF_MEMORY} if
   *     the pool has no room now
   */
  public void reserve(int position, int count) {
    reserve(position, count, Rows.TOGETHER);
  }

  /** The same of rows of either kind. */
  public void reserve(int position, int count, Rows rows) {
    if (!tryReserve(position, count, rows)) {
      throw pool.full(kept.missing(position, count, needed(position, count, rows)));
    }
  }

  /** As {@link #tryReserve(int, int, Rows)}, of rows of a prompt. */
  public boolean tryReserve(int position, int count) {
    return tryReserve(position, count, Rows.TOGETHER);
  }

  /**
   * The same as {@link #reserve}; false, and no page is taken, if the pool has no room now: it has
   * when other sequences have ended or given back. Several rows of a text that are not known yet
   * may turn out to be none of it: the sequence can be cut behind each of them.
   *
   * @throws EngineException {@code CONTEXT_OVERFLOW} beyond the capacity
   */
  public boolean tryReserve(int position, int count, Rows rows) {
    if (count > capacity - position) {
      throw new EngineException(
          ErrorCode.CONTEXT_OVERFLOW,
          ("%d tokens after %d do not fit the context of %d; shorten the prompt or load the model"
                  + " with a larger contextLength")
              .formatted(count, position, capacity));
    }
    kept.kv().forget(position, kept.spans());
    StatePages states = kept.states();
    Set<Integer> needed = needed(position, count, rows);
    Set<Integer> useful = states.useful(position, count);
    states.keep(length -> needed.contains(length) || useful.contains(length) || isKept(length));
    int[] missing = kept.missing(position, count, needed);
    if (Arrays.stream(missing).sum() > 0) {
      Optional<List<Page>> taken = pool.take(missing);
      if (taken.isEmpty()) {
        return false;
      }
      known.retreat(position);
      kept.fill(position, count, needed, taken.get());
    }
    states.addSpare(useful);
    return true;
  }

  private Set<Integer> needed(int position, int count, Rows rows) {
    boolean each = rows == Rows.EACH && position >= history.length();
    return kept.states().needed(position, count, each);
  }

  /**
   * Whether a state that there is stays through a step: a layer is there, or the sequence may be
   * cut there and would not find it among what is known.
   */
  private boolean isKept(int length) {
    boolean end = length <= length() && length % PAGE == 0;
    boolean lasts = kept.states().lasts(length) || length == length() / PAGE * PAGE;
    return kept.spans().stateEndsAt(length) || !known.areShared() && end && lasts;
  }

  /**
   * Another sequence of the same tokens, which has the same pages: what one of them writes the
   * other does not read.
   */
  public Sequence fork() {
    return new Sequence(this);
  }

  /** What its layers keep. */
  LayerPages kept() {
    return kept;
  }

  /** Keys and values of a layer of which {@code length} positions are written. */
  public KvLayer layer(int layer, int length) {
    return kept.kv().layer(layer, length);
  }

  /** What a recurrent layer computes in a step for which its pages were taken. */
  public List<Stretch> stretches(int layer, int position, int count) {
    return kept.states().stretches(layer, position, count);
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
    return kept.bytes();
  }

  /** Gives its pages back; a second call does nothing. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    keepToItself();
    kept.close();
  }
}
