package ai.realm.kernels.packed;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import ai.realm.gguf.TensorInfo;
import ai.realm.gguf.TensorType;
import ai.realm.kernels.WorkerPool;
import ai.realm.quant.BlockFormat;
import ai.realm.quant.GridBlocks;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Brings a tensor's file blocks into a {@link Layout}, sixteen rows at a time. */
public final class Packer {
  private static final int GROUP = Layout.ROW_GROUP;
  // Little-endian values in a file's bytes.
  static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private Packer() {}

  /**
   * The tensor in the layout of its type.
   *
   * @param arena takes the repacked form in
   * @param packer what repacks a group: {@link #packGroup}, or a faster one with the same result
   * @return null where there is none for the type, or where it cannot hold a scale, as one that is
   *     no finite number: then the file's own blocks must be read
   */
  public static PackedMatrix pack(
      TensorInfo tensor, WorkerPool pool, Arena arena, GroupPacker packer) {
    Layout layout = Layout.of(tensor.type());
    if (layout == null || tensor.columns() % layout.blockColumns() != 0) {
      return null;
    }
    int rows = Math.toIntExact(tensor.rows());
    int columns = Math.toIntExact(tensor.columns());
    PackedMatrix packed = new PackedMatrix(layout, rows, columns, arena);
    int groups = (rows + GROUP - 1) / GROUP;
    boolean[] unfit = new boolean[1];
    int pieces = Math.min(groups, pool.threads() * 8);
    pool.run(
        pieces,
        piece -> {
          int end = (int) ((long) groups * (piece + 1) / pieces);
          for (int g = (int) ((long) groups * piece / pieces); g < end; g++) {
            if (!packer.pack(
                tensor.type(),
                rows(tensor, g),
                columns,
                Math.min(GROUP, rows - g * GROUP),
                packed.group(g))) {
              unfit[0] = true;
            }
          }
        });
    if (unfit[0]) {
      return null;
    }
    if (tensor.data().isMapped()) {
      // Two copies would double the memory; the file's pages are read again if ever asked for.
      tensor.data().unload();
    }
    return packed;
  }

  /** Bytes that {@link #pack} takes, where the layout holds all scales; 0 where it gives none. */
  public static long packedBytes(TensorInfo tensor) {
    Layout layout = Layout.of(tensor.type());
    return layout == null || tensor.columns() % layout.blockColumns() != 0
        ? 0
        : PackedMatrix.bytes(layout, tensor.rows(), tensor.columns());
  }

  private static MemorySegment rows(TensorInfo tensor, int group) {
    long from = group * GROUP * tensor.rowBytes();
    long bytes = Math.min(GROUP * tensor.rowBytes(), tensor.data().byteSize() - from);
    return tensor.data().asSlice(from, bytes);
  }

  /** The {@link GroupPacker} in Java. */
  public static boolean packGroup(
      TensorType type, MemorySegment source, int columns, int rows, MemorySegment group) {
    int rowBytes = columns / type.blockSize() * type.blockBytes();
    byte[] file = source.toArray(JAVA_BYTE);
    int[] words = new int[Math.toIntExact(group.byteSize() / Integer.BYTES)];
    Layout layout = Layout.of(type);
    int blockColumns = Math.max(type.blockSize(), layout.blockColumns());
    int blockBytes = blockColumns / type.blockSize() * type.blockBytes();
    int blockWords = blockColumns / layout.blockColumns() * layout.blockBytes() / Integer.BYTES;
    int blocks = columns / blockColumns;
    boolean finite = true;
    for (int n = 0; n < rows; n++) {
      finite &= row(type, file, n * rowBytes, blockBytes, words, n, blockWords, blocks);
    }
    MemorySegment.copy(words, 0, group, JAVA_INT_UNALIGNED, 0, words.length);
    return finite;
  }

  /**
   * One row. Each type has a loop of its own, so that compiled code stays good when the next tensor
   * has another type.
   */
  private static boolean row(
      TensorType type, byte[] file, int at, int step, int[] words, int to, int leap, int blocks) {
    boolean finite = true;
    switch (type) {
      case Q4_0 -> {
        for (int b = 0; b < blocks; b++) {
          finite &= q40(file, at + b * step, words, to + b * leap);
        }
      }
      case Q4_1 -> {
        for (int b = 0; b < blocks; b++) {
          finite &= q41(file, at + b * step, words, to + b * leap);
        }
      }
      case Q8_0 -> {
        for (int b = 0; b < blocks; b++) {
          finite &= q80(file, at + b * step, words, to + b * leap);
        }
      }
      case Q4_K -> {
        for (int b = 0; b < blocks; b++) {
          finite &= q4k(file, at + b * step, words, to + b * leap);
        }
      }
      case Q6_K -> {
        for (int b = 0; b < blocks; b++) {
          finite &= q6k(file, at + b * step, words, to + b * leap);
        }
      }
      case F16 -> {
        for (int b = 0; b < blocks; b++) {
          finite &= halves(file, at + b * step, words, to + b * leap);
        }
      }
      case BF16 -> {
        for (int b = 0; b < blocks; b++) {
          finite &= words(file, at + b * step, words, to + b * leap, 16);
        }
      }
      case F32 -> {
        for (int b = 0; b < blocks; b++) {
          finite &= words(file, at + b * step, words, to + b * leap, 32);
        }
      }
      case Q3_K -> {
        for (int b = 0; b < blocks; b++) {
          finite &= GridCodes.q3k(file, at + b * step, words, to + b * leap);
        }
      }
      case Q2_K -> {
        for (int b = 0; b < blocks; b++) {
          finite &= GridCodes.q2k(file, at + b * step, words, to + b * leap);
        }
      }
      case Q5_0 -> {
        for (int b = 0; b < blocks; b++) {
          finite &= q50(file, at + b * step, words, to + b * leap);
        }
      }
      case Q5_1 -> {
        for (int b = 0; b < blocks; b++) {
          finite &= q51(file, at + b * step, words, to + b * leap);
        }
      }
      case Q5_K -> {
        for (int b = 0; b < blocks; b++) {
          finite &= q5k(file, at + b * step, words, to + b * leap);
        }
      }
      case IQ4_NL -> {
        for (int b = 0; b < blocks; b++) {
          finite &= Codes.iq4nl(file, at + b * step, words, b * leap, to);
        }
      }
      case IQ4_XS -> {
        for (int b = 0; b < blocks; b++) {
          finite &= Codes.iq4xs(file, at + b * step, words, to + b * leap);
        }
      }
      case MXFP4 -> {
        for (int b = 0; b < blocks; b++) {
          finite &= Codes.mxfp4(file, at + b * step, words, b * leap, to);
        }
      }
      case NVFP4 -> {
        for (int b = 0; b < blocks; b++) {
          finite &= Codes.nvfp4(file, at + b * step, words, b * leap, to);
        }
      }
      case TQ1_0 -> {
        for (int b = 0; b < blocks; b++) {
          finite &= GridCodes.tq10(file, at + b * step, words, to + b * leap);
        }
      }
      case TQ2_0 -> {
        for (int b = 0; b < blocks; b++) {
          finite &= GridCodes.tq20(file, at + b * step, words, to + b * leap);
        }
      }
      case IQ1_S, IQ1_M -> {
        GridBlocks format = (GridBlocks) BlockFormat.of(type);
        for (int b = 0; b < blocks; b++) {
          finite &= GridCodes.iq1(format, file, at + b * step, words, to + b * leap);
        }
      }
      case IQ2_XXS, IQ2_XS, IQ2_S -> {
        GridBlocks format = (GridBlocks) BlockFormat.of(type);
        for (int b = 0; b < blocks; b++) {
          finite &= GridCodes.iq2(format, file, at + b * step, words, to + b * leap);
        }
      }
      case IQ3_XXS, IQ3_S -> {
        GridBlocks format = (GridBlocks) BlockFormat.of(type);
        for (int b = 0; b < blocks; b++) {
          finite &= GridCodes.iq3(format, file, at + b * step, words, to + b * leap);
        }
      }
      default -> throw new IllegalStateException("no layout for " + type);
    }
    return finite;
  }

  static boolean finite(int f16) {
    return (f16 & 0x7c00) != 0x7c00;
  }

  static int half(byte[] file, int at) {
    return (short) SHORT.get(file, at) & 0xffff;
  }

  /** Words of 32 columns, as the file has them. */
  private static boolean words(byte[] file, int at, int[] words, int to, int count) {
    for (int w = 0; w < count; w++) {
      words[to + w * GROUP] = (int) INT.get(file, at + 4 * w);
    }
    return true;
  }

  private static boolean halves(byte[] file, int at, int[] words, int to) {
    boolean finite = words(file, at, words, to, 16);
    for (int i = 0; i < 32; i++) {
      finite &= finite(half(file, at + 2 * i));
    }
    return finite;
  }

  private static boolean q40(byte[] file, int at, int[] words, int to) {
    int d = half(file, at);
    int m = times(-8, d);
    words[to] = d | m << 16;
    nibbles(file, at + 2, words, to + GROUP);
    return finite(d) && finite(m);
  }

  private static boolean q41(byte[] file, int at, int[] words, int to) {
    int d = half(file, at);
    int m = half(file, at + 2);
    words[to] = d | m << 16;
    nibbles(file, at + 4, words, to + GROUP);
    return finite(d) && finite(m);
  }

  private static boolean q50(byte[] file, int at, int[] words, int to) {
    int d = half(file, at);
    int m = times(-16, d);
    words[to] = d | m << 16;
    fives((int) INT.get(file, at + 2), file, at + 6, words, to + GROUP);
    return finite(d) && finite(m);
  }

  private static boolean q51(byte[] file, int at, int[] words, int to) {
    int d = half(file, at);
    int m = half(file, at + 2);
    words[to] = d | m << 16;
    fives((int) INT.get(file, at + 4), file, at + 8, words, to + GROUP);
    return finite(d) && finite(m);
  }

  /** The fifth bits of 32 elements, and their nibbles as {@link #nibbles} takes them. */
  private static void fives(int fifth, byte[] file, int at, int[] words, int to) {
    for (int w = 0; w < 4; w++) {
      words[to] |= interleave(spread(fifth >>> 8 * w)) << w;
    }
    nibbles(file, at, words, to + GROUP);
  }

  /** Eight bits, a byte each, the lowest first. */
  private static long spread(int bits) {
    int low = (bits & 15) * 0x00204081 & 0x01010101;
    int high = (bits >>> 4 & 15) * 0x00204081 & 0x01010101;
    return low | (long) high << 32;
  }

  /** A number of F16 times {@code factor}, in F16. */
  private static int times(float factor, int f16) {
    return Float.floatToFloat16(factor * Float.float16ToFloat((short) f16)) & 0xffff;
  }

  /** 16 file bytes, byte j with elements j (low) and j + 16 (high), to four words. */
  static void nibbles(byte[] file, int at, int[] words, int to) {
    long first = (long) LONG.get(file, at);
    long second = (long) LONG.get(file, at + 8);
    words[to] = interleave(first);
    words[to + GROUP] = interleave(second);
    words[to + 2 * GROUP] = interleave(first >>> 4);
    words[to + 3 * GROUP] = interleave(second >>> 4);
  }

  /**
   * The low nibbles of eight bytes: those of even bytes to the low half, of odd bytes to the high
   * half.
   */
  static int interleave(long bytes) {
    long even = bytes & 0x000F000F000F000FL;
    long odd = bytes >>> 8 & 0x000F000F000F000FL;
    return squeeze(even) | squeeze(odd) << 16;
  }

  private static int squeeze(long nibbles) {
    long pairs = (nibbles | nibbles >>> 12) & 0x000000FF000000FFL;
    return (int) (pairs | pairs >>> 24) & 0xffff;
  }

  private static boolean q80(byte[] file, int at, int[] words, int to) {
    int d = half(file, at);
    words[to] = Float.floatToRawIntBits(Float.float16ToFloat((short) d));
    for (int w = 0; w < 8; w++) {
      words[to + (1 + w) * GROUP] = (int) INT.get(file, at + 2 + 4 * w);
    }
    return finite(d);
  }

  private static boolean q4k(byte[] file, int at, int[] words, int to) {
    boolean finite = scalesOfK(file, at, words, to);
    // 32 bytes hold two sub-blocks: the low nibbles one, the high nibbles the next.
    for (int s = 0; s < 8; s++) {
      for (int w = 0; w < 4; w++) {
        long bytes = (long) LONG.get(file, at + 16 + 32 * (s / 2) + 8 * w);
        words[to + (4 + 4 * s + w) * GROUP] = interleave(bytes >>> 4 * (s & 1));
      }
    }
    return finite;
  }

  private static boolean q5k(byte[] file, int at, int[] words, int to) {
    boolean finite = scalesOfK(file, at, words, to);
    for (int s = 0; s < 8; s++) {
      int block = to + (4 + 5 * s) * GROUP;
      for (int w = 0; w < 4; w++) {
        long fifth = (long) LONG.get(file, at + 16 + 8 * w) >>> s & 0x0101010101010101L;
        long bytes = (long) LONG.get(file, at + 48 + 32 * (s / 2) + 8 * w);
        words[block] |= interleave(fifth) << w;
        words[block + (1 + w) * GROUP] = interleave(bytes >>> 4 * (s & 1));
      }
    }
    return finite;
  }

  /** d, dmin and the scales and minimums of sub-blocks, of Q4_K and Q5_K. */
  private static boolean scalesOfK(byte[] file, int at, int[] words, int to) {
    int d = half(file, at);
    int dmin = half(file, at + 2);
    words[to] = d | dmin << 16;
    for (int w = 0; w < 3; w++) {
      words[to + (1 + w) * GROUP] = (int) INT.get(file, at + 4 + 4 * w);
    }
    return finite(d) && finite(dmin);
  }

  private static boolean q6k(byte[] file, int at, int[] words, int to) {
    int d = half(file, at + 208);
    words[to] = Float.floatToRawIntBits(Float.float16ToFloat((short) d));
    for (int q = 0; q < 4; q++) {
      words[to + (1 + 13 * q) * GROUP] = (int) INT.get(file, at + 192 + 4 * q);
    }
    for (int s = 0; s < 8; s++) { // 32 columns each: four of them share 64 low and 32 high bytes
      int ql = at + 64 * (s / 4) + 32 * (s & 1);
      int qh = at + 128 + 32 * (s / 4);
      for (int w = 0; w < 4; w++) {
        long low = (long) LONG.get(file, ql + 8 * w);
        long high = (long) LONG.get(file, qh + 8 * w);
        putSixBits(words, to, 4 * s + w, (s & 2) == 0 ? low : low >>> 4, high >>> 2 * (s & 3));
      }
    }
    return finite(d);
  }

  /**
   * Puts eight columns into a block of {@link Layout#Q6_K}.
   *
   * @param w columns 8w to 8w + 7
   * @param low a byte a column, whose low four bits count
   * @param high a byte a column, whose low two bits count
   */
  private static void putSixBits(int[] words, int block, int w, long low, long high) {
    int run = w / 2; // of 16 columns
    int at = block + (2 + 3 * run + run / 4) * GROUP;
    words[at] |= interleave(high & 0x0303030303030303L) << 2 * (w & 1);
    words[at + (1 + (w & 1)) * GROUP] = interleave(low);
  }
}
