package ai.realm.kernels.ffm;

import static java.lang.foreign.MemorySegment.ofArray;

import ai.realm.kernels.Activations;
import ai.realm.kernels.Matrix;
import ai.realm.kernels.packed.PackedMatrix;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** The library's products, in what the family multiplies fastest. */
final class NativeProducts {
  /**
   * Units whose panels the library keeps in the cache together. A few: a critical call holds off
   * the collector.
   */
  private static final int UNITS_A_CALL = 4;

  /** The same where the library multiplies tiles, ten times as fast. */
  private static final int UNITS_A_CALL_OF_TILES = 16;

  /** Floats of scratch for each column of a product of several tokens. */
  private static final int PANEL_ROOM = 104;

  /** Floats of scratch that it has however few the columns. */
  private static final int LEAST_ROOM = 165_000;

  private final KernelLibrary library;

  NativeProducts(KernelLibrary library) {
    this.library = library;
  }

  /** How a matrix lies that the library reads; none for others. */
  static Optional<NativeLayout> layout(Matrix w) {
    return switch (w) {
      case PackedMatrix m -> Optional.of(NativeLayout.of(m.layout()));
      case FileRows m -> Optional.of(m.layout());
      default -> Optional.empty();
    };
  }

  private static MemorySegment data(Matrix w) {
    return w instanceof FileRows m ? m.tensor().data() : ((PackedMatrix) w).data();
  }

  /** Words of the line of a token among several, to which the library rounds its activations. */
  private static int lineWords(int columns) {
    return columns / 8 * 5;
  }

  /** Words of the line of a token alone. */
  private static int splitWords(int columns) {
    return columns / 4 * 3;
  }

  /** Words a token of what products of so many tokens read, 0 for the activations themselves. */
  int roundedWords(NativeLayout layout, int columns, int tokens) {
    if (tokens == 1) {
      return readSplit(layout) ? splitWords(columns) : 0;
    }
    return readRounded(layout) ? lineWords(columns) : 0;
  }

  /** Whether products of several tokens read them rounded. */
  private boolean readRounded(NativeLayout layout) {
    return library.rounds() && layout.hasIntegers();
  }

  /** Whether the product of one token reads it rounded and split. */
  private boolean readSplit(NativeLayout layout) {
    return library.splits() && layout.hasUnsignedBytes();
  }

  /** The lines of the tokens [token, end), for which there must be room. */
  private static MemorySegment lines(Activations x, int token, int end) {
    long bytes = (long) lineWords(x.columns()) * Integer.BYTES;
    return ofArray(x.rounded()).asSlice(token * bytes, (end - token) * bytes);
  }

  /** The tokens [token, end) to their lines, or the only one to its own. */
  void round(Activations x, int token, int end) {
    long at = (long) token * x.columns() * Float.BYTES;
    try {
      if (x.tokens() == 1) {
        library.split.invokeExact(ofArray(x.values()), ofArray(x.rounded()), (long) x.columns());
        return;
      }
      library.round.invokeExact(
          ofArray(x.values()).asSlice(at),
          lines(x, token, end),
          (long) x.columns(),
          (long) (end - token));
    } catch (Throwable t) {
      throw KernelLibrary.unexpected(t);
    }
  }

  /** The product of one token, by the units [unit, end), to {@code out}. */
  void ofToken(Matrix w, NativeLayout layout, Activations x, MemorySegment out, int unit, int end) {
    try {
      if (readSplit(layout)) {
        library.matvecSplit.invokeExact(
            data(w),
            ofArray(x.values()),
            ofArray(x.sums()),
            ofArray(x.rounded()),
            out,
            layout.number(),
            (long) w.columns(),
            (long) w.rows(),
            (long) unit,
            (long) end);
        return;
      }
      library.matvec.invokeExact(
          data(w),
          ofArray(x.values()),
          ofArray(x.sums()),
          out,
          layout.number(),
          (long) w.columns(),
          (long) w.rows(),
          (long) unit,
          (long) end);
    } catch (Throwable t) {
      throw KernelLibrary.unexpected(t);
    }
  }

  /** The products of several tokens, some units at a time. */
  void ofTokens(
      Matrix w,
      NativeLayout layout,
      Activations x,
      MemorySegment out,
      int stride,
      int unit,
      int end) {
    int units = unitsACall(layout);
    MemorySegment scratch = Scratch.of(Math.max(w.columns() * PANEL_ROOM, LEAST_ROOM));
    for (int u = unit; u < end; u += units) {
      multiply(w, layout, x, scratch, out, stride, u, Math.min(u + units, end));
    }
  }

  private void multiply(
      Matrix w,
      NativeLayout layout,
      Activations x,
      MemorySegment scratch,
      MemorySegment out,
      int stride,
      int unit,
      int end) {
    long columns = w.columns();
    long rows = w.rows();
    long tokens = x.tokens();
    MemorySegment values = ofArray(x.values());
    try {
      if (readRounded(layout)) {
        library.matmulRounded.invokeExact(
            data(w),
            values,
            lines(x, 0, x.tokens()),
            scratch,
            out,
            layout.number(),
            columns,
            rows,
            (long) unit,
            (long) end,
            tokens,
            (long) stride);
      } else {
        library.matmul.invokeExact(
            data(w),
            values,
            scratch,
            out,
            layout.number(),
            columns,
            rows,
            (long) unit,
            (long) end,
            tokens,
            (long) stride);
      }
    } catch (Throwable t) {
      throw KernelLibrary.unexpected(t);
    }
  }

  private int unitsACall(NativeLayout layout) {
    boolean tiles =
        library.hasTiles() && layout != NativeLayout.F32 && layout != NativeLayout.ROWS_F16;
    return tiles ? UNITS_A_CALL_OF_TILES : UNITS_A_CALL;
  }
}
