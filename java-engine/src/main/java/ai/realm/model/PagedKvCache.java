package ai.realm.model;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.kernels.KvFormat;
import ai.realm.kernels.KvLayer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A KV cache in pages of {@link KvLayer#PAGE} positions, outside the heap, taken as the sequence
 * grows.
 */
final class PagedKvCache implements KvCache {
  private final ModelConfig config;
  private final KvFormat format;
  private final int capacity;
  private final Arena arena = Arena.ofShared();
  private final long layerBytes;
  private MemorySegment[] pages = new MemorySegment[0];

  /** Positions that each layer holds. */
  private final int[] held;

  PagedKvCache(ModelConfig config, KvFormat format, int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity is " + capacity + ", at least 1 is needed");
    }
    this.config = config;
    this.format = format;
    this.capacity = capacity;
    this.layerBytes = KvLayer.bytes(format, config.kvHeads(), config.headDim());
    this.held = new int[config.layers()];
  }

  /** Bytes of a full cache. */
  static long bytes(ModelConfig config, KvFormat format, int capacity) {
    return (long) pages(capacity)
        * config.layers()
        * KvLayer.bytes(format, config.kvHeads(), config.headDim());
  }

  /** The positions that all layers hold. */
  @Override
  public int length() {
    return Arrays.stream(held).min().orElse(0);
  }

  @Override
  public int capacity() {
    return capacity;
  }

  @Override
  public void truncate(int newLength) {
    if (newLength < 0 || newLength > length()) {
      throw new IllegalArgumentException(
          "length " + newLength + " is not within 0 and " + length());
    }
    Arrays.setAll(held, layer -> Math.min(held[layer], newLength));
  }

  /** Positions that a layer holds. */
  int held(int layer) {
    return held[layer];
  }

  /** Makes {@code length} positions of a layer, the last of them just written, those it holds. */
  void hold(int layer, int length) {
    held[layer] = length;
  }

  /**
   * Takes the pages for {@code count} positions from {@code position} on; none is held by that.
   *
   * @throws EngineException {@code CONTEXT_OVERFLOW} beyond the capacity
   */
  void reserve(int position, int count) {
    if (count > capacity - position) {
      throw new EngineException(
          ErrorCode.CONTEXT_OVERFLOW,
          count
              + " tokens after "
              + position
              + " do not fit the context of "
              + capacity
              + "; shorten the prompt or load the model with a larger contextLength");
    }
    int needed = pages(position + count);
    int taken = pages.length;
    if (needed <= taken) {
      return;
    }
    MemorySegment[] more = Arrays.copyOf(pages, needed);
    for (int i = taken; i < needed; i++) {
      more[i] = arena.allocate(layerBytes * config.layers(), 64);
    }
    pages = more;
  }

  /** The pages as seen by layer {@code layer}. */
  KvLayer layer(int layer) {
    return new KvLayer(pages, layer * layerBytes, config.headDim(), format);
  }

  /**
   * Writes one position of one layer; values beyond F16's range become its largest.
   *
   * @param k {@code (n_kv_heads, head_dim)} from {@code kAt}, and {@code v} likewise
   */
  void write(KvLayer kv, int position, float[] k, int kAt, float[] v, int vAt) {
    int dim = config.headDim();
    for (int h = 0; h < config.kvHeads(); h++) {
      KvWriter.write(kv, position, h, k, kAt + h * dim, v, vAt + h * dim);
    }
  }

  private static int pages(int positions) {
    return Math.ceilDiv(positions, KvLayer.PAGE);
  }

  @Override
  public void close() {
    arena.close();
  }
}
