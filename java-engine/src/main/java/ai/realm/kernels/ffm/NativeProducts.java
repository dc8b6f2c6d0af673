package ai.realm.kernels.ffm;

import static java.lang.foreign.MemorySegment.ofArray;

import ai.realm.kernels.Activations;
import ai.realm.kernels.FileBacked;
import ai.realm.kernels.Matrix;
import ai.realm.kernels.Rows;
import ai.realm.kernels.packed.Layout;
import ai.realm.kernels.packed.PackedMatrix;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** The library's products, in what the family multiplies fastest. */
final class NativeProducts {
  /**
   * Units whose panels the library keeps in the cache together. A few: a critical call holds off
   * the collector.
   */
  private static final int UNITS_A_CALL = 4;

  /** The same of tokens by themselves: units times tokens. */
  private static final int TOKEN_UNITS_A_CALL = 64;

  /** The same where the library multiplies tiles, ten times as fast. */
  private static final int UNITS_A_CALL_OF_TILES = 16;

  private final KernelLibrary library;

  NativeProducts(KernelLibrary library) {
    this.library = library;
  }

  /** How a matrix lies that the library reads; none for others. */
  static Optional<Layout> layout(Matrix w) {
    return switch (w) {
      case PackedMatrix m -> Optional.of(m.layout());
      case FileBacked.Rows m -> Optional.of(m.layout());
      default -> Optional.empty();
    };
  }

  private static MemorySegment data(Matrix w) {
    return w instanceof FileBacked.Rows m ? m.tensor().data() : ((PackedMatrix) w).data();
  }

  /** Words a token of what products of such rows read, 0 for the activations themselves. */
  int roundedWords(Layout layout, int columns, Rows rows) {
    return switch (rows) {
      case EACH -> library.roundsEach(layout) ? library.roundedEachWords(columns) : 0;
      case TOGETHER -> library.rounds(layout) ? library.roundedWords(columns) : 0;
    };
  }

  /** The lines of the tokens [token, end), for which there must be room. */
  private MemorySegment lines(Activations x, Rows rows, int token, int end) {
    int words =
        switch (rows) {
          case EACH -> library.roundedEachWords(x.columns());
          case TOGETHER -> library.roundedWords(x.columns());
        };
    long bytes = (long) words * Integer.BYTES;
    return ofArray(x.rounded()).asSlice(token * bytes, (end - token) * bytes);
  }

  /** The tokens [token, end) to their lines. */
  void round(Activations x, Rows rows, int token, int end) {
    long at = (long) token * x.columns() * Float.BYTES;
    MethodHandle round =
        switch (rows) {
          case EACH -> library.roundEach;
          case TOGETHER -> library.round;
        };
    try {
      round.invokeExact(
          ofArray(x.values()).asSlice(at),
          lines(x, rows, token, end),
          (long) x.columns(),
          (long) (end - token));
    } catch (Throwable t) {
      throw KernelLibrary.unexpected(t);
    }
  }

  /** The products of each token by itself; fewer units at a time where tokens are many. */
  void ofEach(
      Matrix w, Layout layout, Activations x, MemorySegment out, int stride, int unit, int end) {
    int tokens = x.tokens();
    int units = tokens == 1 ? end - unit : Math.max(1, TOKEN_UNITS_A_CALL / tokens);
    boolean rounded = library.roundsEach(layout);
    for (int u = unit; u < end; u += units) {
      int last = Math.min(u + units, end);
      if (rounded) {
        multiplyRounded(w, layout, x, out, stride, u, last);
      } else {
        multiplyEach(w, layout, x, out, stride, u, last);
      }
    }
  }

  private void multiplyRounded(
      Matrix w, Layout layout, Activations x, MemorySegment out, int stride, int unit, int end) {
    try {
      library.matvecRounded.invokeExact(
          data(w),
          ofArray(x.values()),
          ofArray(x.sums()),
          lines(x, Rows.EACH, 0, x.tokens()),
          out,
          (long) layout.number(),
          (long) w.columns(),
          (long) w.rows(),
          (long) unit,
          (long) end,
          (long) x.tokens(),
          (long) stride);
    } catch (Throwable t) {
      throw KernelLibrary.unexpected(t);
    }
  }

  private void multiplyEach(
      Matrix w, Layout layout, Activations x, MemorySegment out, int stride, int unit, int end) {
    try {
      library.matvec.invokeExact(
          data(w),
          ofArray(x.values()),
          ofArray(x.sums()),
          out,
          (long) layout.number(),
          (long) w.columns(),
          (long) w.rows(),
          (long) unit,
          (long) end,
          (long) x.tokens(),
          (long) stride);
    } catch (Throwable t) {
      throw KernelLibrary.unexpected(t);
    }
  }

  /** The products of several tokens together, some units at a time. */
  void together(
      Matrix w, Layout layout, Activations x, MemorySegment out, int stride, int unit, int end) {
    int units = unitsACall(layout);
    MemorySegment scratch = Scratch.of(library.scratchFloats(w.columns()));
    for (int u = unit; u < end; u += units) {
      multiply(w, layout, x, scratch, out, stride, u, Math.min(u + units, end));
    }
  }

  private void multiply(
      Matrix w,
      Layout layout,
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
      if (library.rounds(layout)) {
        library.matmulRounded.invokeExact(
            data(w),
            values,
            lines(x, Rows.TOGETHER, 0, x.tokens()),
            scratch,
            out,
            (long) layout.number(),
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
            (long) layout.number(),
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

  private int unitsACall(Layout layout) {
    boolean tiles = library.hasTiles() && layout != Layout.F32 && layout != Layout.ROWS_F16;
    return tiles ? UNITS_A_CALL_OF_TILES : UNITS_A_CALL;
  }
}
