package ai.realm.model.cache;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.kernels.AttentionShape;
import ai.realm.kernels.KvLayer;
import java.lang.foreign.Arena;
import java.util.Arrays;

/**
 * The tokens of one sequence as a model remembers them: keys and values of every layer, in pages
 * outside the heap that are taken as the sequence grows. Layers with a window keep only the pages
 * that it reaches into, as of the last step's start. Used by one thread at a time.
 */
public class Sequence implements AutoCloseable {
  private final CacheShape shape;
  private final int capacity;
  private final Arena arena = Arena.ofShared();
  private final Pages[] pages; // of each group

  /** Positions that each layer has taken in. */
  private final int[] held;

  /** The first position that each layer still keeps. */
  private final int[] kept;

  /** An empty one of at most {@code capacity} tokens, at least 1. */
  public Sequence(CacheShape shape, int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity is " + capacity + ", at least 1 is needed");
    }
    this.shape = shape;
    this.capacity = capacity;
    this.held = new int[shape.layers()];
    this.kept = new int[shape.layers()];
    this.pages =
        shape.groups().stream()
            .map(group -> new Pages(arena, group.pageBytes()))
            .toArray(Pages[]::new);
  }

  /** The tokens that all layers hold. */
  public int length() {
    int length = held[0];
    for (int each : held) {
      length = Math.min(length, each);
    }
    return length;
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
   * Forgets the tokens from position {@code length} on.
   *
   * @param newLength 0, or from {@link #earliest} to {@link #length}
   */
  public void truncate(int newLength) {
    if (newLength != 0 && newLength < earliest() || newLength < 0 || newLength > length()) {
      throw new IllegalArgumentException(
          "length %d is not within %d and %d".formatted(newLength, earliest(), length()));
    }
    for (int layer = 0; layer < held.length; layer++) {
      hold(layer, Math.min(held[layer], newLength));
    }
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
   * Takes the pages for {@code count} positions from {@code position} on, and gives those back that
   * lie before all that is seen from there; no position is held by that.
   *
   * @throws EngineException {@code CONTEXT_OVERFLOW} beyond the capacity
   */
  public void reserve(int position, int count) {
    if (count > capacity - position) {
      throw new EngineException(
          ErrorCode.CONTEXT_OVERFLOW,
          ("%d tokens after %d do not fit the context of %d; shorten the prompt or load the model"
                  + " with a larger contextLength")
              .formatted(count, position, capacity));
    }
    for (int group = 0; group < pages.length; group++) {
      forget(group, position);
      pages[group].reserve(position, position + count);
    }
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
    int page = Math.max(0, next - behind) / KvLayer.PAGE;
    pages[group].forget(page);
    for (int layer = 0; layer < held.length; layer++) {
      if (shape.place(layer).group() == group) {
        kept[layer] = Math.max(kept[layer], page * KvLayer.PAGE);
      }
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

  /** Bytes of the pages that it has taken. */
  public long bytes() {
    return Arrays.stream(pages).mapToLong(Pages::bytes).sum();
  }

  @Override
  public void close() {
    arena.close();
  }
}
