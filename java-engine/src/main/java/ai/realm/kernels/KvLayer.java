package ai.realm.kernels;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Keys and values of one layer of one sequence, in pages of {@link #PAGE} positions.
 *
 * <pre>
 * a page of this layer: for each key-value head
 *   keys    PAGE/16 blocks, each (head_dim, 16 positions): lanes hold positions
 *   scales  Q8_0, Q4_0: PAGE/16 blocks, each (head_dim/32, 16 positions) of F16
 *   values  (PAGE positions, head_dim): lanes hold features
 *   scales  Q8_0, Q4_0: (PAGE positions, head_dim/32) of F16
 * </pre>
 *
 * In Q4_0 a byte has two features, so keys and values are head_dim/2 bytes wide: {@link
 * KvFormat#Q4_0} says which.
 *
 * @param pages the sequence's pages, each with the parts of several layers; {@code
 *     MemorySegment.NULL} where no query sees them any more
 * @param addresses of the pages, as native kernels read them
 * @param length positions that this layer holds
 * @param offset bytes from a page's start to this layer's part
 * @param headDim values of a head
 * @param format of keys and values
 */
public record KvLayer(
    MemorySegment[] pages,
    long[] addresses,
    int length,
    long offset,
    int headDim,
    KvFormat format) {
  /** Positions a page. */
  public static final int PAGE = 64;

  /**
   * Positions a span: attention over a span is summed up by itself, and then joined to that over
   * those before it. The bits of a result depend on this.
   */
  public static final int SPAN = 4 * PAGE;

  /** Positions a block of keys. */
  public static final int BLOCK = 16;

  /** The layer of these pages. */
  public static KvLayer of(
      MemorySegment[] pages, int length, long offset, int headDim, KvFormat format) {
    long[] addresses = Arrays.stream(pages).mapToLong(MemorySegment::address).toArray();
    return new KvLayer(pages, addresses, length, offset, headDim, format);
  }

  /** The same as if it began with {@code position}, the first of a page. */
  public KvLayer from(int position) {
    if (position == 0) {
      return this;
    }
    int page = position / PAGE;
    return new KvLayer(
        Arrays.copyOfRange(pages, page, pages.length),
        Arrays.copyOfRange(addresses, page, addresses.length),
        length - position,
        offset,
        headDim,
        format);
  }

  /** Bytes of one layer's part of a page. */
  public static long bytes(KvFormat format, int kvHeads, int headDim) {
    return 2 * format.planeBytes(headDim) * kvHeads;
  }

  /** Bytes from a page's start to the keys of a head. */
  public long keys(int kvHead) {
    return offset + 2 * format.planeBytes(headDim) * kvHead;
  }

  /** Bytes from a page's start to the values of a head. */
  public long values(int kvHead) {
    return keys(kvHead) + format.planeBytes(headDim);
  }

  /** Bytes from a page's start to the scales of a head's keys, where there are any. */
  public long keyScales(int kvHead) {
    return keys(kvHead) + (long) PAGE * format.rowBytes(headDim);
  }

  /** Bytes from a page's start to the scales of a head's values, where there are any. */
  public long valueScales(int kvHead) {
    return values(kvHead) + (long) PAGE * format.rowBytes(headDim);
  }
}
