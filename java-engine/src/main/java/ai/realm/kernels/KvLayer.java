package ai.realm.kernels;

import java.lang.foreign.MemorySegment;

/**
 * Keys and values of one layer of one sequence, in pages of {@link #PAGE} positions, as F16.
 *
 * <pre>
 * a page of this layer: for each key-value head
 *   keys    PAGE/16 blocks, each (head_dim, 16 positions): lanes hold positions
 *   values  (PAGE positions, head_dim): lanes hold features
 * </pre>
 *
 * @param pages the sequence's pages; each holds all layers
 * @param offset bytes from a page's start to this layer's part
 * @param headDim values of a head
 */
public record KvLayer(MemorySegment[] pages, long offset, int headDim) {
  /** Positions a page. */
  public static final int PAGE = 64;

  /** Positions a block of keys. */
  public static final int BLOCK = 16;

  /** Bytes of one layer's part of a page. */
  public static long bytes(int kvHeads, int headDim) {
    return 2L * Short.BYTES * PAGE * kvHeads * headDim;
  }

  /** Bytes from a page's start to the keys of a head. */
  public long keys(int kvHead) {
    return offset + (long) kvHead * 2 * Short.BYTES * PAGE * headDim;
  }

  /** Bytes from a page's start to the values of a head. */
  public long values(int kvHead) {
    return keys(kvHead) + (long) Short.BYTES * PAGE * headDim;
  }
}
